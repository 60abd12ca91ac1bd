"""What codes of bpost, and of our own about bpost, are called on the screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delivery.bpost.answer_parts import Severity
from delivery.bpost.mailing import DepositKind, Mode
from delivery.bpost.names import Form

FORMS: dict[str, Promise] = {
    Form.XML.value: _("XML, for bpost itself"),
    Form.TXT.value: _("text, for bpost itself"),
    Form.AFT.value: _("table (CSV), for the Address File Tool of bpost"),
}
MODES: dict[str, Promise] = {
    Mode.TEST.value: _("test, at most 200 letters"),
    Mode.CERTIFICATION.value: _("certification, at most 2,000 letters"),
    Mode.PRODUCTION.value: _("production"),
}
DEPOSIT_KINDS: dict[str, Promise] = {
    DepositKind.REFERENCE.value: _("reference of the deposit"),
    DepositKind.TEMPORARY_NUMBER.value: _("temporary deposit number"),
}
SEVERITIES: dict[str, Promise] = {
    Severity.FATAL.value: _("refused"),
    Severity.ERROR.value: _("fault"),
    Severity.WARN.value: _("warning"),
    Severity.INFO.value: _("information"),
    Severity.UNKNOWN.value: _("not said"),
}
STATUSES: dict[int, Promise] = {
    100: _("In order"),
    998: _("Nothing was done: the file as a whole was refused"),
    999: _("Not done: this list was refused"),
}

PROBLEMS: dict[str, Promise] = {
    "abroad": _("An address abroad: bpost takes only addresses in Belgium here."),
    "customer_is_not_sender": _("bpost takes only files of the sender itself: leave the PRS-ID of the customer empty."),
    "deletes_itself": _("A list cannot replace itself: give the new one another reference."),
    "file_ref": _("The reference of a file is exactly ten capitals and figures."),
    "mail_id": _("This is no Mail ID number."),
    "mail_id_given": _("A Mail ID number is given, though bpost is asked to make them."),
    "mail_id_missing": _("A Mail ID number is missing."),
    "mail_id_twice": _("Two letters have the same Mail ID number."),
    "missing": _("Nothing is filled in."),
    "name_differs": _("The name of the file says something else than the file."),
    "no_items": _("There are no letters."),
    "not_a_number": _("A whole number from 1, of at most eight figures."),
    "not_an_email": _("This is no e-mail address."),
    "not_upwards": _("The letters are not numbered upwards."),
    "not_written": _("This holds signs that a file for bpost cannot hold."),
    "postcode": _("A Belgian postcode is four figures, from 1000."),
    "too_long": _("This is too long, and may not be shortened."),
    "too_many": _("There are more letters than this mode allows."),
    "twice": _("A part of the address stands there twice."),
    "unknown_character": _("These letters cannot be written in a file for bpost."),
    "unknown_value": _("This is none of the values that bpost knows."),
    "whole_and_parts": _("A part of the address is given both whole and in parts."),
}
REMARKS: dict[str, Promise] = {
    "box_left_out": _("Box left out: it is not of figures only, and there is no room for it elsewhere"),
    "greeting_left_out": _("Greeting left out: no room"),
    "initials": _("Later names shortened to initials"),
    "transliterated": _("Letters replaced by others that bpost knows"),
    "whole_city": _("Postcode and place written as one line"),
    "whole_name": _("Name written as one line, with an initial"),
    "whole_street": _("Street, number and box written as one line"),
}
ANSWER_ERRORS: dict[str, Promise] = {
    "broken_archive": _("The archive cannot be opened."),
    "document_type": _("The file has a document type, which a file of bpost never has. It was not read."),
    "empty": _("The file is empty."),
    "is_request": _("This is a file for bpost, not an answer of bpost."),
    "no_answer": _("Nothing in this file is an answer of bpost."),
    "not_a_table": _("The table is damaged: a line cannot be divided into its columns."),
    "not_one_file": _("The archive must hold exactly one file."),
    "not_xml": _("The file is damaged: it is not readable as XML."),
    "too_deep": _("The file is not built as an answer of bpost is."),
    "too_large": _("The file is larger than an answer can be."),
    "too_long": _("The file holds a line or text longer than an answer can have."),
}
SETTINGS_PROBLEMS: dict[str, Promise] = {
    "fits": _("This does not fit: the range must lie within the figures of the piece number, its first number before its last."),
    "five_figures": _("Exactly five figures, with zeros in front where needed."),
    "length": _("7, 9 or 11."),
    "number": _("A whole number of at most eight figures, without zeros in front."),
    "other_customer": _("bpost takes only files of the sender itself: leave this empty, or repeat the PRS-ID."),
}

MESSAGES: dict[str, Promise] = {
    "MID-1000": _("bpost does not know who sent the file."),
    "MID-1010": _("The sender may not send files for this customer."),
    "MID-1020": _("The customer is not certified yet, and may not send in production."),
    "MID-2010": _("The name of the file is not as bpost wants it."),
    "MID-2040": _("The file is not built as bpost wants it."),
    "MID-2042": _("Two letters have the same number in the list."),
    "MID-2050": _("A file of this name was sent before."),
    "MID-2070": _("The number of letters differs from the number that the file says."),
    "MID-2072": _("The customer in the name of the file is another than in the file."),
    "MID-2073": _("The reference in the name of the file is another than in the file."),
    "MID-2074": _("The version in the name of the file is another than in the file."),
    "MID-2075": _("The file was sent by another than it says."),
    "MID-2076": _("The account in the file is another than the one that sent it."),
    "MID-3000": _("The e-mail address of a contact is not right."),
    "MID-3010": _("A Mail ID number is not right, or used twice."),
    "MID-3012": _("Some letters have a Mail ID number and others have none."),
    "MID-3012a": _("Some letters have a Mail ID number and others have none."),
    "MID-3012b": _("bpost was asked to make the Mail ID numbers, but they were in the file."),
    "MID-3012c": _("A letter has no Mail ID number."),
    "MID-3012d": _("A letter has a Mail ID number and may have none."),
    "MID-3016": _("The day of delivery is not right."),
    "MID-3031": _("The deposit is not known to bpost."),
    "MID-3032": _("The reference of the list is in use already."),
    "MID-3070": _("The reference of the list is in use already."),
    "MID-3077": _("The customer has no customer number for Mail ID yet: ask bpost for one."),
    "MID-4000": _("A part of the address is not right."),
    "MID-4001": _("A part of the address is empty."),
    "MID-4010": _("bpost does not know this address."),
    "MID-4011": _("bpost does not know this address, only the office that delivers there."),
    "MID-4020": _("bpost finds more than one address."),
    "MID-4030": _("bpost made a Mail ID number or a presorting code."),
    "MID-4040": _("Share of addresses that bpost recognises."),
    "MID-4050": _("bpost knows the round, but not the letterbox."),
    "MID-4060": _("bpost knows the building, but not the exact address."),
    "MID-7001": _("A part of the address holds a fault."),
    "MID-7002": _("A part of the address is missing."),
    "MID-7003": _("A part of the address holds a fault."),
    "MID-7004": _("A part of the address is missing."),
    "MID-7005": _("The box number is missing."),
    "MID-9999": _("An unexpected fault at bpost."),
}


def message_text(code: str, description: str = "") -> Promise | str:
    """What a message means: our words, else bpost's own, else its code."""
    return MESSAGES.get(code) or description or code
