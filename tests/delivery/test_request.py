"""What is written: read back by two other readers, the same bytes each time, in bounded memory, and refused as a whole."""

import io
import tracemalloc
from dataclasses import replace
from datetime import datetime
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.bpost.address import fit
from delivery.bpost.mailing import GenMid, Item, Mode, Priority, RefusedError
from delivery.bpost.names import FileName, Form, Kind, read_name
from delivery.bpost.request import chunks, write_request
from tests.delivery.samples import BLOCK, addressee, components, file_name, full_mailing, item, mailing, read_txt, read_xml

XML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<MailingRequest>
  <Context requestName="MailingRequest" dataset="M037_MID" sender="40312" receiver="MID" version="0200"/>
  <Header customerId="40312" accountId="77120" mode="T">
    <Files>
      <RequestProps customerFileRef="KAART00001"/>
      <ResponseProps format="XML" compressed="Y" encrypted="N" transmissionMode="FTPS"/>
    </Files>
    <CustomerRefs>
      <CustomerRef key="run" value="12"/>
      <CustomerRef key="sign" value="a|b &lt;&amp;&gt; &quot;c&quot; &apos;d&apos;; \xe9"/>
    </CustomerRefs>
  </Header>
  <MailingCreate seq="1" mailingRef="halle-2024-1" depositIdentifier="MPA-2024-77" depositIdentifierType="depositRef" genMID="N" genPSC="Y" expectedDeliveryDate="2024-09-23">
    <FileInfo type="MID2"/>
    <Format responseSortingMode="CU">Small</Format>
    <PresortingCodeVersion version="107"/>
    <Contacts>
      <Contact seq="1" firstName="Els" lastName="D&apos;Hondt" email="els@example.be" lang="nl" phone="02 1" fax="02 2" mobile="04 3"/>
      <Contact seq="2" email="luc@example.be" lang="fr"/>
    </Contacts>
    <CustomerRefs>
      <CustomerRef key="part" value="1"/>
    </CustomerRefs>
    <Items>
      <Item seq="1" lang="nl" midNum="1100721000004000" psCode="P1" priority="P"><Comps><Comp code="2" value="Jan"/><Comp code="4" value="Peeters"/><Comp code="9" value="Kerkstraat"/><Comp code="12" value="1"/><Comp code="15" value="1500"/><Comp code="16" value="Halle"/></Comps></Item>
      <Item seq="2" lang="nl" midNum="1100721000004001" priority="NP"><Comps><Comp code="92" value="Kerkstr&#38;at 1 bus A"/></Comps></Item>
    </Items>
    <ItemCount value="2"/>
  </MailingCreate>
  <MailingDelete seq="2" mailingRef="halle-2024-0"/>
</MailingRequest>
""".replace("&#38;", "&amp;")
TXT = (
    "Context|MailingRequest|M037_MID|40312|MID|0200\r\n"
    "Header|40312|77120|T\r\n"
    "RequestProps|KAART00001\r\n"
    "ResponseProps|XML|Y|N|FTPS\r\n"
    "CustomerRef|run|12\r\n"
    "CustomerRef|sign|a\\|b <&> 'c' 'd', \xe9\r\n"
    "MailingCreate|1|halle-2024-1|MPA-2024-77|depositRef|N|Y|2024-09-23\r\n"
    "FileInfo|MID2\r\n"
    "Format|Small|CU\r\n"
    "PresortingCodeVersion|107\r\n"
    "Contact|1|Els|D'Hondt|els@example.be|nl|02 1|02 2|04 3\r\n"
    "Contact|2|||luc@example.be|fr|||\r\n"
    "CustomerRef|part|1\r\n"
    "Item|1|nl|1100721000004000|P1|P\r\n"
    "Comp|2|Jan\r\nComp|4|Peeters\r\nComp|9|Kerkstraat\r\nComp|12|1\r\nComp|15|1500\r\nComp|16|Halle\r\n"
    "Item|2|nl|1100721000004001||NP\r\n"
    "Comp|92|Kerkstr&at 1 bus A\r\n"
    "ItemCount|2\r\n"
    "MailingDelete|2|halle-2024-0\r\n"
)


NAMES = {
    Form.XML: "MID_0200_40312_KAART00001_240902143000_0RQ.XML",
    Form.TXT: "MID_0200_40312_KAART00001_240902143000_0RQ.TXT",
    Form.AFT: "AFT_40312_KAART00001_240902143000.CSV",
}


def _items() -> list[Item]:
    return [item(0, ps_code="P1", priority=Priority.PRIOR), item(1, components=((92, "Kerkstr&at 1 bus A"),))]


def _bytes(one, items, form: Form) -> bytes:
    return b"".join(chunks(one, items, form))


@pytest.mark.parametrize(("form", "text"), [(Form.XML, XML), (Form.TXT, TXT)])
def test_everything_stands_where_the_guide_wants_it(form: Form, text: str) -> None:
    assert _bytes(full_mailing(), _items(), form).decode("iso-8859-1").splitlines() == text.splitlines()


def test_what_is_not_there_is_left_out() -> None:
    xml = _bytes(mailing(sorting=None), [item(lang="")], Form.XML).decode("iso-8859-1")
    txt = _bytes(mailing(sorting=None), [item(lang="")], Form.TXT).decode("iso-8859-1")

    assert '=""' not in xml
    assert not any(name in xml for name in ("ResponseProps", "CustomerRef", "Contact", "deposit", "Presorting", "MailingDelete", "lang="))
    assert "MailingCreate|1|halle-2024-1|||N|N|2024-09-23\r\n" in txt
    assert "Format|Small|\r\n" in txt
    assert "Item|1||1100721000004000||NP\r\n" in txt


@given(st.lists(components, min_size=1, max_size=8))
def test_what_is_written_is_read_back_by_others(parts) -> None:
    items = [Item(index + 1, part, mail_id=BLOCK[index]) for index, part in enumerate(parts)]
    expected: list[dict] = [
        {"seq": str(one.seq), "midNum": one.mail_id, "priority": "NP", "components": [(int(code), value) for code, value in one.components]}
        for one in items
    ]
    in_txt = [
        {**one, "components": [(code, value.replace('"', "'").replace(";", ",")) for code, value in one["components"]]} for one in expected
    ]

    assert read_xml(_bytes(mailing(), items, Form.XML)) == expected
    assert read_txt(_bytes(mailing(), items, Form.TXT)) == in_txt


def _refused(one, items, form: Form = Form.XML) -> list[tuple[str, int | None]]:
    with pytest.raises(RefusedError) as refused:
        _bytes(one, items, form)
    return [(problem.code, problem.seq) for problem in refused.value.problems]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(("mode", "limit"), [(Mode.TEST, 200), (Mode.CERTIFICATION, 2000)])
def test_a_mode_takes_as_many_letters_as_it_allows(form: Form, mode: Mode, limit: int) -> None:
    first = item()
    numbers = [f"11{number:014d}" for number in range(limit + 1)]
    items = [replace(first, seq=index + 1, mail_id=number) for index, number in enumerate(numbers)]

    assert len(_bytes(mailing(mode=mode), items[:limit], form)) > 1000
    assert _refused(mailing(mode=mode), items, form) == [("too_many", None)]
    assert len(_bytes(mailing(mode=Mode.PRODUCTION), items, form)) > 1000


@pytest.mark.parametrize(
    ("gen_mid", "items", "problems"),
    [
        (GenMid.NONE, [], [("no_items", None)]),
        (GenMid.NONE, [item(0), item(1, mail_id="")], [("mail_id_missing", 2)]),
        (GenMid.NONE, [item(0), item(1, mail_id=BLOCK[0])], [("mail_id_twice", None)]),
        (GenMid.NONE, [item(1), item(0), item(0, mail_id=BLOCK[5])], [("not_upwards", 1), ("not_upwards", 1)]),
        (GenMid.NINE, [item(0, mail_id=""), item(1)], [("mail_id_given", 2)]),
    ],
)
def test_a_list_that_bpost_would_refuse_is_refused_with_all_it_has(gen_mid, items, problems) -> None:
    assert _refused(mailing(gen_mid=gen_mid), items) == problems


def test_bpost_may_make_the_numbers() -> None:
    assert b'genMID="7"' in _bytes(mailing(gen_mid=GenMid.SEVEN), [item(mail_id="")], Form.XML)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("zipped", [False, True])
def test_the_same_list_gives_the_same_bytes_name_and_digest(form: Form, zipped: bool) -> None:
    first, second = io.BytesIO(), io.BytesIO()

    written = [
        write_request(target, mailing=full_mailing(), items=_items(), name=file_name(form), zipped=zipped) for target in (first, second)
    ]

    assert first.getvalue() == second.getvalue()
    assert written[0] == written[1]
    assert (written[0].items, written[0].size) == (2, len(first.getvalue()))
    assert written[0].name == NAMES[form] + (".ZIP" if zipped else "")


@pytest.mark.parametrize("form", Form)
def test_an_archive_holds_one_file_of_its_own_name(form: Form) -> None:
    target = io.BytesIO()

    write_request(target, mailing=full_mailing(), items=_items(), name=file_name(form), zipped=True)

    with ZipFile(target) as archive:
        assert archive.namelist() == [NAMES[form]]
        assert archive.read(archive.namelist()[0]) == _bytes(full_mailing(), _items(), form)


@pytest.mark.parametrize("other", [{"prs_id": "1"}, {"file_ref": "KAART00002"}, {"version": "0100"}])
def test_a_name_that_says_something_else_is_refused_before_anything_is_written(other) -> None:
    target = io.BytesIO()

    with pytest.raises(RefusedError):
        write_request(target, mailing=mailing(), items=[item()], name=file_name(Form.XML, **other))

    assert target.getvalue() == b""


@pytest.mark.parametrize("form", Form)
def test_a_long_list_takes_no_more_memory_than_a_short_one(form: Form) -> None:
    parts = fit(addressee()).components
    many = (Item(index + 1, parts, mail_id=f"11{index:014d}") for index in range(20_000))
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in chunks(mailing(mode=Mode.PRODUCTION), many, form))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert size > 1_500_000
    assert peak < 1_500_000  # a piece, and the numbers: eight bytes each, and once more while they are sorted


@pytest.mark.parametrize("form", [Form.XML, Form.TXT])
@pytest.mark.parametrize("kind", Kind)
def test_a_name_is_read_as_it_was_made(form: Form, kind: Kind) -> None:
    name = file_name(form, kind=kind)

    assert read_name(str(name)) == read_name(name.zipped.lower()) == name


@pytest.mark.parametrize(
    "name", ["", "kaarten.xml", "MID_0200_40312_KAART00001_240931143000_0RQ.XML", "MID_0200_X_KAART00001_240902143000_0RQ.XML"]
)
def test_another_name_is_none(name: str) -> None:
    assert read_name(name) is None


def test_a_name_with_a_hyphen_in_its_reference_is_read_though_never_made() -> None:
    found = read_name("MID_0100_12345678_VOORB-GOED_121106164945_2RS.XML")

    assert found == FileName("12345678", "VOORB-GOED", datetime(2012, 11, 6, 16, 49, 45), Form.XML, Kind.RESPONSE, "0100")  # noqa: DTZ001
