"""What is said of what goes to bpost and comes back: lists being made, answers being brought in, and why not."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.models import Card, PrintRun
from convocations.rules.returns import Printed
from convocations.services import answers, mailing
from convocations.words import cards as words
from convocations.words import runs as run_words
from core.models import Job
from core.templatetags.presentation import date_time, number
from delivery.bpost.answer_parts import Severity
from delivery.bpost.mailing import Mode
from delivery.words import ANSWER_ERRORS, DEPOSIT_KINDS, FORMS, MODES, PROBLEMS, REMARKS, SEVERITIES, STATUSES, message_text

Item = dict[str, Any]
State = Job.State

REFUSALS: dict[str, Promise] = {
    **ANSWER_ERRORS,
    **words.ANSWER_REFUSALS,
    "rows": gettext_lazy("The answer does not fit the list that it answers."),
    "too_large": gettext_lazy("The file is larger than such a file can be."),
    "unknown_letter": gettext_lazy("no letter of this list has this number"),
    "mail_id": gettext_lazy("this is no Mail ID number: a spreadsheet may have rounded it"),
    "mail_id_twice": gettext_lazy("another letter was given the same Mail ID number"),
    "mail_ids": gettext_lazy("this letter was given two Mail ID numbers"),
    "other_list": gettext_lazy("letters of another list than the one that it answers"),
}
LIST_REFUSALS: dict[str, Promise] = {
    "not_released": gettext_lazy("This print run is not released."),
    "refused": gettext_lazy("bpost would refuse this list: see below."),
}
RATES: dict[str, Promise] = {
    "complianceRate": gettext_lazy("of the addresses bpost recognises"),
    "compliancyRateAtBuildingLevel": gettext_lazy("of the addresses bpost recognises up to the building"),
    "addressesWithRecipientCompliancyRate": gettext_lazy("of the addresses bpost recognises with the addressee"),
}
"""Of the rates whose names were seen."""
FIELDS: dict[str, Promise] = {
    "prs_id": gettext_lazy("PRS-ID of the sender"),
    "customer_id": gettext_lazy("PRS-ID of the customer"),
    "account_id": gettext_lazy("Number of the contract account"),
}


def answer_refusal(code: str) -> str:
    """Why a file is not brought in."""
    return str(REFUSALS.get(code, code))


def report_refusal(code: str) -> str:
    """Why a report of the printer is not brought in."""
    return str(words.ANSWER_REFUSALS.get(code, code))


def list_refusal(code: str) -> str:
    """Why a list is not made."""
    return str(LIST_REFUSALS.get(code) or run_words.refusal(code))


def wrong_rows(errors: Sequence[Item]) -> list[Item]:
    """The rows that are wrong, with what is wrong in words; what is about the file as a whole is told above them."""
    return [
        {
            **row,
            "text": REFUSALS.get(row["problem"]) or PROBLEMS.get(row["problem"], row["problem"]),
            "column": FIELDS.get(row["column"], ""),
        }
        for row in errors
        if row["row"] is not None or row["value"]
    ]


def outcome(run: PrintRun, row: Job, *, may_export: bool) -> Item:
    """What came of a job: ``document`` of a list, ``to`` which list an answer is, ``figures`` of either, ``rows`` that are wrong and how many ``more``, ``note``."""
    result = row.result or {}
    found: Item = {
        "document": None,
        "figures": [],
        "note": "",
        "of_printer": row.kind == answers.REPORT,
        "to": result.get("to", ""),
        "rows": wrong_rows(result.get("errors", [])),
        "more": result.get("more", 0),
    }
    if row.state != State.DONE:
        return found
    if row.kind == mailing.KIND:
        return {**found, **_list_made(run, row, result, may_export=may_export)}
    if row.kind == answers.REPORT:
        return {**found, "figures": _reported(result)}
    return {**found, "figures": _answered(result), "note": _refused_list(result), **_not_in_list(result)}


def _list_made(run: PrintRun, row: Job, result: Item, *, may_export: bool) -> Item:
    facts = [
        {"label": _("Form of the file"), "value": FORMS[result["form"]]},
        {"label": _("What bpost does with it"), "value": MODES[result["mode"]]},
        *_deposit(result),
        {"label": _("Size"), "value": filesizeformat(result["size"])},
        {"label": _("Made by"), "value": f"{row.requested_by_name} · {date_time(row.finished_at)}"},
        {"label": "SHA-256", "value": result["sha256"]},
    ]
    figures = [
        {"label": _("letters in the list"), "value": number(result["items"])},
        {"label": _("left out"), "value": number(result["left_out"]), "state": "warn" if result["left_out"] else "ok"},
        *({"label": REMARKS.get(code, code), "value": number(count)} for code, count in sorted(result["remarks"].items())),
    ]
    nis, day = run.election.municipality.nis_code, run.election.date
    url = reverse("card_run_file", kwargs={"nis": nis, "election_date": day, "number": run.number, "pk": result["file_id"]})
    document = {"title": result["file"], "download_url": url, "facts": facts} if may_export else None
    return {"document": document, "figures": figures}


def _deposit(result: Item) -> list[Item]:
    """Which deposit a list belongs to, where it names one."""
    if not result.get("deposit"):
        return []
    return [{"label": _("Deposit at bpost"), "value": f"{result['deposit']} ({DEPOSIT_KINDS[result['deposit_kind']]})"}]


def _reported(result: Item) -> list[Item]:
    rows = [{"label": Card.State(said).label, "value": number(result[said])} for said in Printed if result.get(said)]
    missing = result["not_reported"]
    return [*rows, {"label": _("not reported yet"), "value": number(missing), "state": "warn" if missing else "ok"}]


def _answered(result: Item) -> list[Item]:
    rows: list[Item] = []
    if result["acknowledged"]:
        rows.append({"label": _("bpost received the list"), "value": _("yes"), "state": "ok"})
    rows += [{"label": _("bpost says of the list"), "value": STATUSES.get(code, code), "state": _of(code)} for code in result["statuses"]]
    rows += [_message(*one) for one in result.get("messages", [])]  # answers of before they were kept have none
    rows += [
        {"label": _("letters spoken of"), "value": number(result["letters"])},
        {"label": _("letters with a problem"), "value": number(result["items"]), "state": "warn" if result["items"] else "ok"},
        {"label": _("letters with a Mail ID number"), "value": number(result["mail_ids"])},
    ]
    if result.get("not_in_list"):
        rows.append({"label": _("letters left out: not in the list"), "value": number(result["not_in_list"]), "state": "warn"})
    if result["mode"] == Mode.PRODUCTION:
        rows.append({"label": _("cases opened"), "value": number(result["opened"])})
    rows += [{"label": RATES.get(name, name), "value": f"{number_format(Decimal(rate))} %"} for name, rate in result["rates"].items()]
    return rows


def _message(code: str, severity: str, description: str) -> Item:
    """What bpost says of the list as a whole."""
    text = message_text(code, description)
    bad = severity in {Severity.FATAL, Severity.ERROR}
    state = "bad" if bad else "warn" if severity == Severity.WARN else ""
    return {"label": f"{text} ({code})" if code and text != code else text, "value": SEVERITIES[severity], "state": state}


def _not_in_list(result: Item) -> Item:
    """The letters of an answer that are not in the list, as rows; answers of before they were left out have none."""
    left = result.get("not_in_list_letters", [])
    rows = [{"row": letter, "column": "seq", "value": "", "problem": "unknown_letter"} for letter in left]
    return {"rows": wrong_rows(rows), "more": result.get("not_in_list", 0) - len(left)}


def _of(code: int | None) -> str:  # a state of a figure
    return "ok" if code == 100 else "bad"


def _refused_list(result: Item) -> str:
    """What is to be done about a list that bpost refused, or about an answer that only tries."""
    if any(code != 100 for code in result["statuses"]):
        return _("bpost refused this list: mend what it says and make a new list. Until then nothing of it is delivered.")
    if result["mode"] != Mode.PRODUCTION:
        return _("This list was a test or for certification: nothing was noted on cards.")
    return ""
