"""What many pages show is in the file once: layers of stations that are the same, phrases, and nothing for what is not there."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.stream.composer import Composer
from documents.stream.forms import compile_form
from documents.stream.plan import Plan, Station
from documents.stream.readback import warnings
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery
from documents.stream.values import TooLongError, Value
from tests.documents.stream.files import join, texts, write_file
from tests.documents.stream.samples import card, voter

PAPER = Stationery({"nl": card(), "fr": card("Convocation")}, title="Kaarten")
HTML = """<style>div { position: absolute; left: 20mm; width: 90mm; height: 6mm; font-size: 11pt; line-height: 14pt }</style>
<div data-slot="name" style="top: 20mm"></div><div data-slot="hour" style="top: 40mm"></div>
<div data-slot="note" style="top: 60mm; color: #567"></div><div data-slot="code" style="top: 80mm; text-align: right"></div>"""
NOTE, HOUR = "Dit uur is een advies.", "8.00 – 9.00 uur"
PLAIN = Stationery({"nl": compile_form(HTML), "other": compile_form(HTML + "<p>Ander</p>")}, title="Bladen")
SHARED = replace(PLAIN, phrases={"nl": {"note": (NOTE, "W" * 90), "hour": ()}, "other": {"note": (NOTE,)}})


def written(folder: Path, stations: Sequence[Station], cuts: Sequence[int]) -> Path:
    """A file whose stations show the name of their block, in pieces that begin at the cuts."""
    composer, content = Composer(PAPER), []
    for place, station in enumerate(stations):
        form, office = min(station.forms or {"nl"}), {"office": f"Lokaal {station.block or place}"}
        pages = [composer.page(form, voter(place).values(), record="1")] * station.pages
        content.append((pages, composer.layers({"nl": office, "fr": office}, record="1")))
    return join(folder / f"{len(cuts)}.pdf", Plan(PAPER, stations), content, cuts)


FORMS = st.sampled_from([None, frozenset({"nl"}), frozenset({"fr"}), frozenset({"nl", "fr"})])
STATIONS = st.lists(st.builds(Station, st.just("S"), st.integers(1, 3), st.sampled_from(["", "1a", "2b"]), FORMS), min_size=1, max_size=6)


@given(stations=STATIONS, data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_layer_is_in_the_file_once_for_the_stations_that_use_it_however_they_are_divided(stations: list[Station], data: st.DataObject):
    cuts = sorted(data.draw(st.sets(st.integers(1, len(stations) - 1)))) if len(stations) > 1 else []
    with TemporaryDirectory() as name:
        whole = written(Path(name), stations, [])
        found = texts(whole)
        assert warnings(whole) == []
        if cuts:
            assert written(Path(name), stations, cuts).read_bytes() == whole.read_bytes()
        with pikepdf.open(whole) as pdf:
            forms = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Form"]
            layers = [one for one in forms if b"Lokaal" in one.read_bytes()]

    used = {(station.block or place, form) for place, station in enumerate(stations) for form in station.forms or ("nl", "fr")}
    assert len(layers) == len(used)
    shown = [f"Lokaal {station.block or place}" for place, station in enumerate(stations) for _ in range(station.pages)]
    assert [office in text for office, text in zip(shown, found, strict=True)] == [True] * len(shown)


def page(stationery: Stationery, form: str = "nl", **values: Value) -> bytes:
    return Composer(stationery).page(form, {"name": "Jan", "hour": HOUR, "note": NOTE, "code": "A-1", **values}, record="1")


def test_a_phrase_is_drawn_once_and_any_other_text_is_written(tmp_path: Path):
    pages = [page(SHARED), page(SHARED, note="Iets anders"), page(SHARED, note="", hour=""), page(SHARED, "other")]
    path = write_file(tmp_path / "shared.pdf", SHARED, {"1": pages})

    assert warnings(path) == []
    assert [sorted(text.split()) for text in texts(path)] == [
        sorted(f"Jan {HOUR} {NOTE} A-1".split()),
        sorted(f"Jan {HOUR} Iets anders A-1".split()),
        ["A-1", "Jan"],
        sorted(f"Ander Jan {HOUR} {NOTE} A-1".split()),
    ]
    assert path.read_bytes().count(b"adv") == 1
    assert len(pages[2]) < len(pages[0]) < len(page(PLAIN)) - 50


def test_a_phrase_that_its_slot_cannot_hold_is_refused_with_the_voter():
    with pytest.raises(TooLongError, match=r"^1, note"):
        page(SHARED, note="W" * 90)


def test_one_voter_s_own_file_has_no_phrases():
    values: dict[str, Value] = {"name": "Jan", "hour": HOUR, "note": NOTE, "code": "A-1"}

    assert Singles(SHARED).pdf("nl", values, record="1") == Singles(PLAIN).pdf("nl", values, record="1")


def test_what_does_not_change_is_not_said_again():
    content = page(PLAIN, note="", hour="", name="Jan")

    assert content.count(b" Tf") == 1
    assert content.count(b" Tm") == 1, "only the text at the right says where it stands"
