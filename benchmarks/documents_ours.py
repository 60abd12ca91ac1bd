"""Ours, for ``benchmarks.documents``: cards and lists by the merge stream."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from benchmarks import documents_content as content
from benchmarks.documents_content import Voter, placed
from documents.stream.composer import Composer
from documents.stream.forms import CompiledForm, compile_form
from documents.stream.list_file import PrintedList, bind, draw_list
from documents.stream.lists import Column, Head, ListComposer, list_stationery
from documents.stream.plan import Plan, Station
from documents.stream.segments import whole_file
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery

SELECT = "SELECT * FROM bench_voter ORDER BY number"
COLUMNS = (
    Column("Nr.", 14, 13, "right"),
    Column("Naam", 30, 66, strong=True),
    Column("Geboren", 98, 19),
    Column("Adres", 119, 62),
    Column("", 185, 10, "center"),
)
HEAD = Head(
    "Kiezerslijst",
    "Halle",
    (content.ELECTION,),
    "Definitief",
    True,
    "",
    "Stad Halle",
    "",
    "Bladzijde {page} van",
    "vervolg",
    "nl",
    "Stad Halle",
)


def form() -> CompiledForm:
    """The card as a form."""
    slots = "".join(placed(x, y, face, size, "", f'data-slot="{name}"', width) for name, (x, y, width, face, size) in content.SLOTS.items())
    for number, (x, y, face, size) in enumerate(content.STATION_LINES):
        slots += placed(x, y, face, size, "", f'data-slot="s{number}" data-layer="station"', 100)
    x, y, side = content.QR_BOX
    slots += (
        f'<div data-slot="qr" data-code="qr" data-length="{content.QR_LENGTH}" data-start="{content.QR_START}" '
        f'style="left:{x}mm;top:{y}mm;width:{side}mm;height:{side}mm"></div>'
    )
    return compile_form(content.html(slots=slots), content.CSS, pictures={"arms": content.arms()})


def values(voter: Voter) -> dict[str, str]:
    """What changes on a card."""
    return {
        "name": voter.name,
        "street": voter.street,
        "place": voter.place,
        "number": str(voter.number),
        "token": voter.token,
        "qr": voter.qr,
    }


def stations(count: int) -> list[Station]:
    """The stations of so many voters."""
    return [
        Station(content.station_lines(index)[0], min(content.STATION, count - first))
        for index, first in enumerate(range(0, count, content.STATION))
    ]


def cards(compiled: CompiledForm, voters: Iterable[Voter], count: int, target: Path) -> None:
    """The cards of voters as they come."""
    stationery = Stationery({"nl": compiled}, title="Oproepingsbrieven")
    plan = Plan(stationery, stations(count))
    composer, coming = Composer(stationery), iter(voters)
    with target.open("wb") as stream, whole_file(plan, stream) as writer:
        for index, station in enumerate(plan.stations):
            lines = {f"s{number}": text for number, text in enumerate(content.station_lines(index))}
            layers = composer.layers({"nl": lines}, record=f"station {index}")
            writer.station(_pages(composer, islice(coming, station.pages)), layers=layers)


def rows_of_database() -> Iterator[Voter]:
    """The voters in the table that ``benchmarks.documents`` has filled, as the server sends them; libpq's variables say where it is."""
    import psycopg

    with psycopg.connect() as connection, connection.cursor() as cursor, cursor.copy(f"COPY ({SELECT}) TO STDOUT") as coming:
        yield from map(Voter._make, coming.rows())


def _pages(composer: Composer, voters: Iterator[Voter]) -> Iterator[bytes]:
    for voter in voters:
        yield composer.page("nl", values(voter), record=f"voter {voter.number}")


def lists(voters: Sequence[Voter], target: Path) -> None:
    """The voters lists of all stations in one file."""
    composer = ListComposer(COLUMNS)
    drawn = []
    for number, first in enumerate(range(0, len(voters), content.STATION)):
        rows = list(map(content.list_row, voters[first : first + content.STATION]))
        drawn.append(draw_list(composer, PrintedList(str(number), HEAD, rows)))
    bind(target, list_stationery("Kiezerslijst", language="nl"), drawn)


def singles(compiled: CompiledForm, voters: Sequence[Voter]) -> int:
    """Each voter's own file, in memory; how many bytes they are together."""
    maker = Singles(Stationery({"nl": compiled}, title="Oproepingsbrief"))
    station = {f"s{number}": text for number, text in enumerate(content.station_lines(0))}
    return sum(len(maker.pdf("nl", values(voter), station=station, record=str(voter.number))) for voter in voters)
