"""Put a text in its room without losing a letter: as it is, condensed, on more lines, then with initials; or say no.

Pure: the width of a text is asked of ``measure``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from documents.stream.values import Line, Name

Measure = Callable[[str], float]
LEAST = 0.8
"""No text is condensed further than to this part of its width."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The lines of one text and the part of their width at which they are drawn."""

    lines: tuple[str, ...]
    scale: float = 1.0


def fit(value: Line, *, measure: Measure, room: float, lines: int = 1, least: float = LEAST) -> Fitted | None:
    """The text in ``room`` (points) on at most ``lines`` lines; None when it does not go."""
    for text in variants(value):
        width = measure(text)
        if width <= room:
            return Fitted((text,))
        if width * least <= room:
            return Fitted((text,), room / width)
        if lines > 1 and (found := _broken(text, measure=measure, room=room, lines=lines, least=least)):
            return found
    return _split(next(variants(value)), measure=measure, room=room, lines=lines, least=least) if lines > 1 else None


def variants(value: Line) -> Iterator[str]:
    """The text whole, and a name with one more of its later given names as an initial each time."""
    if isinstance(value, Name):
        yield from (value.text(initials) for initials in range(max(1, len(value.given))))
    else:
        yield value


def _broken(text: str, *, measure: Measure, room: float, lines: int, least: float) -> Fitted | None:
    """Broken between words or after a hyphen: first at full width, then as if condensed to the least."""
    for part in (1.0, least):
        found = _between_words(text, measure, room / part)
        if found and len(found) <= lines:
            return Fitted(found, _scale(found, measure, room))
    return None


def _between_words(text: str, measure: Measure, room: float) -> tuple[str, ...] | None:
    """As many words on each line as go; None when one word alone is wider than the room."""
    lines, line = [], ""
    for word in text.split(" "):
        for piece, joint in _pieces(word):
            longer = f"{line}{joint}{piece}" if line else piece
            if measure(longer) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            if measure(piece) > room:
                return None
            line = piece
    return (*lines, line)


def _pieces(word: str) -> Iterator[tuple[str, str]]:
    """A word in the pieces at whose ends it may be broken, each with what stands before it on the same line."""
    joint = " "
    while 0 < (end := word.find("-") + 1) < len(word):
        yield word[:end], joint
        word, joint = word[end:], ""
    yield word, joint


def _split(text: str, *, measure: Measure, room: float, lines: int, least: float) -> Fitted | None:
    """A word that no line holds: broken anywhere, as late as possible. Nothing goes, and nothing is added."""
    found: list[str] = []
    rest = text
    while measure(rest) * least > room:
        if len(found) == lines - 1:
            return None
        end = _longest(rest, measure, room / least)
        if end == 0:
            return None
        space = rest.rfind(" ", 1, end + 1)
        found.append(rest[: space if space > 0 else end])
        rest = rest[space + 1 if space > 0 else end :]
    whole = (*found, rest)
    return Fitted(whole, _scale(whole, measure, room))


def _longest(text: str, measure: Measure, room: float) -> int:
    """How many letters from the start go into the room."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= room else (low, middle - 1)
    return low


def _scale(lines: tuple[str, ...], measure: Measure, room: float) -> float:
    return min(1.0, room / max(map(measure, lines), default=room)) if any(lines) else 1.0
