"""Cards without voters, an answer of bpost to them, and the work that brings it in: quicker than a whole town where only the answer counts."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import default_storage
from django.test.utils import override_settings

from benchmarks.bpost_answers import make_letters
from convocations.models import Card, CardCase, CardEvent, RunFile
from convocations.services import bpost_answers
from core.actor import Actor
from core.models import AuditEvent, Job
from core.tenancy import tenant
from municipalities.models import Municipality
from tests.personas import NOW

NAME = "MID_0200_12345678_X_240923000000_2RS.XML"


def reply(seq: int, code: str = "MID-4010", severity: str = "ERROR", key: str = "", value: str = "") -> str:
    """A message on a letter."""
    content = f'<MessageContents><MessageContent key="{key}" value="{value}"/></MessageContents>' if key else ""
    return (
        f'<Reply seq="{seq}"><XPath>/MailingRequest/MailingCreate[@seq="1"]/Items/Item[@seq="{seq}"]</XPath>'
        f'<Locations><Location tagName="Item" attributeName="seq" attributeValue="{seq}"/></Locations>'
        f'<Messages><Message code="{code}" severity="{severity}"><Description>no match</Description>{content}</Message></Messages></Reply>'
    )


def response(kept: RunFile, *items: str, mailing_ref: str = "", status: int = 100) -> bytes:
    """bpost's answer to a list."""
    return f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<MailingResponse><Context requestName="MailingResponse" dataset="M037_MID" sender="MID" receiver="12345678" version="0200"/>
<Header customerId="12345678"><Files><RequestProps fileName="{kept.name}" customerFileRef="{kept.details["file_ref"]}"/></Files></Header>
<MailingCreate seq="1" mailingRef="{mailing_ref or kept.details["mailing_ref"]}"><Status code="{status}"/><Replies>{"".join(items)}</Replies></MailingCreate>
</MailingResponse>""".encode("iso-8859-1")


@dataclass
class Letters:
    """A municipality whose list went to bpost."""

    municipality: Municipality
    by: Actor
    capture: Callable[..., Any]
    count: int = 20
    sent: RunFile = field(init=False)

    def __post_init__(self) -> None:
        self.sent = make_letters(self.municipality, self.count)

    @property
    def pk(self) -> int:
        """Of the municipality."""
        return self.municipality.pk

    def ask(self, content: bytes, name: str = NAME) -> Job:
        """Upload it; nothing is done about it yet."""
        with tenant(self.pk):
            file = io.BytesIO(content)
            return bpost_answers.request_answer(
                municipality=self.municipality, file=file, file_name=name, run=self.sent.run, by=self.by, at=NOW
            )

    def bring_in(self, content: bytes, name: str = NAME) -> Job:
        """Upload it and have it brought in; the job as it ended."""
        with override_settings(CELERY_TASK_ALWAYS_EAGER=True), self.capture(execute=True):
            asked = self.ask(content, name)
        return self.job(asked.pk)

    def job(self, pk: int) -> Job:
        """As it is now."""
        with tenant(self.pk):
            return Job.objects.get(municipality_id=self.pk, pk=pk)

    def card(self, position: int) -> Card:
        """As it is now."""
        with tenant(self.pk):
            return Card.objects.get(municipality=self.municipality, run=self.sent.run, position=position)

    def state(self) -> tuple[int, int, int, int, int]:
        """Cases, lines of history, numbers, answers kept, lines in the trail about them."""
        with tenant(self.pk):
            own = {"municipality_id": self.pk}
            return (
                CardCase.objects.filter(**own).count(),
                CardEvent.objects.filter(**own).count(),
                Card.objects.filter(**own).exclude(mail_id="").count(),
                RunFile.objects.filter(**own, kind=RunFile.Kind.ANSWER).count(),
                AuditEvent.objects.filter(**own, kind="card_run.bpost_answered").count(),
            )

    def uploads(self) -> list[str]:
        """What lies in the storage of answers."""
        try:
            return sorted(default_storage.listdir(f"{self.municipality.nis_code}/cards/answers")[1])
        except FileNotFoundError:
            return []


NOTHING = (0, 0, 0, 0, 0)
