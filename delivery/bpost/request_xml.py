"""MailingRequest 0200 as XML: elements and attributes in the order of the guide, one element a line."""

from collections.abc import Iterator

from delivery.bpost.mailing import Contact, CustomerRef, Item, Mailing

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})


def head(mailing: Mailing) -> str:
    """Everything before the first item."""
    return "".join(f"{line}\n" for line in _head(mailing))


def item(one: Item) -> str:
    """One item."""
    attributes = _attributes(seq=one.seq, lang=one.lang, midNum=one.mail_id, psCode=one.ps_code, priority=one.priority)
    comps = "".join(f'<Comp code="{code:d}" value="{value.translate(_ESCAPES)}"/>' for code, value in one.components)
    return f"      <Item{attributes}><Comps>{comps}</Comps></Item>\n"


def tail(mailing: Mailing, count: int) -> str:
    """Everything after the last item."""
    deletes = "".join(
        f"  <MailingDelete{_attributes(seq=seq, mailingRef=reference)}/>\n" for seq, reference in enumerate(mailing.deleted_refs, start=2)
    )
    return f'    </Items>\n    <ItemCount value="{count:d}"/>\n  </MailingCreate>\n{deletes}</MailingRequest>\n'


def _head(mailing: Mailing) -> Iterator[str]:
    sender = mailing.sender
    yield '<?xml version="1.0" encoding="ISO-8859-1"?>'
    yield "<MailingRequest>"
    context = _attributes(requestName="MailingRequest", dataset="M037_MID", sender=sender.prs_id, receiver="MID", version="0200")
    yield f"  <Context{context}/>"
    yield f"  <Header{_attributes(customerId=sender.customer, accountId=sender.account_id, mode=mailing.mode)}>"
    yield "    <Files>"
    yield f"      <RequestProps{_attributes(customerFileRef=mailing.file_ref)}/>"
    yield from _response(mailing)
    yield "    </Files>"
    yield from _customer_refs(mailing.file_refs)
    yield "  </Header>"
    yield from _create(mailing)


def _response(mailing: Mailing) -> Iterator[str]:
    wish = mailing.response
    if wish is not None:
        compressed = "" if wish.compressed is None else "NY"[wish.compressed]
        attributes = _attributes(format=wish.form or "", compressed=compressed, encrypted="N", transmissionMode=wish.transmission or "")
        yield f"      <ResponseProps{attributes}/>"


def _create(mailing: Mailing) -> Iterator[str]:
    deposit = mailing.deposit
    attributes = _attributes(
        seq=1,
        mailingRef=mailing.mailing_ref,
        depositIdentifier=deposit.identifier if deposit else "",
        depositIdentifierType=deposit.kind if deposit else "",
        genMID=mailing.gen_mid,
        genPSC="NY"[mailing.gen_psc],
        expectedDeliveryDate=mailing.delivery_date.isoformat(),
    )
    yield f"  <MailingCreate{attributes}>"
    yield f"    <FileInfo{_attributes(type=mailing.file_info)}/>"
    yield f"    <Format{_attributes(responseSortingMode=mailing.sorting or '')}>{mailing.size}</Format>"
    if mailing.presorting_version is not None:
        yield f"    <PresortingCodeVersion{_attributes(version=mailing.presorting_version)}/>"
    yield from _contacts(mailing.contacts)
    yield from _customer_refs(mailing.mailing_refs)
    yield "    <Items>"


def _contacts(contacts: tuple[Contact, ...]) -> Iterator[str]:
    if contacts:
        yield "    <Contacts>"
        for seq, one in enumerate(contacts, start=1):
            attributes = _attributes(
                seq=seq,
                firstName=one.first_name,
                lastName=one.last_name,
                email=one.email,
                lang=one.lang,
                phone=one.phone,
                fax=one.fax,
                mobile=one.mobile,
            )
            yield f"      <Contact{attributes}/>"
        yield "    </Contacts>"


def _customer_refs(refs: tuple[CustomerRef, ...]) -> Iterator[str]:
    if refs:
        yield "    <CustomerRefs>"
        for one in refs:
            yield f"      <CustomerRef{_attributes(key=one.key, value=one.value)}/>"
        yield "    </CustomerRefs>"


def _attributes(**values: str | int) -> str:
    """Attributes in the order given; an empty one is left out."""
    return "".join(f' {name}="{str(value).translate(_ESCAPES)}"' for name, value in values.items() if value != "")
