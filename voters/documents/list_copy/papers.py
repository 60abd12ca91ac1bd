"""The papers around a president's list: cover, count sheet, signatures; laid out once, then filled in for each station. Pure."""

import zlib
from collections.abc import Sequence
from html import escape
from pathlib import Path

from documents.stream.composer import Composer
from documents.stream.forms import CompiledForm, compile_form
from documents.stream.list_file import Drawn
from documents.stream.lists import FORM
from documents.stream.stationery import Stationery
from documents.stream.values import Value
from voters.documents.list_copy.data import CopyHead, StationHead
from voters.documents.list_copy.layout import foot, place_of, stationery
from voters.documents.list_copy.paper_words import PAPER_WORDS
from voters.documents.voters_list.layout import WORDS as LIST_WORDS
from voters.documents.voters_list.layout import long_date
from voters.rules.list_copies import KINDS, Field

DOCUMENTS = ("cover", "list", "counts", "signatures")
"""In the order in which they are printed."""
HOURS = range(8, 16)
"""The hours of the longest day: federal electronic voting, 8 to 16."""
ASSESSORS, SUBSTITUTES, WITNESSES, REMARKS = 4, 2, 3, 8
CSS = Path(__file__).with_name("papers.css")


class Papers:
    """Draws the papers of the stations of one copy."""

    def __init__(self, head: CopyHead) -> None:
        self.head, self.words = head, PAPER_WORDS[head.language]
        plain, css = stationery(head), CSS.read_text(encoding="utf-8")
        forms: dict[str, CompiledForm] = {FORM: plain.forms[FORM]}
        forms |= {"cover": compile_form(self._cover(), css), "counts": compile_form(self._counts(), css)}
        forms["signatures"] = compile_form(self._signatures(), css)
        self.stationery = Stationery(forms, title=plain.title, language=plain.language, author=plain.author, layers=(FORM,))
        self.composer = Composer(self.stationery)

    def around(self, station: StationHead, drawn: Drawn) -> list[Drawn]:
        """The four documents of a station, in the order of ``DOCUMENTS``; ``drawn`` is its list."""
        shared: dict[str, Value] = {"number": str(station.number), "place": self._place(station), "foot": foot(self.head, station.number)}
        figures = {
            "voters": station.voters,
            "struck": station.struck,
            "added": station.added,
            "marked": station.marked,
            "minors": station.minors,
            "compulsory": station.compulsory,
        }
        numbers: dict[str, Value] = {name: str(number) for name, number in figures.items()}
        cover = self._page("cover", {**shared, **numbers, "list_pages": str(len(drawn.pages))}, station)
        counts = self._page("counts", {**shared, "expected": str(station.voters)}, station)
        signatures = self._page("signatures", shared, station)
        return [cover, Drawn(self._title("list", station), drawn.layer, drawn.pages), counts, signatures]

    def _place(self, station: StationHead) -> tuple[str, ...]:
        where = ", ".join(filter(None, [place_of(station), station.room]))
        return (where, f"{self.words['entrance']}: {station.entrance}") if station.entrance else (where,)

    def _page(self, form: str, values: dict[str, Value], station: StationHead) -> Drawn:
        page = self.composer.page(form, values, record=f"{self.words['station']} {station.number}")
        return Drawn(self._title(form, station), b"", [zlib.compress(page, 6)])

    def _title(self, document: str, station: StationHead) -> str:
        return f"{self.words['station']} {station.number} · {self.words[document]}"

    # ------------------------------------------------------------------------------------------------- templates
    def _sheet(self, document: str, body: str) -> str:
        head, words = self.head, self.words
        names = ", ".join(LIST_WORDS[head.language].ballots[code][1] for code in head.ballots)
        kind = f"{head.municipality} · {long_date(head.election_day, head.language)} · {names}"
        # Nothing but the foot stands outside the flow: slots are found in the flow.
        return (
            '<div class="sheet"><table class="head"><tr><td class="number"><div class="frame"><div data-slot="number">1</div></div></td>'
            f'<td class="what"><p class="kind">{escape(kind)}</p><h1>{escape(words[document])}</h1>'
            '<div class="place" data-slot="place" data-lines="3">x</div></td></tr></table>'
            f'{body}</div><div class="foot" data-slot="foot" data-shrink="0.5">x</div>'
        )

    def _cover(self) -> str:
        words = self.words
        shown = ["voters", "struck", "added", "marked", "minors", "compulsory"]
        labels = {"voters": "on_list"}
        figures = "".join(
            f'<td><div data-slot="{name}">0</div><small>{escape(words[labels.get(name, name)])}</small></td>' for name in shown
        )
        contents = "".join(
            f'<tr><th>{place}. {escape(words[one])}</th><td style="width: 30mm">'
            + ('<div data-slot="list_pages">1</div>' if one == "list" else '<div class="r">1</div>')
            + "</td></tr>"
            for place, one in enumerate(DOCUMENTS, 1)
        )
        return self._sheet(
            "cover",
            f'<p>{escape(words["cover_intro"])}</p><table class="figures"><tr>{figures}</tr></table>'
            f'<h2>{escape(words["contents"])}</h2><table class="contents"><thead><tr><th>{escape(words["document"])}</th>'
            f'<th class="r" style="width: 30mm">{escape(words["pages"])}</th></tr></thead><tbody>{contents}</tbody></table>'
            f"<h2>{escape(words['members'])}</h2>{self._members(sign=False)}",
        )

    def _members(self, *, sign: bool) -> str:
        words = self.words
        functions = [words["president"], words["secretary"], *[f"{words['assessor']} {n}" for n in range(1, ASSESSORS + 1)]]
        functions += [words["substitute"]] * SUBSTITUTES if not sign else [words["witness"]] * WITNESSES
        last = [("sign", 52.0)] if sign else [("from", 20.0), ("until", 20.0)]
        heads = f'<th style="width: 34mm">{escape(words["function"])}</th><th>{escape(words["name"])}</th>'
        heads += "".join(f'<th style="width: {width}mm">{escape(words[name])}</th>' for name, width in last)
        rows = "".join(f"<tr><th>{escape(one)}</th><td></td>{'<td></td>' * len(last)}</tr>" for one in functions)
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _counts(self) -> str:
        words = self.words
        heads = "".join(
            f"<th{style}>{escape(words[name])}</th>"
            for name, style in (
                ("hour", ' style="width: 20mm"'),
                ("tally", ""),
                ("in_hour", ' style="width: 26mm"'),
                ("so_far", ' style="width: 26mm"'),
            )
        )
        hours = "".join(f"<tr><th>{hour}–{hour + 1}</th><td></td><td></td><td></td></tr>" for hour in HOURS)
        control = (
            f'<tr><th>{escape(words["expected"])}</th><td class="given" style="width: 32mm"><div data-slot="expected">0</div></td></tr>'
        )
        control += "".join(f"<tr><th>{escape(words[name])}</th><td></td></tr>" for name in self._checked())
        return self._sheet(
            "counts",
            f'<p>{escape(words["counts_intro"])}</p><table class="big"><thead><tr>{heads}</tr></thead><tbody>{hours}</tbody></table>'
            f"<h2>{escape(words['control'])}</h2><table><tbody>{control}</tbody></table>"
            f"<h2>{escape(words['papers'])}</h2>{self._ballots(('received', 'used', 'spoiled', 'unused'))}",
        )

    def _checked(self) -> Sequence[str]:
        return (
            ("voted", "by_proxy", "admitted", "absent") if Field.PROXY in KINDS[self.head.kind].fields else ("voted", "admitted", "absent")
        )

    def _ballots(self, names: Sequence[str]) -> str:
        words, ballots = self.words, LIST_WORDS[self.head.language].ballots
        heads = "<th></th>" + "".join(f"<th>{escape(words[name])}</th>" for name in names)
        rows = "".join(
            f"<tr><th>{escape(ballots[code][1][:1].upper() + ballots[code][1][1:])}</th>{'<td></td>' * len(names)}</tr>"
            for code in self.head.ballots
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _signatures(self) -> str:
        words = self.words
        opened = (
            f'<p>{escape(words["opening"])} <span class="blank"></span> {words["hour_word"]} {escape(words["closing"])} '
            f'<span class="blank"></span> {words["hour_word"]}.</p>'
        )
        done = f'<p style="margin-top: 7mm">{escape(words["done_at"])} <span class="blank wide"></span> {words["on"]} <span class="blank"></span></p>'
        return self._sheet(
            "signatures",
            f"<p>{escape(words['signatures_intro'])}</p>{opened}{self._members(sign=True)}"
            f'<h2>{escape(words["remarks"])}</h2><p>{escape(words["remarks_hint"])}</p><div class="lines">{"<div></div>" * REMARKS}</div>{done}',
        )
