"""From the elements of an answer, or the records of one, to its parts: the same for XML and text.

Only names are looked at, not how deep they stand: text has no depth, and bpost's files do not keep to its schema.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from delivery.bpost.answer_parts import (
    Acknowledged,
    ActionStatus,
    AnswerError,
    CustomerRefBack,
    Distribution,
    Head,
    Message,
    Note,
    Part,
    Reply,
    Severity,
)

ACTIONS = {name.casefold(): name for name in ("MailingCreate", "MailingCheck", "MailingDelete", "MailingReuse")}
# Elements that only group others.
GROUPS = frozenset({"mailingresponse", "requestack", "files", "customerrefs", "replies", "locations", "messages", "messagecontents", "distributioninformation"})  # fmt: skip
VERSIONS = frozenset({"0100", "0102", "0200"})
_ITEM = re.compile(r"/Item\[@seq=[\"']?(\d{1,8})[\"']?\]", re.ASCII | re.IGNORECASE)
_BARE = re.compile(r"\d{4}[a-z]?", re.ASCII)
_MARKS = ("orginfo", "icti", "isec", "ioff", "irnd")
_MARK_NAMES = {"orginfo": "orgInfo"}

Values = Mapping[str, str]
"""Attributes or fields by name, in lower case."""


@dataclass(slots=True)
class _OpenMessage:
    code: str
    severity: Severity
    description: str = ""
    contents: list[tuple[str, str]] = field(default_factory=list)

    def close(self) -> Message:
        return Message(self.code, self.severity, self.description.strip(), tuple(self.contents))


@dataclass(slots=True)
class _OpenReply:
    path: str = ""
    locations: list[tuple[str, str, str]] = field(default_factory=list)
    messages: list[_OpenMessage] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """Takes elements or records one by one, each with its text, and yields parts as soon as they are whole."""

    head: dict[str, str] = field(default_factory=dict)
    head_given: bool = False
    action: tuple[str, int | None, str] | None = None
    reply: _OpenReply | None = None

    def take(self, name: str, values: Values, text: str = "") -> Iterator[Part]:
        """One element or record; ``name`` in any case. In XML it is taken when it begins, texts when they end (``take_text``)."""
        known = name.casefold()
        if known in ACTIONS:
            yield from self.end_reply()
            yield from self._give_head()
            self.action = (ACTIONS[known], _number(values.get("seq")), values.get("mailingref", ""))
        elif known == "reply":
            yield from self.end_reply()
            yield from self._give_head()
            self.reply = _OpenReply()
        elif known in _IN_REPLY:
            yield from self._in_reply(known, name, values, text)
        elif known in _SIMPLE:
            yield from _SIMPLE[known](self, values)
        elif known not in GROUPS:
            yield Note(name, tuple(values.items()), text)

    def take_text(self, name: str, text: str) -> Iterator[Part]:
        """The text of an element that has ended."""
        known = name.casefold()
        if not text.strip():
            return
        if known == "xpath" and self.reply is not None:
            self.reply.path = text.strip()
        elif known == "description" and self.reply is not None and self.reply.messages:
            self.reply.messages[-1].description += text
        else:
            yield Note(name, (), text.strip())

    def end_action(self) -> Iterator[Part]:
        """An action has ended: what follows is of the file."""
        yield from self.end_reply()
        self.action = None

    def end(self) -> Iterator[Part]:
        """The file has ended."""
        yield from self.end_reply()
        yield from self._give_head()

    def end_reply(self) -> Iterator[Part]:
        """A reply has ended, if one was open."""
        reply, self.reply = self.reply, None
        if reply is not None:
            _name, action_seq, mailing_ref = self.action or ("", None, "")
            messages = tuple(message.close() for message in reply.messages)
            yield Reply(action_seq, mailing_ref, _item_seq(reply), messages, reply.path, tuple(reply.locations))

    def _give_head(self) -> Iterator[Part]:
        if self.head and not self.head_given:
            self.head_given = True
            yield Head(**self.head)

    def _in_reply(self, known: str, name: str, values: Values, text: str) -> Iterator[Part]:
        reply = self.reply
        if reply is None or (known in {"description", "messagecontent"} and not reply.messages):
            yield Note(name, tuple(values.items()), text)
        elif known == "xpath":
            reply.path = (text or values.get("value", "")).strip()
        elif known == "location":
            reply.locations.append((values.get("tagname", ""), values.get("attributename", ""), values.get("attributevalue", "")))
        elif known == "message":
            severity = values.get("severity", "").strip().upper()
            given = Severity(severity) if severity in set(Severity) else Severity.UNKNOWN
            reply.messages.append(_OpenMessage(message_code(values.get("code", "")), given, values.get("description", "")))
            if given is Severity.UNKNOWN:
                yield Note(name, tuple(values.items()))
        elif known == "description":
            reply.messages[-1].description += text or values.get("value", "")
        else:
            reply.messages[-1].contents.append((values.get("key", ""), values.get("value", "")))

    def _context(self, values: Values) -> Iterator[Part]:
        if values.get("requestname", "").casefold() == "mailingrequest":
            raise AnswerError("is_request")
        version = values.get("version", "")
        self.head |= {"version": version, "receiver": values.get("receiver", "")}
        if version not in VERSIONS:
            yield Note("version", (("version", version),))

    def _header(self, values: Values) -> Iterator[Part]:
        self.head["customer_id"] = values.get("customerid", "")
        return iter(())

    def _request_props(self, values: Values) -> Iterator[Part]:
        self.head |= {"file_name": values.get("filename", ""), "file_ref": values.get("customerfileref", "")}
        return iter(())

    def _customer_ref(self, values: Values) -> Iterator[Part]:
        yield CustomerRefBack(self.action[2] if self.action else "", values.get("key", ""), values.get("value", ""))

    def _status(self, values: Values) -> Iterator[Part]:
        code = _number(values.get("code"))
        if self.action is None:
            yield Note("Status", tuple(values.items()))
        else:
            yield ActionStatus(*self.action, code)
            if code is None:
                yield Note("Status", tuple(values.items()))

    def _received(self, values: Values) -> Iterator[Part]:
        yield Acknowledged(values.get("filename", ""), values.get("timestamp", ""))

    def _item(self, values: Values) -> Iterator[Part]:
        if self.reply is not None:  # the item that was sent, given back with a check of addresses
            yield Note("Item", tuple(values.items()))
            return
        marks = tuple((_MARK_NAMES.get(name, name), values[name]) for name in _MARKS if values.get(name))
        yield Distribution(
            self.action[2] if self.action else "",
            _number(values.get("seq")),
            _number(values.get("prtorder")),
            values.get("distributionoffice", ""),
            values.get("routename", ""),
            _number(values.get("routeseq")),
            marks,
        )


_IN_REPLY = frozenset({"xpath", "location", "message", "description", "messagecontent"})
_SIMPLE = {
    "context": Reader._context,  # noqa: SLF001 - the table of what stands above
    "header": Reader._header,  # noqa: SLF001
    "requestprops": Reader._request_props,  # noqa: SLF001
    "customerref": Reader._customer_ref,  # noqa: SLF001
    "status": Reader._status,  # noqa: SLF001
    "filereceived": Reader._received,  # noqa: SLF001
    "item": Reader._item,  # noqa: SLF001
}


def message_code(text: str) -> str:
    """``7001`` and ``mid-7001`` are ``MID-7001``; another code stays as it is, in capitals but for a letter behind the number."""
    text = text.strip()
    if _BARE.fullmatch(text.lower()):
        return f"MID-{text.lower()}"
    family, hyphen, number = text.partition("-")
    return f"{family.upper()}{hyphen}{number.lower()}" if hyphen else text


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _item_seq(reply: _OpenReply) -> int | None:
    found = _ITEM.search(reply.path)
    if found:
        return int(found[1])
    named = (value for tag, attribute, value in reply.locations if (tag.casefold(), attribute.casefold()) == ("item", "seq"))
    return _number(next(named, None))
