"""bpost's answers as work: whole or not at all, everything that is wrong at once, the same file twice changes nothing."""

import io
import json
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from convocations.models import CardCase, CardEvent, RunFile
from convocations.services import bpost_answers
from convocations.services.answers import AnswerRefusedError
from convocations.words import posting
from core import jobs
from core.models import AuditEvent, Job
from core.tenancy import tenant
from delivery.bpost.request_aft import COLUMNS
from delivery.words import message_text
from tests.convocations.letters import NAME, NOTHING, Letters, reply, response
from tests.personas import NOW, World


@pytest.fixture
def halle(world: World, django_capture_on_commit_callbacks) -> Letters:
    return Letters(world.halle, world.actor(world.alice), django_capture_on_commit_callbacks)


@pytest.fixture
def horebeke(world: World, django_capture_on_commit_callbacks) -> Letters:
    return Letters(world.horebeke, world.actor(world.alice), django_capture_on_commit_callbacks)


def number(piece: int) -> str:
    return f"9212345{piece:011d}"


def test_a_letter_that_bpost_does_not_know_becomes_an_open_case(halle: Letters, horebeke: Letters) -> None:
    answer = response(halle.sent, reply(3), reply(3), reply(3, "7001"), reply(4, "MID-4030", "INFO", "midNum", number(4)))

    job = halle.bring_in(answer)

    assert job.state == "done", job.error
    assert job.result is not None
    assert {name: job.result[name] for name in ("run", "letters", "items", "opened", "mail_ids")} == {
        "run": 1,
        "letters": 2,
        "items": 1,
        "opened": 2,
        "mail_ids": 1,
    }
    with tenant(halle.pk):
        cases = CardCase.objects.filter(kind=CardCase.Kind.ADDRESS).order_by("code")
        assert [(one.card.position, one.code, one.state) for one in cases] == [(3, "MID-4010", "open"), (3, "MID-7001", "open")]
        assert CardEvent.objects.filter(kind="address_problem").count() == 2
    assert halle.card(4).mail_id == number(4)
    assert halle.state() == (2, 2, 1, 1, 1)
    assert len(halle.uploads()) == 1
    assert horebeke.state() == NOTHING


OF_LIST = (
    '<Reply seq="{seq}"><XPath>/MailingRequest</XPath><Messages><Message code="{code}" severity="{severity}"><Description>{text}'
    "</Description>{content}</Message></Messages></Reply>"
)
RATE = '<MessageContents><MessageContent key="complianceRate" value="97.25%"/></MessageContents>'


def test_why_a_list_as_a_whole_is_refused_is_kept_and_said_in_words(halle: Letters) -> None:
    told = [
        OF_LIST.format(seq=1, code="MPW-5009", severity="FATAL", text="fileRef is too short", content=""),
        OF_LIST.format(seq=2, code="MID-3077", severity="ERROR", text="no BarcodeCustomerId", content=""),
        OF_LIST.format(seq=3, code="MID-2070", severity="WARN", text="Count of items is other", content=""),
        OF_LIST.format(seq=4, code="MID-2070", severity="WARN", text="Count of items is other", content=""),
        OF_LIST.format(seq=5, code="MID-4040", severity="INFO", text="", content=RATE),
    ]

    job = halle.bring_in(response(halle.sent, *told, reply(3), status=998))

    assert job.result is not None
    assert job.result["statuses"] == [998]
    assert job.result["messages"] == [
        ["MPW-5009", "FATAL", "fileRef is too short"],
        ["MID-3077", "ERROR", "no BarcodeCustomerId"],
        ["MID-2070", "WARN", "Count of items is other"],
    ]
    with override("nl"):
        shown = posting.outcome(halle.sent.run, job, may_export=True)["figures"]
        known = [str(message_text(code, text)) for code, text in (("MID-3077", ""), ("MID-2070", "Count of items is other"))]
    assert [(one["label"], one["state"]) for one in shown if "(M" in str(one["label"])] == [
        ("fileRef is too short (MPW-5009)", "bad"),
        (f"{known[0]} (MID-3077)", "bad"),
        (f"{known[1]} (MID-2070)", "warn"),
    ]
    assert known[0] not in {"MID-3077", "no BarcodeCustomerId"}, "said in our own words"


def test_of_an_answer_of_before_messages_were_kept_the_page_says_the_rest(halle: Letters) -> None:
    job = halle.bring_in(response(halle.sent, reply(3)))
    assert job.result is not None
    del job.result["messages"]

    assert posting.outcome(halle.sent.run, job, may_export=True)["figures"]


def test_the_same_answer_twice_is_refused_and_changes_nothing(halle: Letters) -> None:
    answer = response(halle.sent, reply(1))
    halle.bring_in(answer)
    before = halle.state()

    with pytest.raises(AnswerRefusedError, match="brought_in_already"):
        halle.ask(answer)

    with tenant(halle.pk):
        CardCase.objects.filter(municipality=halle.municipality).update(state="done", closed_at=NOW, closed_by_name="x")
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(NAME, answer)
    job = halle.bring_in(packed.getvalue(), f"{NAME}.ZIP")

    assert (job.state, job.error) == ("failed", "brought_in_already")
    assert halle.state() == before
    assert len(halle.uploads()) == 1


def test_a_second_request_while_one_runs_starts_no_other(halle: Letters, horebeke: Letters) -> None:
    answer = response(halle.sent, reply(1))

    first, second, other = halle.ask(answer), halle.ask(answer, "again.xml"), halle.ask(response(halle.sent, reply(2)))

    assert first.pk == second.pk != other.pk
    assert len(halle.uploads()) == 2
    assert horebeke.ask(answer).pk != first.pk


def test_work_that_is_taken_up_again_after_it_was_done_changes_nothing(halle: Letters) -> None:
    job = halle.bring_in(response(halle.sent, reply(1)))
    before = halle.state()
    again = jobs.JobRun(job.pk, halle.pk, job.params, halle.by, job.lease_token)  # type: ignore[arg-type]  # kept after the end

    assert bpost_answers.bring_in(run=again, at=timezone.now()) == job.result

    assert halle.state() == before


def test_an_answer_to_somebody_else_is_refused(halle: Letters, horebeke: Letters) -> None:
    job = horebeke.bring_in(response(halle.sent, reply(1)))

    assert (job.state, job.error) == ("failed", "unknown_list")
    assert halle.state() == horebeke.state() == NOTHING
    assert horebeke.uploads() == []


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"<x/>", "no_answer"), (b"<MailingResponse>", "not_xml"), (b"PK\x03\x04x", "broken_archive")]
)
def test_what_is_no_answer_is_refused_and_not_kept(halle: Letters, content: bytes, code: str) -> None:
    job = halle.bring_in(content)

    assert (job.state, job.error) == ("failed", code)
    assert halle.state() == NOTHING
    assert halle.uploads() == []


def test_everything_that_is_wrong_is_told_at_once_and_nothing_comes_in(halle: Letters) -> None:
    answer = response(
        halle.sent,
        reply(1),
        reply(21),
        reply(99_999_999, "MID-4060", "WARN"),
        reply(2, "MID-4030", "INFO", "midNum", "9,2E+17"),
        reply(3, "MID-4030", "INFO", "midNum", number(3)),
        reply(4, "MID-4030", "INFO", "midNum", number(3)),
        reply(5, "MID-4030", "INFO", "midNum", number(5)),
        reply(5, "MID-4030", "INFO", "midNum", number(6)),
        mailing_ref="another",
    )

    job = halle.bring_in(answer)

    assert (job.state, job.error) == ("failed", "rows")
    assert job.result is not None
    assert [(row["row"], row["problem"]) for row in job.result["errors"]] == [
        (None, "other_list"),
        (2, "mail_id"),
        (4, "mail_id_twice"),
        (5, "mail_ids"),
        (21, "unknown_letter"),
        (99_999_999, "unknown_letter"),
    ]
    assert job.result["more"] == 0
    assert halle.state() == NOTHING
    assert halle.uploads() == []


def test_letters_that_are_not_in_the_list_are_left_out_and_told(halle: Letters, horebeke: Letters) -> None:
    foreign = [reply(seq, "MID-4030", "INFO", "midNum", number(seq)) for seq in range(21, 171)]
    answer = response(halle.sent, reply(0), reply(3), reply(21), *foreign, reply(20, "MID-4030", "INFO", "midNum", number(20)))

    job = halle.bring_in(answer)

    assert job.state == "done", job.error
    assert job.result is not None
    assert {name: job.result[name] for name in ("letters", "items", "opened", "mail_ids", "not_in_list")} == {
        "letters": 2, "items": 1, "opened": 1, "mail_ids": 1, "not_in_list": 151,
    }  # fmt: skip
    assert job.result["not_in_list_letters"] == [0, *range(21, 120)]
    with tenant(halle.pk):
        assert [case.card.position for case in CardCase.objects.all()] == [3]
        [event] = AuditEvent.objects.filter(municipality_id=halle.pk, kind="card_run.bpost_answered")
    assert (event.after or {})["not_in_list"] == 151
    assert [halle.card(position).mail_id for position in (3, 20)] == ["", number(20)]
    assert horebeke.state() == NOTHING


def test_the_first_and_the_last_letter_are_in_the_list_and_the_next_is_not(halle: Letters) -> None:
    job = halle.bring_in(response(halle.sent, reply(1), reply(20), reply(21)))

    assert (job.result or {})["not_in_list_letters"] == [21]
    assert halle.state() == (2, 2, 0, 1, 1)


def test_an_answer_of_which_no_letter_is_in_the_list_answers_another_one(halle: Letters) -> None:
    job = halle.bring_in(response(halle.sent, reply(0), reply(21)))

    assert (job.state, job.error) == ("failed", "rows")
    assert [(row["row"], row["problem"]) for row in (job.result or {})["errors"]] == [(0, "unknown_letter"), (21, "unknown_letter")]
    assert halle.state() == NOTHING
    assert halle.uploads() == []


def test_of_many_problems_the_first_are_told_and_the_others_counted(halle: Letters) -> None:
    job = halle.bring_in(response(halle.sent, *(reply(seq) for seq in range(21, 171))))

    assert job.result is not None
    assert (len(job.result["errors"]), job.result["more"]) == (100, 50)


def test_the_answer_to_a_trial_notes_nothing_on_cards(halle: Letters) -> None:
    with tenant(halle.pk):
        halle.sent.details["mode"] = "C"
        halle.sent.save(update_fields=["details"])

    job = halle.bring_in(response(halle.sent, reply(1), reply(2, "MID-4030", "INFO", "midNum", number(2))))

    assert (job.result or {})["items"] == 1
    assert halle.state() == (0, 0, 0, 1, 1)


def test_two_answers_with_one_long_name_are_both_kept(halle: Letters) -> None:
    for seq in (3, 4):
        assert halle.bring_in(response(halle.sent, reply(seq)), f"{'a' * 116}.xml").state == "done"

    assert halle.state()[3] == 2


@pytest.mark.parametrize("where", ["file_ref", "mailing_ref", "rate"])
def test_the_character_nul_in_an_answer_does_no_harm(halle: Letters, where: str) -> None:
    sign = dict.fromkeys(("file_ref", "mailing_ref", "rate"), "") | {where: "\0"}
    answer = f"""Context|MailingResponse|M037_MID|MID|123|0200
RequestProps|x|{halle.sent.details["file_ref"]}{sign["file_ref"]}
MailingCreate|1|{halle.sent.details["mailing_ref"]}{sign["mailing_ref"]}
Status|100
Reply|1
Message|MID-4040|INFO|
MessageContent|complian{sign["rate"]}ceRate|55"""

    job = halle.bring_in(answer.encode(), "antwoord.txt")

    assert (job.state, job.error) in {("done", ""), ("failed", "unknown_list")}


def test_an_acknowledgement_is_kept(halle: Letters) -> None:
    name = f"MID_0200_12345678_{halle.sent.details['file_ref']}_240902143000_0RQ.XML"

    job = halle.bring_in(f'<RequestAck><FileReceived fileName="{name}" timeStamp="2024-09-02T14:31:07"/></RequestAck>'.encode())

    assert (job.result or {})["acknowledged"] is True
    assert halle.state() == (0, 0, 0, 1, 1)


@pytest.mark.parametrize(
    "feedback", ["a\x00b", "x" * 9_000, "MID-" + "9" * 60, "\x85\x01"], ids=["zero byte", "long", "long code", "controls"]
)
def test_odd_words_of_bpost_do_no_harm(halle: Letters, feedback: str) -> None:
    head = f"RequestProps||{halle.sent.details['file_ref']}\r\nMailingCreate|1|{halle.sent.details['mailing_ref']}\r\n"

    job = halle.bring_in(f"{head}Reply|1\r\nLocation|Item|seq|1\r\nMessage|{feedback}|ERROR|{feedback}\r\n".encode("iso-8859-1"), "x.txt")

    assert job.state == "done", job.error
    assert halle.state() == (1, 1, 0, 1, 1)


def test_who_stops_it_before_it_began_leaves_nothing(halle: Letters) -> None:
    asked = halle.ask(response(halle.sent, reply(1)))

    with tenant(halle.pk), halle.capture(execute=True):
        assert jobs.request_cancel(municipality_id=halle.pk, job_id=asked.pk, by=halle.by, at=NOW)

    assert halle.job(asked.pk).state == "cancelled"
    assert halle.state() == NOTHING
    assert halle.uploads() == []
    assert halle.bring_in(response(halle.sent, reply(1))).state == "done"


def test_who_stops_it_while_it_is_read_leaves_nothing(halle: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(self: jobs.JobRun, *_args: object, **values: object) -> None:
        if values.get("stage") == bpost_answers.WRITING:
            self.cancelled = True
            raise jobs.JobCancelledError

    monkeypatch.setattr(jobs.JobRun, "progress", stop)
    job = halle.bring_in(response(halle.sent, reply(1)))

    assert job.state == "cancelled"
    assert halle.state() == NOTHING
    assert halle.uploads() == []


def table(*rows: str) -> bytes:
    """What the Address File Tool gives back: of each letter its number and its feedback."""
    place = COLUMNS.index("FEEDBACK")
    lines = ["|".join(COLUMNS)]
    for row in rows:
        seq, _bar, feedback = row.partition(" ")
        lines.append("|".join([seq, *[""] * (place - 1), feedback, *[""] * (len(COLUMNS) - place - 1)]))
    return "\r\n".join(lines).encode("iso-8859-1")


def test_a_table_of_the_address_file_tool_is_found_by_its_name_or_by_the_run(halle: Letters) -> None:
    named = f"AFT_12345678_{halle.sent.details['file_ref']}_240902143000 antwoord.csv"

    assert halle.bring_in(table("1 OK", "2 MID-4010 no match"), named).state == "done"
    assert halle.state() == (1, 1, 0, 1, 1)
    assert halle.bring_in(table("3 MID-4010"), "antwoord.csv").error == "unknown_list"  # no such list was made of this run

    with tenant(halle.pk):
        halle.sent.details["form"] = "AFT"
        halle.sent.save(update_fields=["details"])
    assert halle.bring_in(table("3 MID-4010"), "antwoord.csv").state == "done"
    assert halle.state() == (2, 2, 0, 2, 2)


def test_a_table_that_names_no_list_is_refused_with_a_letter_that_is_not_in_it(halle: Letters) -> None:
    with tenant(halle.pk):
        halle.sent.details["form"] = "AFT"
        halle.sent.save(update_fields=["details"])
    content = table("1 MID-4010", "21 MID-4010")

    assert halle.bring_in(content, "antwoord.csv").error == "rows"
    assert halle.state() == NOTHING
    assert halle.uploads() == []

    job = halle.bring_in(content, f"AFT_12345678_{halle.sent.details['file_ref']}_240902143000 antwoord.csv")
    assert (job.state, (job.result or {})["not_in_list_letters"]) == ("done", [21])
    assert halle.state() == (1, 1, 0, 1, 1)


def run_command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    code = 0
    try:
        call_command("import_bpost_response", *arguments, json=True)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_the_command_does_the_same_and_says_all_that_is_wrong(halle: Letters, horebeke: Letters, tmp_path, capsys, monkeypatch) -> None:
    # A command commits for real; in a test what follows the commit follows the block.
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_: function())
    good, wrong = tmp_path / NAME, tmp_path / "wrong.xml"
    good.write_bytes(response(halle.sent, reply(1), reply(2), reply(23)))
    wrong.write_bytes(response(halle.sent, reply(21), reply(22)))

    code, told = run_command(capsys, "23027", str(wrong))
    assert (code, [row["row"] for row in told["errors"]]) == (2, [21, 22])
    assert halle.state() == NOTHING

    code, told = run_command(capsys, "23027", str(good))
    assert (code, told["run"], told["opened"], told["not_in_list"], told["not_in_list_letters"]) == (0, 1, 2, 1, [23])
    code, told = run_command(capsys, "23027", str(good))
    assert (code, told["errors"][0]["problem"]) == (2, "brought_in_already")
    assert halle.state() == (2, 2, 0, 1, 1)
    assert horebeke.state() == NOTHING


def test_no_answer_lies_outside_the_files_of_its_municipality(halle: Letters) -> None:
    halle.bring_in(response(halle.sent, reply(1)))

    with tenant(halle.pk):
        kept = RunFile.objects.get(municipality=halle.municipality, kind=RunFile.Kind.ANSWER)
        assert kept.file.startswith("23027/cards/answers/")
        assert Job.objects.get(kind=bpost_answers.KIND).params["file"] == kept.file
