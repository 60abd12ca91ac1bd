"""The built-in templates on the page: every kind drawn and read back, and measured in mm."""

import re
from datetime import date
from io import BytesIO

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from convocations.cards.card import CODE_PATTERN, TemplateKey, VoterType, election_day, qr_text
from convocations.cards.picture import ADDRESS_ZONE, MM, box_of, checked_card, png, sample_page, zone_problems
from convocations.cards.samples import samples
from convocations.cards.template import Letterhead, Occasion, Problem, TemplateRefusedError, compile_card, standard
from documents.stream import code128

FEDERAL, LOCAL = date(2024, 6, 9), date(2024, 10, 13)
ARMS = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 6"><rect width="5" height="6" fill="#1d4f91"/></svg>'
LETTERHEAD = Letterhead(("Oudstrijdersplein 18", "1500 Halle"), "Vragen? Burgerzaken, Oudstrijdersplein 18.", ARMS)
NAMES = [
    f"{kind}-{voters}-{voting}-{language}"
    for kind, voters in (
        ("convocation", "belgian"),
        ("convocation", "european"),
        ("convocation", "european_minor"),
        ("invitation", "local"),
        ("invitation", "local_foreigner"),
    )
    for voting in ("paper", "electronic")
    for language in ("nl", "fr")
]


def made(name, *, html=lambda text: text, css=lambda text: text, letterhead=LETTERHEAD):
    key = TemplateKey.of(name)
    day = LOCAL if key.voter_type in {VoterType.LOCAL, VoterType.LOCAL_FOREIGNER} else FEDERAL
    body, style = standard(key, day)
    return key, day, checked_card(html(body), css(style), key=key, occasion=Occasion("Halle", day, (), letterhead))


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    document.close()
    return text


def squeezed(text):
    return re.sub(r"[\s\-\ufffe\x02]+", "", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_card_is_drawn_with_every_sample_and_read_back(name):
    key, day, form = made(name)

    for index, (card, block) in enumerate(samples(key)):
        text = text_of(sample_page(form, key, index))
        assert re.findall(CODE_PATTERN, text) == [qr_text(card)]
        assert squeezed(text).count(squeezed(election_day(day, key.language))) == 1
        for needed in (
            card.last_name,
            card.address.street,
            card.address.place,
            block.name,
            block.street,
            block.place,
            str(card.list_number),
        ):
            assert squeezed(needed) in squeezed(text), needed


def test_the_codes_decode_from_the_page():
    key, _day, form = made("invitation-local-paper-nl")
    card, _block = samples(key)[0]
    picture = Image.open(BytesIO(png(sample_page(form, key), dpi=150)))

    assert {code.text for code in zxingcpp.read_barcodes(picture)} == {qr_text(card), f"{code128.LICENCE}{card.mail_id}"}


@pytest.mark.parametrize("name", NAMES)
def test_in_the_window_stands_nothing_but_barcode_and_address(name):
    _key, _day, form = made(name)

    assert list(zone_problems(form)) == []


def test_the_measures_of_bpost_in_mm():
    _key, _day, form = made("invitation-local-paper-nl")
    slots = {slot.name: slot for slot in form.slots}
    mail, address = box_of(form, slots["mail_id"]), box_of(form, slots["address"])

    assert (form.width / MM, form.height / MM) == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))
    assert ADDRESS_ZONE.right <= 210 - 15
    assert ADDRESS_ZONE.top >= 40
    assert ADDRESS_ZONE.right - ADDRESS_ZONE.left <= 125
    assert ADDRESS_ZONE.bottom <= 114 - 30
    assert 6 <= mail.bottom - mail.top <= 12
    module = (mail.right - mail.left) / code128.modules(18)
    assert 0.25 <= module <= 0.34
    assert 50 <= mail.right - mail.left <= 68
    assert mail.left - ADDRESS_ZONE.left >= 5 - 0.01
    assert ADDRESS_ZONE.right - mail.right >= 5
    assert address.top - mail.bottom >= 2 - 0.01
    assert mail.top - ADDRESS_ZONE.top >= 2 - 0.01
    assert address.bottom < 99 < min(box_of(form, slots[name]).top for name in ("station_name", "station_number", "voter", "qr"))


def test_the_ink_of_a_whole_page_lies_where_the_slots_say():
    """Measured on the picture: in the zone there is ink only within the boxes of the two slots."""
    key, _day, form = made("invitation-local-paper-nl")
    dpi = 150
    page = np.array(Image.open(BytesIO(png(sample_page(form, key, 1), dpi=dpi))).convert("L"))

    def part(left, top, right, bottom):
        x, y, to_x, to_y = (round(edge * dpi / 25.4) for edge in (left, top, right, bottom))
        return page[y:to_y, x:to_x]

    slots = {slot.name: slot for slot in form.slots}
    for name in ("mail_id", "address"):
        box = box_of(form, slots[name])
        spot = part(box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        assert spot.min() < 100, name
        spot[:] = 255
    assert part(*ADDRESS_ZONE).min() > 240


def refused(name="invitation-local-paper-nl", **changes):
    with pytest.raises(TemplateRefusedError) as refusal:
        made(name, **changes)
    return refusal.value.problems


def without(slot):
    return lambda text: re.sub(rf'<div[^>]*data-slot="{slot}"[^>]*></div>', "", text)


@pytest.mark.parametrize(
    "slot", ["station_name", "station_address", "station_hours", "station_number", "address", "mail_id", "voter", "qr", "code", "duplicate"]
)
def test_a_card_without_a_needed_place_is_refused(slot):
    assert Problem("slot_missing", slot) in refused(html=without(slot))


@pytest.mark.parametrize("slot", ["hour", "hour_label", "hour_note", "station_access", "station_map"])
def test_other_places_may_be_left_out(slot):
    _key, _day, form = made("invitation-local-paper-nl", html=without(slot))

    assert slot not in {found.name for found in form.slots}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("${date}", ""), Problem("field_missing", "date")),
        (lambda text: text + "<p>${date}</p>", Problem("date_twice")),
        (lambda text: text + "${nobody}", Problem("field_unknown", "nobody")),
        (lambda text: text + "<p>5 $ </p>", Problem("dollar")),
        (lambda text: text + "<script>1</script>", Problem("element")),
        (lambda text: text.replace('data-slot="voter"', 'data-slot="citizen"'), Problem("slot_unknown", "citizen")),
        (lambda text: text.replace('data-slot="voter"', 'data-slot="voter" data-layer="station"'), Problem("slot_layer", "voter")),
        (lambda text: text + '<p class="at" style="left: 120mm; top: 60mm">Stem!</p>', Problem("zone_not_blank")),
        (lambda text: text + "x" * 60_000, Problem("long", "60000")),
    ],
)
def test_a_text_that_cannot_be_a_right_card_is_refused_with_the_reason(change, problem):
    assert problem in refused(html=change)


def test_a_text_longer_than_a_page_is_refused():
    assert refused(html=lambda text: text.replace("<h2>", "<p>" + "Lorem ipsum dolor. " * 400 + "</p><h2>", 1))[0].code == "pages"


@pytest.mark.parametrize("address", ["https://example.org/x.png", "http://127.0.0.1/x.png", "file:///etc/passwd", "ftp://example.org/x"])
@pytest.mark.parametrize("where", ['<img src="{0}" alt="">', '<p style="background: url({0})">x</p>', '<link rel="stylesheet" href="{0}">'])
def test_nothing_is_fetched_from_anywhere(address, where):
    assert refused(html=lambda text: text + where.format(address))[0].code == "outside"


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (".address { top: 84mm !important }", Problem("outside_zone", "address")),
        (".mail { left: 140mm !important }", Problem("outside_zone", "mail_id")),
        (".address { top: 50.5mm !important }", Problem("barcode_near")),
        (".voter { left: 110mm !important; top: 60mm !important }", Problem("inside_zone", "voter")),
    ],
)
def test_the_window_is_kept_free(rule, problem):
    assert problem in refused(css=lambda text: text + rule)


def test_places_too_small_for_long_names_are_refused():
    assert refused(css=lambda text: text + ".voter { width: 20mm !important }") == [
        Problem("sample", "voter: Vandenbroucke-Van der Straeten de Ribaucourt")
    ]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("width: 48mm", "slot mail_id: 50 to 68 mm wide, for modules of 0.25 to 0.34 mm"),
        ("width: 69mm", "slot mail_id: 50 to 68 mm wide, for modules of 0.25 to 0.34 mm"),
        ("height: 5mm", "slot mail_id: 6 to 12 mm high"),
        ("height: 13mm", "slot mail_id: 6 to 12 mm high"),
    ],
)
def test_a_barcode_that_bpost_cannot_read_is_refused(rule, what):
    assert Problem("layout", what) in refused(css=lambda text: text + f".mail {{ {rule} !important }}")


def test_arms_and_letterhead_are_printed_and_their_absence_leaves_no_hole():
    key, _day, form = made("invitation-local-paper-nl")
    plain = made("invitation-local-paper-nl", letterhead=Letterhead())[2]

    assert "Oudstrijdersplein 18" in text_of(sample_page(form, key))
    assert "Oudstrijdersplein" not in text_of(sample_page(plain, key))
    assert {slot.name: (slot.x, slot.y) for slot in form.slots} == {slot.name: (slot.x, slot.y) for slot in plain.slots}


def test_names_are_escaped():
    key = TemplateKey.of("invitation-local-paper-nl")
    body, style = standard(key, LOCAL)
    form = compile_card(body, style, key=key, occasion=Occasion("<b>Halle</b> & co", LOCAL, ()))

    assert "<b>Halle</b> & co" in text_of(sample_page(form, key))
