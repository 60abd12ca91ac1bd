"""MailingRequest 0200 as text: a record a line, its fields in the order of the guide, without the elements that only group.

``|`` separates and is escaped by a backslash; ``"`` becomes ``'`` and ``;`` becomes ``,`` as the guide asks. A backslash is never in
a text (``characters.is_written``), so that what is read back is what was written, but for those two.
"""

from collections.abc import Iterable, Iterator

from delivery.bpost.mailing import CustomerRef, Item, Mailing

ESCAPES = str.maketrans({"|": "\\|", '"': "'", ";": ","})
END = "\r\n"


def head(mailing: Mailing) -> str:
    """Everything before the first item."""
    return "".join(_head(mailing))


def item(one: Item) -> str:
    """One item with its components."""
    first = _record("Item", one.seq, one.lang, one.mail_id, one.ps_code, one.priority)
    return first + "".join(_record("Comp", int(code), value) for code, value in one.components)


def tail(mailing: Mailing, count: int) -> str:
    """Everything after the last item."""
    deletes = (_record("MailingDelete", seq, reference) for seq, reference in enumerate(mailing.deleted_refs, start=2))
    return _record("ItemCount", count) + "".join(deletes)


def _head(mailing: Mailing) -> Iterator[str]:
    sender, wish, deposit = mailing.sender, mailing.response, mailing.deposit
    yield _record("Context", "MailingRequest", "M037_MID", sender.prs_id, "MID", "0200")
    yield _record("Header", sender.customer, sender.account_id, mailing.mode)
    yield _record("RequestProps", mailing.file_ref)
    if wish is not None:
        compressed = "" if wish.compressed is None else "NY"[wish.compressed]
        yield _record("ResponseProps", wish.form or "", compressed, "N", wish.transmission or "")
    yield from _customer_refs(mailing.file_refs)
    yield _record(
        "MailingCreate",
        1,
        mailing.mailing_ref,
        deposit.identifier if deposit else "",
        deposit.kind if deposit else "",
        mailing.gen_mid,
        "NY"[mailing.gen_psc],
        mailing.delivery_date.isoformat(),
    )
    yield _record("FileInfo", mailing.file_info)
    yield _record("Format", mailing.size, mailing.sorting or "")
    if mailing.presorting_version is not None:
        yield _record("PresortingCodeVersion", mailing.presorting_version)
    for seq, one in enumerate(mailing.contacts, start=1):
        yield _record("Contact", seq, one.first_name, one.last_name, one.email, one.lang, one.phone, one.fax, one.mobile)
    yield from _customer_refs(mailing.mailing_refs)


def _customer_refs(refs: Iterable[CustomerRef]) -> Iterator[str]:
    return (_record("CustomerRef", one.key, one.value) for one in refs)


def _record(name: str, *values: str | int) -> str:
    return "|".join((name, *(str(value).translate(ESCAPES) for value in values))) + END
