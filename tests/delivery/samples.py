"""Made-up mailings, addressees and answers, and a second reader of what is written."""

import re
from datetime import date, datetime
from xml.etree import ElementTree

from hypothesis import strategies as st

from delivery.bpost.address import Addressee, fit
from delivery.bpost.components import MAXIMUM
from delivery.bpost.mail_id import MailIdBlock, PieceDigits
from delivery.bpost.mailing import Contact, CustomerRef, Deposit, Item, Mailing, Mode, ResponseWish, Sender, Transmission
from delivery.bpost.names import FileName, Form

DAY = date(2024, 9, 23)
AT = datetime(2024, 9, 2, 14, 30)  # noqa: DTZ001 - names of files say no zone
BLOCK = MailIdBlock("00721", PieceDigits.NINE, 4_000, 5_999)


def mailing(**other) -> Mailing:
    """The plainest mailing there is."""
    values = {
        "sender": Sender("40312", "77120"),
        "mode": Mode.TEST,
        "file_ref": "KAART00001",
        "mailing_ref": "halle-2024-1",
        "delivery_date": DAY,
    }
    return Mailing(**{**values, **other})


def full_mailing() -> Mailing:
    """One in which everything stands that can."""
    return mailing(
        deposit=Deposit("MPA-2024-77"),
        gen_psc=True,
        presorting_version=107,
        response=ResponseWish(Form.XML, compressed=True, transmission=Transmission.FTPS),
        contacts=(Contact("els@example.be", "nl", "Els", "D'Hondt", "02 1", "02 2", "04 3"), Contact("luc@example.be", "fr")),
        file_refs=(CustomerRef("run", "12"), CustomerRef("sign", "a|b <&> \"c\" 'd'; é")),
        mailing_refs=(CustomerRef("part", "1"),),
        deleted_refs=("halle-2024-0",),
    )


def file_name(form: Form, **other) -> FileName:
    return FileName(**{"prs_id": "40312", "file_ref": "KAART00001", "at": AT, "form": form, **other})


def addressee(**other) -> Addressee:
    values = {"first_names": "Jan", "last_name": "Peeters", "street": "Kerkstraat", "number": "12", "postcode": "1500", "city": "Halle"}
    return Addressee(**{**values, **other})


def item(index: int = 0, **other) -> Item:
    values = {"seq": index + 1, "components": fit(addressee(number=str(index + 1))).components, "mail_id": BLOCK[index], "lang": "nl"}
    return Item(**{**values, **other})


# What may stand in a file: ISO-8859-1 without control characters and the backslash.
LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=("Cc", "Cf"), exclude_characters="\\\xa0")


def texts(longest: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=1, max_size=longest).map(lambda text: text.strip() or "x")


PARTS = [code for code in MAXIMUM if code < 90]
components = st.lists(st.sampled_from(PARTS), unique=True, min_size=1).flatmap(
    lambda codes: st.tuples(*(st.tuples(st.just(code), texts(MAXIMUM[code])) for code in sorted(codes)))
)
ANY_TEXT = st.text(max_size=60)
NAMES = st.text(st.sampled_from("abcdezABCŞşőłŁȘếĐđœß' -.|;\"<&"), max_size=70)
addressees = st.builds(
    Addressee,
    first_names=NAMES | ANY_TEXT,
    last_name=NAMES | ANY_TEXT,
    street=NAMES | ANY_TEXT,
    number=st.from_regex(r"[0-9]{1,4}[A-Z]?", fullmatch=True) | ANY_TEXT,
    postcode=st.from_regex(r"[1-9][0-9]{3}", fullmatch=True) | st.text(max_size=5),
    city=NAMES | ANY_TEXT,
    box=st.from_regex(r"(bus )?[0-9]{0,9}[A-Z]?", fullmatch=True) | ANY_TEXT,
    country=st.sampled_from(["", "BE", "België", "150", "Frankrijk"]),
    lang=st.sampled_from(["nl", "fr", "de"]),
    greeting=st.text(max_size=12),
    company=st.just("") | NAMES,
    building=st.just("") | NAMES,
)


def read_xml(data: bytes) -> list[dict]:
    """Items of a request in XML, by Python's own reader."""
    root = ElementTree.fromstring(data)  # noqa: S314 - written a moment ago
    return [
        {**one.attrib, "components": [(int(comp.get("code", "")), comp.get("value", "")) for comp in one.iter("Comp")]}
        for one in root.iter("Item")
    ]


def read_txt(data: bytes) -> list[dict]:
    """Items of a request as text, by a reader of its own."""
    found: list[dict] = []
    for line in data.decode("iso-8859-1").split("\r\n"):
        name, *fields = [field.replace("\\|", "|") for field in re.split(r"(?<!\\)\|", line)]
        if name == "Item":
            names = ("seq", "lang", "midNum", "psCode", "priority")
            found.append({key: value for key, value in zip(names, fields, strict=True) if value} | {"components": []})
        elif name == "Comp":
            found[-1]["components"].append((int(fields[0]), fields[1]))
    return found


RESPONSE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<MailingResponse>
  <Context requestName="MailingResponse" dataset="M037_MID" sender="MID" receiver="40312" version="0200"/>
  <Header customerId="40312">
    <CustomerRefs><CustomerRef key="run" value="12"/></CustomerRefs>
    <Files><RequestProps fileName="MID_0200_40312_KAART00001_240902143000_0RQ.XML" customerFileRef="KAART00001"/></Files>
  </Header>
  <Replies>
    <Reply seq="1"><XPath>/MailingRequest</XPath>
      <Messages><Message code="MID-2070" severity="WARN"><Description>Count of items is other</Description></Message></Messages>
    </Reply>
  </Replies>
  <MailingCreate seq="1" mailingRef="halle-2024-1">
    <Status code="100"/>
    <DistributionInformation>
      <Item prtOrder="2" seq="1" distributionOffice="HALLE" routeName="R12" routeSeq="40" orgInfo="1500" icti="a" isec="b" ioff="c" irnd="Begin"/>
      <Item prtOrder="1" seq="2" distributionOffice="HALLE" routeName="R12" routeSeq="7"/>
    </DistributionInformation>
    <CustomerRefs><CustomerRef key="part" value="1"/></CustomerRefs>
    <Replies>
      <Reply seq="1"><XPath>/MailingRequest/MailingCreate[@seq="1"]</XPath>
        <Messages><Message code="MID-4040" severity="INFO"><MessageContents>
          <MessageContent key="complianceRate" value="97.25%"/>
          <MessageContent key="compliancyRateAtBuildingLevel" value="98,5 %"/>
          <MessageContent key="addressesWithRecipientCompliancyRate" value="unknown"/>
        </MessageContents></Message></Messages>
      </Reply>
      <Reply seq="2"><XPath>/MailingRequest/MailingCreate[@seq="1"]/Items/Item[@seq="2"]</XPath>
        <Locations><Location tagName="Item" attributeName="seq" attributeValue="2"/></Locations>
        <Messages>
          <Message code="7001" severity="WARN"><Description>Street is written otherwise</Description><MessageContents>
            <MessageContent key="compCode" value="9"/><MessageContent key="compCorrection" value="Kerkstr&#233;&#233;t"/>
            <MessageContent key="compCode" value="15"/></MessageContents></Message>
          <Message code="MID-4030" severity="INFO"><MessageContents>
            <MessageContent key="midNum" value="91007210000004"/><MessageContent key="psCode" value="PS1"/></MessageContents></Message>
        </Messages>
      </Reply>
      <Reply seq="3"><Locations><Location tagName="Item" attributeName="seq" attributeValue="3"/></Locations>
        <Messages><Message code="MID-4010" severity="ERROR"/></Messages>
      </Reply>
    </Replies>
  </MailingCreate>
  <MailingDelete seq="2" mailingRef="halle-2024-0"><Status code="999"/></MailingDelete>
</MailingResponse>
"""
RESPONSE_TXT = (
    "Context|MailingResponse|M037_MID|MID|40312|0200\r\n"
    "Header|40312\r\n"
    "CustomerRef|run|12\r\n"
    "RequestProps|MID_0200_40312_KAART00001_240902143000_0RQ.TXT|KAART00001\r\n"
    "Reply|1\r\nXPath|/MailingRequest\r\nMessage|MID-2070|WARN\r\nDescription|Count of items is other\r\n"
    "MailingCreate|1|halle-2024-1\r\n"
    "Status|100\r\n"
    "Item|2|1|HALLE|R12|40|1500|a|b|c|Begin\r\n"
    "Item|1|2|HALLE|R12|7\r\n"
    "CustomerRef|part|1\r\n"
    'Reply|1\r\nXPath|/MailingRequest/MailingCreate[@seq="1"]\r\nMessage|MID-4040|INFO\r\n'
    "MessageContent|complianceRate|97.25%\r\nMessageContent|compliancyRateAtBuildingLevel|98,5 %\r\n"
    "MessageContent|addressesWithRecipientCompliancyRate|unknown\r\n"
    'Reply|2\r\nXPath|/MailingRequest/MailingCreate[@seq="1"]/Items/Item[@seq="2"]\r\nLocation|Item|seq|2\r\n'
    "Message|7001|WARN\r\nDescription|Street is written otherwise\r\n"
    "MessageContent|compCode|9\r\nMessageContent|compCorrection|Kerkstr\xe9\xe9t\r\nMessageContent|compCode|15\r\n"
    "Message|MID-4030|INFO\r\nMessageContent|midNum|91007210000004\r\nMessageContent|psCode|PS1\r\n"
    "Reply|3\r\nLocation|Item|seq|3\r\nMessage|MID-4010|ERROR\r\n"
    "MailingDelete|2|halle-2024-0\r\nStatus|999\r\n"
)
RESPONSE_AFT = (
    "SEQ|LAST_NAME|MIDNUMBER|PRESORTING_CODE|FIELDTOPRINT1|FEEDBACK|ORGINFO|ICTI|PRINTORDER\r\n"
    "1|Peeters||||| 1500|a|2\r\n"
    "2|Maes|91007210000004|PS1|R12 / 7|7001: Street is written otherwise|||1\r\n"
    "3|D'Hondt||||ERROR MID-4010 no match||\r\n"
)
"""The same answer as the Address File Tool gives it; our own letters."""
