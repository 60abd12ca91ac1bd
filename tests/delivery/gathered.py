"""All parts of an answer of bpost together, so that a test can ask what it says."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from delivery.bpost.answer_parts import Acknowledged, ActionStatus, CustomerRefBack, Distribution, Head, Note, Part, Reply


@dataclass(slots=True)
class Answer:
    """A whole answer."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    head: Head | None = None
    statuses: list[ActionStatus] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    distribution: list[Distribution] = field(default_factory=list)
    customer_refs: list[CustomerRefBack] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def is_response(self) -> bool:
        """Whether bpost has looked at the list; an acknowledgement only says that the file came in."""
        return self.head is not None or bool(self.statuses)

    @property
    def file_replies(self) -> list[Reply]:
        """What is said of the file as a whole."""
        return [reply for reply in self.replies if reply.action_seq is None]

    def item_replies(self, mailing_ref: str) -> list[Reply]:
        """What is said of the letters of one mailing."""
        return [reply for reply in self.replies if reply.mailing_ref == mailing_ref and reply.item_seq is not None]

    def rates(self, mailing_ref: str) -> dict[str, Decimal]:
        """The rates of compliance of a mailing, in hundredths, by bpost's name for each."""
        found: dict[str, Decimal] = {}
        for reply in self.replies:
            if reply.mailing_ref == mailing_ref and reply.item_seq is None:
                for message in reply.messages:
                    found.update(message.rates)
        return found


def collect(parts: Iterable[Part]) -> Answer:
    """Gather the parts of an answer."""
    answer = Answer()
    for part in parts:
        match part:
            case Acknowledged():
                answer.acknowledged.append(part)
            case Head():
                answer.head = answer.head or part
            case ActionStatus():
                answer.statuses.append(part)
            case Reply():
                answer.replies.append(part)
            case Distribution():
                answer.distribution.append(part)
            case CustomerRefBack():
                answer.customer_refs.append(part)
            case Note():
                answer.notes.append(part)
    return answer
