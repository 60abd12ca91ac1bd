"""``convocation_template`` and ``letterhead``: texts and signature of cards, taken out and brought in by a script."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from convocations.cards.card import TemplateKey
from convocations.cards.template import standard
from convocations.models import CardLetterhead, CardTemplate
from core.models import Approval, AuditEvent
from core.tenancy import tenant
from elections.models import Election
from elections.services import create_election
from tests.commands import call
from tests.personas import NOW, World

DAY = date(2024, 10, 13)
KEY = TemplateKey.of("invitation-local-paper-nl")
HTML, _CSS = standard(KEY, DAY)
OWN = HTML.replace("Zo stemt u", "Zo stemt u in Halle")
ARMS = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>'


@pytest.fixture
def elections(world: World) -> list[Election]:
    """One of Halle, one of Horebeke."""
    pairs = ((world.halle, world.henk), (world.horebeke, world.hilde))
    asked: dict[str, Any] = {"date": DAY, "list_date": date(2024, 8, 1), "ballots": ["municipal", "provincial"], "at": NOW}
    return [create_election(municipality=place, by=world.actor(user), **asked) for place, user in pairs]


def command(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("convocation_template", "23027", "2024-10-13", *arguments, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return answer


def refused_command(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("convocation_template", "23027", "2024-10-13", *arguments, "--json", stdout=out)
    assert end.value.code == 2
    errors: list[dict[str, Any]] = json.loads(out.getvalue().splitlines()[-1])["errors"]
    return errors


def test_texts_are_taken_out_and_brought_in_by_a_script(world: World, elections: list[Election], tmp_path: Path) -> None:
    assert command("--export", str(tmp_path)) == {"written": [KEY.name, "invitation-local_foreigner-paper-nl"]}
    file = tmp_path / f"{KEY.name}.html"
    assert file.read_text() == HTML
    assert refused_command("--import", str(tmp_path), "--requested-by", "alice")[0]["problem"] == "holds no text that differs"
    assert refused_command("--import", str(tmp_path), "--requested-by", "bob")[0]["problem"] == "this user's role does not allow it"
    file.write_text(OWN)
    assert command("--import", str(tmp_path), "--requested-by", "alice") == {"kept": [KEY.name], "approved": False}

    with tenant(world.halle.pk):
        assert list(CardTemplate.objects.values_list("key", "state")) == [(KEY.name, "draft")]
    with tenant(world.horebeke.pk):
        assert CardTemplate.objects.count() == 0


def test_a_single_refused_text_keeps_all_of_them_out(world: World, elections: list[Election], tmp_path: Path) -> None:
    command("--export", str(tmp_path))
    (tmp_path / f"{KEY.name}.html").write_text(OWN)
    (tmp_path / "invitation-local_foreigner-paper-nl.html").write_text(OWN.replace('data-slot="station_name"', ""))

    assert refused_command("--import", str(tmp_path), "--requested-by", "alice")[0] == {
        "row": None,
        "column": "invitation-local_foreigner-paper-nl",
        "value": "",
        "problem": "slot_missing station_name",
    }
    with tenant(world.halle.pk):
        assert CardTemplate.objects.count() == 0


def test_two_persons_bring_a_text_in_at_once(world: World, elections: list[Election], tmp_path: Path) -> None:
    command("--export", str(tmp_path))
    (tmp_path / f"{KEY.name}.html").write_text(OWN)
    bring_in = ("--import", str(tmp_path), "--requested-by")

    assert [error["column"] for error in refused_command(*bring_in, "henk", "--approved-by", "henk")] == ["--approved-by"]
    assert [error["column"] for error in refused_command(*bring_in, "henk", "--approved-by", "alice")] == ["user"]
    with tenant(world.halle.pk):
        assert not CardTemplate.objects.exists()
        assert not Approval.objects.exists()

    assert command(*bring_in, "alice", "--approved-by", "henk") == {"kept": [KEY.name], "approved": True}

    with tenant(world.halle.pk):
        row = CardTemplate.objects.get()
        assert (row.state, row.requested_by_name, row.approved_by_name) == ("approved", "Alice Test", "Henk Test")
    with tenant(world.horebeke.pk):
        assert not CardTemplate.objects.exists()


def test_the_letterhead_is_kept_and_told(world: World, tmp_path: Path) -> None:
    arms = tmp_path / "wapen.svg"
    arms.write_bytes(ARMS)
    nothing = {"lines_nl": "", "lines_fr": "", "foot_nl": "", "foot_fr": "", "arms": ""}
    assert call("letterhead", "23027") == nothing

    given = ("--lines-nl", "Oudstrijdersplein 18\n1500 Halle", "--arms", str(arms))
    kept = call("letterhead", "23027", *given, "--requested-by", "henk")
    assert kept == {**nothing, "lines_nl": "Oudstrijdersplein 18\n1500 Halle", "arms": "svg"}
    assert call("letterhead", "23027", "--foot-nl", "Vragen? Burgerzaken.", "--requested-by", "henk") == {
        **kept, "foot_nl": "Vragen? Burgerzaken.",
    }  # fmt: skip
    assert call("letterhead", "23027", "--no-arms", "--requested-by", "henk")["arms"] == ""
    assert call("letterhead", "45062") == nothing


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        (("--lines-nl", "1\n2\n3\n4", "--foot-nl", "x" * 201), ["--foot-nl", "--lines-nl"]),
        (("--lines-fr", "Rue"), ["--lines-fr"]),
        (("--arms", "{folder}/none.svg"), ["--arms"]),
        (("--arms", "{folder}/letter.svg"), ["--arms"]),
        (("--foot-nl", "x", "--requested-by", "alice"), ["user"]),
        (("--foot-nl", "x", "--requested-by", "hilde"), ["user"]),
    ],
)
def test_a_letterhead_that_cannot_be_is_refused_whole(world: World, tmp_path: Path, arguments: tuple[str, ...], columns: list[str]) -> None:
    (tmp_path / "letter.svg").write_bytes(b"GIF89a")
    given = [one.format(folder=tmp_path) for one in arguments]
    who = [] if "--requested-by" in given else ["--requested-by", "henk"]

    assert sorted(column for column, _problem in call("letterhead", "23027", *given, *who)) == columns

    with tenant(world.halle.pk):
        assert not CardLetterhead.objects.exists()
        assert not AuditEvent.objects.filter(kind="card_letterhead.changed").exists()


def test_nobody_keeps_a_letterhead_without_a_name(world: World) -> None:
    assert [column for column, _problem in call("letterhead", "23027", "--foot-nl", "x")] == ["--requested-by"]
    with tenant(world.halle.pk):
        assert not CardLetterhead.objects.exists()
