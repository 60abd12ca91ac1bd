"""The sketch of the streets around a station: from the municipality's own addresses, on the page, without a network."""

from dataclasses import replace
from datetime import date

import pypdfium2

from convocations.cards import sketch
from convocations.cards.card import TemplateKey, layer_values, page_values
from convocations.cards.samples import samples
from convocations.cards.template import Occasion, compile_card, standard
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery
from voters.rules.map_scene import Spot

KEY, DAY = TemplateKey.of("invitation-local-paper-nl"), date(2024, 10, 13)


def street(name, *, y, key=1, count=20, step=15.0):
    return [Spot((-140.0 + step * number, y), name, (key, "1500", 0), None, None, 1) for number in range(count)]


def text_of(drawing):
    form = compile_card(*standard(KEY, DAY), key=KEY, occasion=Occasion("Halle", DAY, ()))
    card, block = samples(KEY)[0]
    values = layer_values(form, replace(block, sketch=drawing))
    pdf = Singles(Stationery({"card": form}, title="")).pdf("card", page_values(form, card), station=values, record="x")
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    document.close()
    return text


def test_names_of_streets_stand_on_the_card():
    drawn = sketch.draw([*street("Nieuwstraat", y=60.0), *street("Eșteiuplein", y=-60.0, key=2)], (0.0, 0.0))

    text = text_of(drawn)
    assert "Nieuwstraat" in text
    assert "Eșteiuplein" in text
    assert "100 m" in text


def test_a_name_that_the_letters_lack_is_left_out_and_its_street_drawn():
    with_it = sketch.draw([*street("Nieuwstraat", y=60.0), *street("Улица", y=-60.0, key=2)], (0.0, 0.0))
    without = sketch.draw(street("Nieuwstraat", y=60.0), (0.0, 0.0))

    assert "Улица" not in text_of(with_it)
    assert with_it.count(b" S") == without.count(b" S") + 1


def test_houses_far_apart_are_not_joined():
    near, far = (sketch.draw(street("Nieuwstraat", y=60.0, count=5, step=step), (0.0, 0.0)) for step in (sketch.GAP, sketch.GAP + 1))

    assert (near.count(b" m "), far.count(b" m ")) == (far.count(b" m ") - 4, near.count(b" m ") + 4)


def test_where_nothing_is_near_there_is_no_sketch():
    assert sketch.draw([], (0.0, 0.0)) == b""
    assert sketch.draw(street("Nieuwstraat", y=5000.0), (0.0, 0.0)) == b""


def test_the_same_streets_give_the_same_bytes():
    spots = street("Nieuwstraat", y=60.0)

    assert sketch.draw(spots, (0.0, 0.0)) == sketch.draw(list(spots), (0.0, 0.0))
