"""An answer of bpost on every letter of a run, from upload to open cases, beside the least that it costs: reading the same file and nothing else.

Made up: one letter in ten is not deliverable, all others are given a Mail ID number. Cards are rows copied from one, without voters.
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks.measure import measure, summary
from benchmarks.scratch import scratch_database
from convocations.models import Card, CardCase, CardEvent, PrintRun, RunFile
from convocations.rules.runs import RunSettings, law_hours
from convocations.services import bpost_answers
from core import jobs
from core.actor import SYSTEM, Actor
from core.models import Job
from core.tenancy import tenant
from delivery.bpost.answer import read_answer
from elections.models import Election
from elections.services import create_election
from municipalities import services
from municipalities.models import Municipality

SIZES = {"town": 35_000, "city": 500_000}
CLERK = Actor(user_id=1, name="clerk")
POSTCODE = "9000"
FILE_NAME = "MID_0200_12345678_{ref}_241001120000_2RS.XML"
COPY_CARDS = """
INSERT INTO convocations_card
SELECT (jsonb_populate_record(c, jsonb_build_object(
           'id', nextval('convocations_card_id_seq'), 'position', n + 1, 'person_id', n + 1, 'list_number', n + 1, 'token', lpad((n + 1)::text, 12, 'A')))).*
  FROM convocations_card c, generate_series(1, %(more)s) n
 WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position = 1
"""


def run(size: str | None = None) -> dict[str, Any]:
    """Measure; ``size`` is one of SIZES or a number of letters (default 500,000)."""
    wanted = size or "city"
    letters = SIZES.get(wanted) or int(wanted)
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), scratch_database("bpost_answers"):
        municipality = services.create_municipality(nis_code="90001", name="Town 90001", by=SYSTEM, at=timezone.now())
        sent = make_letters(municipality, letters)
        file = Path(folder) / FILE_NAME.format(ref=sent.details["file_ref"])
        write_answer(file, sent, letters)
        floor = measure(lambda: _read(file))
        whole = measure(lambda: bring_in(municipality, file))
        _check(municipality, letters)
        return {"letters": letters, "file_mb": file.stat().st_size >> 20, "reading": summary([floor]), "whole": summary([whole])}


def make_letters(municipality: Municipality, letters: int) -> RunFile:
    """A released run with that many cards, and the list that went to bpost."""
    now = timezone.now()
    election = create_election(
        municipality=municipality, date=date(2024, 10, 13), list_date=date(2024, 8, 1), ballots=["municipal"], by=SYSTEM, at=now
    )
    with tenant(municipality.pk):
        made = _run(election, letters)
        _first_card(made)
        with connection.cursor() as cursor:
            cursor.execute(COPY_CARDS, {"municipality_id": municipality.pk, "run_id": made.pk, "more": letters - 1})
        details = {"mode": "P", "form": "XML", "file_ref": f"{municipality.nis_code}00001", "mailing_ref": f"{municipality.nis_code}-1"}
        own: dict[str, Any] = {"municipality": municipality, "run": made, "made_at": now, "made_by_name": "clerk"}
        return RunFile.objects.create(**own, kind=RunFile.Kind.BPOST, name="list.XML", sha256="0" * 64, size=0, details=details)


def _run(election: Election, letters: int) -> PrintRun:
    now = timezone.now()
    return PrintRun.objects.create(
        municipality_id=election.municipality_id,
        election=election,
        number=1,
        state=PrintRun.State.RELEASED,
        list_at=now,
        settings=RunSettings(*law_hours("local")).as_json(),
        lines=letters,
        cards_made=letters,
        readback_ok=True,
        made_by_name="clerk",
        made_at=now,
        requested_by_id=1,
        approved_by_id=2,
        released_at=now,
    )


def _first_card(made: PrintRun) -> None:
    Card.objects.create(
        municipality_id=made.municipality_id,
        election_id=made.election_id,
        run=made,
        person_id=1,
        entry_id=1,
        token="A" * 12,
        issue=1,
        list_number=1,
        station_id=1,
        template="convocation-belgian-paper-nl",
        household="1",
        last_name="Peeters",
        ballots=1,
        street_name="Kerkstraat",
        house_number="1",
        postcode=POSTCODE,
        moved=False,
        position=1,
        bundle=0,
        state=Card.State.ANNOUNCED,
    )


def write_answer(target: Path, sent: RunFile, letters: int) -> None:
    """bpost's answer to such a list; its words are not personal."""
    with target.open("w", encoding="iso-8859-1") as stream:
        stream.writelines(_answer(sent, letters))


def _answer(sent: RunFile, letters: int) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="ISO-8859-1"?>\n<MailingResponse><Context requestName="MailingResponse" version="0200"/>\n'
    yield f'<Header><Files><RequestProps customerFileRef="{sent.details["file_ref"]}"/></Files></Header>\n'
    yield f'<MailingCreate seq="1" mailingRef="{sent.details["mailing_ref"]}"><Status code="100"/><Replies>\n'
    for seq in range(1, letters + 1):
        yield f'<Reply seq="{seq}"><XPath>/MailingRequest/MailingCreate[@seq="1"]/Items/Item[@seq="{seq}"]</XPath>'
        yield f'<Locations><Location tagName="Item" attributeName="seq" attributeValue="{seq}"/></Locations><Messages>'
        if seq % 10 == 0:
            yield '<Message code="MID-4010" severity="ERROR"><Description>No match was found for this address</Description></Message>'
        else:
            yield '<Message code="MID-4030" severity="INFO"><Description>Generated</Description><MessageContents>'
            yield f'<MessageContent key="midNum" value="9212345{seq:011d}"/></MessageContents></Message>'
        yield "</Messages></Reply>\n"
    yield "</Replies></MailingCreate></MailingResponse>\n"


def _read(file: Path) -> None:
    with file.open("rb") as stream:
        for _part in read_answer(stream, largest=bpost_answers.LARGEST):
            pass


def bring_in(municipality: Municipality, file: Path) -> Job:
    """Upload it and do the work at once."""
    with jobs.inline(), tenant(municipality.pk), file.open("rb") as stream:
        return bpost_answers.request_answer(municipality=municipality, file=stream, file_name=file.name, by=CLERK, at=timezone.now())


def _check(municipality: Municipality, letters: int) -> None:
    """Every letter has what was said of it, once."""
    with tenant(municipality.pk):
        own = {"municipality": municipality}
        cases, events = CardCase.objects.filter(**own).count(), CardEvent.objects.filter(**own).count()
        numbered = Card.objects.filter(**own).exclude(mail_id="").count()
    if (cases, events, numbered) != (letters // 10, letters // 10, letters - letters // 10):
        raise AssertionError(f"{cases} cases, {events} events, {numbered} numbers")
