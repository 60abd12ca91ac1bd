"""The example of the package's description, as it runs."""

from pathlib import Path

from documents.stream.composer import Composer
from documents.stream.plan import Plan, Station
from documents.stream.readback import Facts, read_back
from documents.stream.segments import whole_file
from documents.stream.stationery import Stationery
from tests.documents.stream.samples import TOKEN, Voter, card, voter

OFFICES = {"1 Stadhuis": [voter(1), voter(2)], "2 Sporthal": [voter(3)], "3 Kerk": [voter(4), voter(5), voter(6)]}


def facts(number: int, one: Voter) -> Facts:
    return Facts(
        one.token,
        texts=(one.name, one.street, one.place),
        once=("zondag 13 oktober 2024",),
        codes=(one.qr, f"JJBEA{one.mail_id}"),
        apart=("Grote Markt 1 1500 Halle", f"{one.street} {one.place}"),
    )


def test_cards_of_three_stations_are_one_file_that_reads_back(tmp_path: Path):
    stationery = Stationery({"nl": card()}, title="Oproepingsbrieven")
    plan = Plan(stationery, [Station(title, len(voters)) for title, voters in OFFICES.items()])
    composer, target = Composer(stationery), tmp_path / "cards.pdf"
    with target.open("wb") as stream, whole_file(plan, stream) as writer:
        for title, voters in OFFICES.items():
            pages = (composer.page("nl", one.values(), record=f"voter {one.number}") for one in voters)
            writer.station(pages, layers=composer.layers({"nl": {"office": title}}, record=title))

    expected = [facts(n, one) for n, one in enumerate(one for voters in OFFICES.values() for one in voters)]
    report = read_back(target, expected, token=TOKEN)
    assert report.ok, report.problems
    assert (report.pages, report.tokens, report.sampled, report.decoded) == (6, 6, 6, 12)
