"""What the page of a run says: whether it can be released, its figures, and what is not in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from convocations.cards.card import TemplateKey
from convocations.cards.template import Problem
from convocations.models import Card, PrintRun, RunFile
from convocations.rules.stacks import Stack, stack_at
from convocations.selectors.places import MissingPlace
from convocations.selectors.run_pages import ProofPage
from convocations.sql.checks import Stale
from convocations.words import runs as words
from convocations.words.papers import PAPERS, page_of, sheets
from convocations.words.templates import name_of, sentences, version_name
from core.models import Approval
from core.templatetags.presentation import date_time, number
from municipalities.place_words import country_called

Item = dict[str, Any]
State = PrintRun.State


def answer(run: PrintRun, stale: int) -> Item | None:
    """Whether these cards can go out: ``state, headline, sentences``."""
    if run.state in {State.MAKING, State.CANCELLED}:
        return None
    if run.state == State.REFUSED:
        return {
            "state": "bad",
            "headline": _("These cards cannot be released"),
            "sentences": [_("See below why. Mend it and make them anew.")],
        }
    listed = _("They show the list of %(moment)s") % {"moment": date_time(run.list_at)}
    if stale and run.state != State.RELEASED:
        text = _("Cards that are not right any more: %(count)s.") % {"count": number(stale)}
        return {"state": "bad", "headline": _("The list has changed since"), "sentences": [text, listed]}
    headlines = {
        State.READY: _("The file is as the list says: it can be released"),
        State.REQUESTED: _("Waiting for the second person"),
        State.RELEASED: _("Released to the printer"),
    }
    return {"state": "warn" if run.state == State.REQUESTED else "ok", "headline": headlines[State(run.state)], "sentences": [listed]}


def kpis(run: PrintRun, states: Mapping[str, int]) -> list[Item]:
    """Four figures."""
    if not states:
        return []
    read, withdrawn = run.readback, states.get(Card.State.WITHDRAWN, 0)
    hint = _("withdrawn: %(count)s") % {"count": number(withdrawn)} if withdrawn else _("one a voter")
    return [
        {"value": number(run.cards_made - withdrawn), "label": _("cards"), "hint": hint},
        _without(run),
        {
            "value": number(read.get("pages", 0)),
            "label": _("pages read back"),
            "hint": _("%(count)s barcodes decoded") % {"count": number(read.get("decoded", 0))},
        },
        {"value": number(run.figures.get("moved", 0)), "label": _("to a new address"), "hint": _("moved after the list date")},
    ]


def _without(run: PrintRun) -> Item:
    """Who gets none in this run; whoever has one already lacks nothing, and is told apart."""
    having = run.none_by_reason.get("has_card", 0)
    hint = _("have one already: %(count)s") % {"count": number(having)} if having else _("each with a reason")
    return {"value": number(words.without_card(run)), "label": _("voters without a card"), "hint": hint}


def accounts(run: PrintRun, states: Mapping[str, int]) -> list[Item]:
    """Cards, those that were withdrawn, and each reason for none, which together are the list."""
    if not run.lines:
        return []
    withdrawn = states.get(Card.State.WITHDRAWN, 0)
    rows = [{"label": _("cards"), "value": number(run.cards_made - withdrawn)}]
    if withdrawn:
        rows.append({"label": _("withdrawn, to be taken out by the printer"), "value": number(withdrawn), "state": "warn"})
    rows += words.reasons(run.none_by_reason)
    equal = run.cards_made + run.cards_none == run.lines
    return [*rows, {"label": _("together: lines of the list"), "value": number(run.lines), "state": "ok" if equal else "bad"}]


def texts(run: PrintRun) -> list[Item]:
    """Which version of each text the cards have; runs of before they were kept have none."""
    versions = run.figures.get("versions", {})
    return [{"label": name_of(TemplateKey.of(name)), "value": version_name(number)} for name, number in versions.items()]


def states(counts: Mapping[str, int]) -> list[Item]:
    """How far the cards are."""
    return [{"label": Card.State(state).label, "value": number(count)} for state, count in counts.items()]


def problems(run: PrintRun) -> list[Item]:
    """Why it is refused, the first of them."""
    rows = []
    for row in run.problems:
        where = _("list number %(number)s") % {"number": row["row"]} if row["row"] else row["value"]
        why = sentences([Problem(*reason) for reason in row.get("reasons", ())])
        if row["column"] == "template":
            where = name_of(TemplateKey.of(row["value"]))
        rows.append({"where": where, "text": " ".join([words.refusal(row["problem"]), *why])})
    return rows


def readback(run: PrintRun, stacks: Sequence[Stack]) -> Item | None:
    """What reading the file back gave."""
    found = run.readback
    if not found:
        return None
    lines = [
        {
            "label": _("pages, and cards"),
            "value": f"{number(found['pages'])} / {number(found['expected'])}",
            "state": _ok(found["pages"] == found["expected"]),
        },
        {"label": _("codes on the pages"), "value": number(found["tokens"]), "state": _ok(found["tokens"] == found["expected"])},
        {"label": _("pages of which the barcodes were decoded"), "value": number(found["sampled"]), "state": ""},
        {"label": _("list accounted for"), "value": _("yes") if found["accounted"] else _("no"), "state": _ok(found["accounted"])},
        {"label": _("voters who live where they vote"), "value": number(found["at_station"]), "state": ""},
    ]
    kinds = [{"label": words.READBACK.get(kind, kind), "value": number(count), "state": "bad"} for kind, count in found["counts"].items()]
    shown = [
        {"page": page_of(stacks, row["page"]), "kind": words.READBACK.get(row["kind"], row["kind"]), "detail": row["detail"]}
        for row in found["problems"]
    ]
    return {"ok": found["ok"] and found["accounted"], "figures": [*lines, *kinds], "problems": shown}


def _ok(good: bool) -> str:  # a state of a figure
    return "ok" if good else "bad"


def stale_row(one: Stale, stacks: Sequence[Stack]) -> Item:
    """A card that is not right any more."""
    return {
        "number": one.list_number,
        "name": f"{one.last_name}, {one.first_names}".strip(", "),
        "page": page_of(stacks, one.position),
        "why": words.REASONS.get(one.why, one.why),
        "pk": one.pk,
    }


def proof_row(one: ProofPage, stacks: Sequence[Stack]) -> Item:
    """A page of the proof set."""
    return {
        "page": one.page,
        "number": one.card.list_number,
        "name": f"{one.card.last_name}, {one.card.first_names}".strip(", "),
        "station": one.card.station,
        "template": words.template_name(one.card.template),
        "paper": PAPERS[stack_at(stacks, one.card.position).paper],
        "reasons": [words.PROOF_REASONS.get(code, code) for code in one.reasons],
        "pk": one.card.pk,
    }


def printed(file: RunFile) -> tuple[bool, int]:
    """Where a file stands: those of the cards first, in the order of printing; the others as they come."""
    return file.kind != RunFile.Kind.CARDS, int(file.details.get("number", 0)) if file.kind == RunFile.Kind.CARDS else 0


def file_row(file: RunFile) -> Item:
    """A file of a run; of cards also which one it is of how many, and what lies in it."""
    return {
        "about": _about(file.details) if file.kind == RunFile.Kind.CARDS and "of" in file.details else [],
        "pk": file.pk,
        "name": file.name,
        "kind": file.get_kind_display(),
        "pages": file.pages,
        "size": file.size,
        "sha256": file.sha256,
    }


def _about(told: Mapping[str, Any]) -> list[str]:
    first, last = (told[name].replace(" · ", ", ") for name in ("first", "last"))
    return [
        _("file %(number)s of %(of)s") % {"number": number(told["number"]), "of": number(told["of"])},
        _("polling stations: %(count)s") % {"count": number(told["stations"])},
        _("first card: %(station)s") % {"station": first},
        _("last card: %(station)s") % {"station": last},
    ]


def approval_figures(approval: Approval | None) -> list[Item]:
    """What the second person is told."""
    if approval is None:
        return []
    told = approval.summary
    rows = [
        {"label": _("cards"), "value": number(told["cards"])},
        *words.reasons(told["none_by_reason"]),
        {"label": _("lines of the list"), "value": number(told["lines"])},
        {"label": _("pages read back"), "value": number(told["pages"])},
        *sheets(told.get("papers", {})),
    ]
    if told["withdrawn"]:
        rows.append({"label": _("withdrawn, to be taken out by the printer"), "value": number(told["withdrawn"]), "state": "warn"})
    return rows


def consequence(run: PrintRun, states: Mapping[str, int]) -> str:
    """What the release does; withdrawn cards stay nothing."""
    return _("%(cards)s cards become real: the files can be taken to the printer, and what is posted cannot be called back.") % {
        "cards": number(run.cards_made - states.get(Card.State.WITHDRAWN, 0))
    }


def places(run: PrintRun, missing: Sequence[MissingPlace]) -> Item | None:
    """Cards without the name of a place: how many, of which postcodes, and what to do about them."""
    if not missing:
        return None
    if run.state == State.RELEASED:
        todo = _(
            "These letters have a postcode only. What is put by hand or loaded now goes into the list for bpost, and onto cards that are made later."
        )
    elif all(one.known for one in missing):
        todo = _("All these places are known by now: make the cards anew.")
    else:
        todo = _(
            "Put the name of the place by hand, or ask the administrator of the platform to load the list of postcodes. Then make the cards anew."
        )
    rows = [
        {
            "postcode": one.postcode or "–",
            "code": one.country,
            "country": country_called(one.country),
            "cards": one.cards,
            "known": one.known,
        }
        for one in missing
    ]
    return {"count": sum(one.cards for one in missing), "rows": rows[:50], "todo": todo}
