"""A mailing or an item that bpost would refuse cannot be made; all its problems are told at once."""

import pytest

from delivery.bpost.mail_id import MailIdBlock, PieceDigits, is_mail_id, mail_id
from delivery.bpost.mailing import Contact, CustomerRef, Deposit, Item, RefusedError, Sender
from delivery.words import PROBLEMS
from tests.delivery.samples import BLOCK, full_mailing, item, mailing


def _problems(make, **values) -> list[tuple[str, str]]:
    with pytest.raises(RefusedError) as refused:
        make(**values)
    assert {problem.code for problem in refused.value.problems} <= set(PROBLEMS)
    return [(problem.code, problem.field) for problem in refused.value.problems]


def test_what_is_in_order_is_made() -> None:
    assert mailing().sender.customer == "40312"
    assert full_mailing().deposit == Deposit("MPA-2024-77")


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"sender": Sender("", "77120")}, ("not_a_number", "prs_id")),
        ({"sender": Sender("040312", "77120")}, ("not_a_number", "prs_id")),
        ({"sender": Sender("123456789", "1")}, ("not_a_number", "prs_id")),
        ({"sender": Sender("40312", "7712O")}, ("not_a_number", "account_id")),
        ({"sender": Sender("40312", "77120", "40313")}, ("customer_is_not_sender", "customer_id")),
        ({"file_ref": "KAART0001"}, ("file_ref", "file_ref")),
        ({"file_ref": "KAART000011"}, ("file_ref", "file_ref")),
        ({"file_ref": "kaart00001"}, ("file_ref", "file_ref")),
        ({"file_ref": "KAART-0001"}, ("file_ref", "file_ref")),
        ({"mailing_ref": ""}, ("missing", "mailing_ref")),
        ({"mailing_ref": "x" * 21}, ("too_long", "mailing_ref")),
        ({"mailing_ref": "ő"}, ("not_written", "mailing_ref")),
        ({"deposit": Deposit("")}, ("missing", "deposit")),
        ({"deposit": Deposit("x" * 21)}, ("too_long", "deposit")),
        ({"contacts": (Contact("nobody"),)}, ("not_an_email", "contact.email")),
        ({"contacts": (Contact("a@b.be", "de"),)}, ("unknown_value", "contact.lang")),
        ({"contacts": (Contact("a@b.be", phone="1" * 51),)}, ("too_long", "contact.phone")),
        ({"file_refs": (CustomerRef("k" * 51, "v"),)}, ("too_long", "customer_ref.key")),
        ({"mailing_refs": (CustomerRef("k", "v" * 251),)}, ("too_long", "customer_ref.value")),
        ({"mailing_refs": (CustomerRef("", "v"),)}, ("missing", "customer_ref.key")),
        ({"deleted_refs": ("halle-2024-1",)}, ("deletes_itself", "deleted_refs")),
        ({"presorting_version": 0}, ("not_a_number", "presorting_version")),
        ({"file_info": "MID"}, ("unknown_value", "file_info")),
    ],
)
def test_what_bpost_refuses_is_not_made(other, problem) -> None:
    problems = _problems(mailing, **other)

    assert problem in problems
    assert {field for _code, field in problems} <= {problem[1], "customer_id"}  # the customer's number is the sender's


def test_all_problems_of_a_mailing_come_together() -> None:
    found = _problems(mailing, sender=Sender("x", "y"), file_ref="", mailing_ref="", contacts=(Contact("", "xx"),))

    assert [field for _code, field in found] == [
        "prs_id",
        "account_id",
        "customer_id",
        "file_ref",
        "mailing_ref",
        "contact.email",
        "contact.lang",
    ]


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"seq": 0}, ("not_a_number", "seq")),
        ({"seq": 100_000_000}, ("not_a_number", "seq")),
        ({"mail_id": "1012345000000"}, ("mail_id", "mail_id")),
        ({"mail_id": "20123450000001"}, ("mail_id", "mail_id")),
        ({"lang": "en"}, ("unknown_value", "lang")),
        ({"ps_code": "x" * 21}, ("too_long", "ps_code")),
        ({"components": ()}, ("missing", "components")),
        ({"components": ((9, ""),)}, ("missing", "component.9")),
        ({"components": ((9, "x" * 43),)}, ("too_long", "component.9")),
        ({"components": ((9, "ő"),)}, ("not_written", "component.9")),
        ({"components": ((9, "a\nb"),)}, ("not_written", "component.9")),
        ({"components": ((9, " a"),)}, ("not_written", "component.9")),
        ({"components": ((17, "BE"),)}, ("unknown_value", "component.17")),
        ({"components": ((9, "a"), (9, "b"))}, ("twice", "component.9")),
        ({"components": ((9, "a"), (92, "a 1"))}, ("whole_and_parts", "component.92")),
    ],
)
def test_an_item_that_bpost_refuses_is_not_made(other, problem) -> None:
    assert set(_problems(item, **other)) == {problem}


def test_all_problems_of_an_item_come_together_with_its_number() -> None:
    with pytest.raises(RefusedError) as refused:
        Item(7, ((9, ""), (12, "1" * 13)), mail_id="1", lang="xx")

    assert [(problem.field, problem.seq) for problem in refused.value.problems] == [
        ("mail_id", 7),
        ("lang", 7),
        ("component.9", 7),
        ("component.12", 7),
    ]


@pytest.mark.parametrize(
    ("digits", "number"),
    [(PieceDigits.SEVEN, "10007210000042"), (PieceDigits.NINE, "1100721000000042"), (PieceDigits.ELEVEN, "120072100000000042")],
)
def test_a_number_is_code_customer_and_piece(digits: PieceDigits, number: str) -> None:
    assert mail_id("00721", digits, 42) == number
    assert is_mail_id(number)


@pytest.mark.parametrize(("customer", "piece"), [("721", 1), ("0072a", 1), ("00721", 10**7), ("00721", -1), ("٠٠٧٢١", 1)])
def test_a_number_whose_parts_do_not_fit_is_not_made(customer: str, piece: int) -> None:
    with pytest.raises(ValueError, match="fi"):
        mail_id(customer, PieceDigits.SEVEN, piece)


@pytest.mark.parametrize("text", ["", "1", "10", "9000721000004", "1300721000000042", "1100721000000042 ", "11007210000000421"])
def test_another_text_is_no_number(text: str) -> None:
    assert not is_mail_id(text)


def test_a_block_gives_each_number_once_in_order() -> None:
    block = MailIdBlock("00721", PieceDigits.SEVEN, 9, 11)

    assert list(block) == ["10007210000009", "10007210000010", "10007210000011"] == [block[index] for index in range(3)]
    assert len(block) == 3
    assert len(set(BLOCK)) == len(BLOCK) == 2000
    with pytest.raises(IndexError):
        block[3]
    with pytest.raises(IndexError):
        block[-1]
