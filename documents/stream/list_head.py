"""What stands on every page of a list: title, place, columns' titles, foot."""

from collections.abc import Sequence

from documents.engine.fonts import REGULAR, SEMIBOLD, clean
from documents.stream.list_values import BODY_TOP, HAIR, LEFT, MM, PAGE_HEIGHT, PAGE_WIDTH, PALE, QUIET, RIGHT, TOP, Column, Head
from documents.stream.styles import Style, kept_style

CURVE = 0.5523
"""Of the radius: where the handles of a quarter of a circle stand."""


def text_at(style: Style, x: float, y: float, text: str, *, scale: float = 1.0) -> bytes:
    """The operators that show a text at a place, inside ``BT``."""
    shown = b" %b 1 0 0 1 %.2f %.2f Tm" % (style.font, x, y) + style.write(text)
    return shown if scale >= 1 else b" %.1f Tz " % (int(scale * 1000) / 10) + shown + b" 100 Tz "


def draw_head(head: Head, columns: Sequence[Column]) -> bytes:
    """The head and foot. Raises ``OutsideError`` for a letter that the faces lack."""
    parts = [_watermark(head.watermark)] if head.watermark else []
    parts += [_titles(head), _stamp(head), _column_titles(columns), _rule(0.0, 0.8, BODY_TOP), _rule(HAIR, 0.35, 14.6 * MM), _foot(head)]
    return b"".join(parts)


def _titles(head: Head) -> bytes:
    large, title, small = kept_style(SEMIBOLD, 17), kept_style(REGULAR, 17), kept_style(REGULAR, 8.6)
    place, name = clean(head.place), clean(head.title)
    after, room = large.measure(place) + 3 * MM, RIGHT - LEFT - 45 * MM
    scale = min(1.0, room / (after + title.measure(name)))
    shown = b"BT 0 g " + text_at(large, LEFT, TOP - 5.2 * MM, place, scale=scale)
    shown += b" %g g " % QUIET + text_at(title, LEFT + after * scale, TOP - 5.2 * MM, name, scale=scale)
    for position, line in enumerate(map(clean, head.lines)):
        shown += text_at(small, LEFT, TOP - 10.4 * MM - position * 4.1 * MM, line, scale=min(1.0, 150 * MM / max(small.measure(line), 1)))
    return shown + b" ET "


def _stamp(head: Head) -> bytes:
    """The state of the list, in a box of round corners at the top right."""
    if not head.stamp:
        return b""
    style, text = kept_style(SEMIBOLD, 10), clean(head.stamp)
    wide = style.measure(text) + 7 * MM
    box = _round_box(RIGHT - wide, TOP - 7 * MM, wide, 7 * MM, MM)
    shown = b"q 0.9 w 0 G 0 g " + box + (b" B Q " if head.solid_stamp else b" S Q ")
    ink = b"1 g " if head.solid_stamp else b"0 g "
    return shown + b"BT " + ink + text_at(style, RIGHT - wide + 3.5 * MM, TOP - 4.75 * MM, text) + b" ET "


def _round_box(x: float, y: float, width: float, height: float, radius: float) -> bytes:
    left, low, right, high, bend = x, y, x + width, y + height, radius * (1 - CURVE)
    curves = (
        (right - radius, low, right - bend, low, right, low + bend, right, low + radius),
        (right, high - radius, right, high - bend, right - bend, high, right - radius, high),
        (left + radius, high, left + bend, high, left, high - bend, left, high - radius),
        (left, low + radius, left, low + bend, left + bend, low, left + radius, low),
    )
    return (
        b"%.2f %.2f m " % (left + radius, low)
        + b"".join(b"%.2f %.2f l %.2f %.2f %.2f %.2f %.2f %.2f c " % curve for curve in curves)
        + b"h"
    )


def _column_titles(columns: Sequence[Column]) -> bytes:
    style, shown = kept_style(SEMIBOLD, 7.4), b"BT %g g " % QUIET
    for column in columns:
        text, room = clean(column.title), column.width * MM
        wide = style.measure(text)
        scale = min(1.0, room / wide) if wide else 1.0
        free = room - wide * scale
        shift = {"left": 0.0, "right": free, "center": free / 2}[column.align]
        shown += text_at(style, column.x * MM + shift, BODY_TOP + 1.6 * MM, text, scale=scale)
    return shown + b" ET "


def _rule(grey: float, width: float, y: float) -> bytes:
    return b"%g G %g w %.2f %.2f m %.2f %.2f l S " % (grey, width, LEFT, y, RIGHT, y)


def _foot(head: Head) -> bytes:
    style, shown = kept_style(REGULAR, 7.5), b"BT %g g " % QUIET
    for y, text in ((10 * MM, clean(head.foot)), (6.4 * MM, clean(head.legend))):
        if text:
            room = RIGHT - LEFT - (30 * MM if y > 8 * MM else 0)
            shown += text_at(style, LEFT, y, text, scale=min(1.0, room / max(style.measure(text), 1)))
    return shown + b" ET "


def _watermark(text: str) -> bytes:
    """Across the page, under everything."""
    style = kept_style(SEMIBOLD, 150)
    turned = b"q 0.6157 0.788 -0.788 0.6157 %.2f %.2f cm BT %g g " % (PAGE_WIDTH / 2, PAGE_HEIGHT / 2, PALE)
    return turned + text_at(style, -style.measure(clean(text)) / 2, -40, clean(text)) + b" ET Q "
