"""A text in its room: nothing lost, nothing too wide, in the order of what disturbs least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.stream.fitting import LEAST, Fitted, fit, variants
from documents.stream.values import Name, initial


def measure(text: str) -> float:
    """Narrow and wide letters, and a space of a half."""
    return sum({" ": 0.5, "i": 0.4, "W": 1.6}.get(letter, 1.0) for letter in text)


words = st.text("aiWé-", min_size=1, max_size=40)
names = st.builds(Name, words, st.lists(words, max_size=4).map(tuple), st.booleans())
lines_of_text = st.lists(words, min_size=1, max_size=12).map(lambda parts: " ".join(parts)[:120].strip())


def letters(text: str) -> str:
    return text.replace(" ", "")


@given(st.one_of(names, lines_of_text), st.floats(1.7, 60), st.integers(1, 4))
def test_no_letter_is_lost_and_no_line_is_too_wide(value: Name | str, room: float, lines: int):
    fitted = fit(value, measure=measure, room=room, lines=lines)

    if fitted is None:
        assert all(measure(variant) * LEAST > room for variant in variants(value))
        return
    assert letters("".join(fitted.lines)) in {letters(variant) for variant in variants(value)}
    assert 1 <= len(fitted.lines) <= lines
    assert LEAST - 1e-6 <= fitted.scale <= 1
    assert all(measure(line) * fitted.scale <= room + 1e-6 for line in fitted.lines)


@given(lines_of_text, st.integers(2, 5))
def test_a_text_is_refused_only_when_its_letters_do_not_go_on_the_lines(text: str, lines: int):
    """However it is broken, a line is left unfilled by less than its longest word or letter."""
    room = measure(text) / lines + max(measure(word) for word in text.split(" ")) + 1.6

    assert fit(text, measure=measure, room=room, lines=lines) is not None


def test_it_is_condensed_before_it_is_broken():
    assert fit("aaaaa aaaaa", measure=measure, room=10.5, lines=2) == Fitted(("aaaaa aaaaa",))
    assert fit("aaaaa aaaaa", measure=measure, room=8.4, lines=2) == Fitted(("aaaaa aaaaa",), 0.8)
    assert fit("aaaaa aaaaa", measure=measure, room=8.3, lines=2) == Fitted(("aaaaa", "aaaaa"))


def test_it_is_broken_before_names_become_initials():
    name = Name("aaaaaaaa", ("bbbb", "cccc", "dddd"))

    assert fit(name, measure=measure, room=13.5, lines=2) == Fitted(("aaaaaaaa bbbb", "cccc dddd"))
    assert fit(name, measure=measure, room=13.5, lines=1) is None
    assert fit(name, measure=measure, room=15, lines=1) == Fitted(("aaaaaaaa bbbb c. d.",), 15 / 17.5)
    assert fit(name, measure=measure, room=17, lines=1) == Fitted(("aaaaaaaa bbbb cccc d.",), 17 / 19.5)


def test_initials_come_from_the_last_name_on_and_never_for_the_first():
    assert list(variants(Name("Peeters", ("An", "Bea", "Cis")))) == ["Peeters An Bea Cis", "Peeters An Bea C.", "Peeters An B. C."]
    assert list(variants(Name("Peeters", ("An",), family_first=False, title="Mevrouw"))) == ["Mevrouw An Peeters"]
    assert list(variants(Name("Peeters"))) == ["Peeters"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Wilhelmina", "W."),
        ("Éloïse", "É."),
        ("Jean-Pierre", "J.-P."),
        ("Marie-", "M."),
        ("IJsbrand", "IJ."),
        ("\u0132sbrand", "\u0132."),
        ("İbrahim", "İ."),
        ("\u0131t\u0131r", "\u0131."),
        ("Ștefan", "Ș."),
        ("Łukasz", "Ł."),
        ("’Aïcha", "’A."),
        ("'t", "'t."),
        ("D’Arcy", "D."),
        ("X", "X."),
        ("-", "-"),
        ("’", "’"),
    ],
)
def test_an_initial_is_a_letter_and_each_half_of_a_double_name_keeps_its_own(name: str, shown: str):
    assert initial(name) == shown


def test_a_word_is_broken_after_its_hyphen_or_else_where_the_line_ends():
    assert fit("aaaa-aaaa", measure=measure, room=5.5, lines=2) == Fitted(("aaaa-", "aaaa"))
    assert fit("aaaaaaaaaa", measure=measure, room=5, lines=2) == Fitted(("aaaaaa", "aaaa"), 5 / 6)
    assert fit("aaaaaaaaaaaaa", measure=measure, room=5, lines=2) is None
