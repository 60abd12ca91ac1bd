"""The trade-off between walking, moving and whole streets as a small picture and rows: one point a setting that was tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any, Final

from core.templatetags.presentation import number
from voters.models import Draft
from voters.words.drafts import metres

Item = dict[str, Any]
WIDTH: Final = 520
HEIGHT: Final = 240
LEFT: Final = 66
RIGHT: Final = 20
TOP: Final = 16
BOTTOM: Final = 40
TICKS: Final = 6


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to pixels, with round ticks inside."""

    low: float
    high: float
    start: float
    end: float
    ticks: list[float]

    @classmethod
    def of(cls, values: Sequence[float], start: float, end: float) -> "_Scale":
        low, high = min(values), max(values)
        margin = (high - low) * 0.08 or max(1.0, abs(high) * 0.05)
        low, high = max(0.0, low - margin), high + margin
        rough = (high - low) / TICKS
        step = 10 ** floor(log10(rough))
        step *= next(size for size in (1, 2, 5, 10) if step * size >= rough)
        ticks = [step * count for count in range(ceil(low / step), floor(high / step) + 1)]
        return cls(low, high, start, end, ticks)

    def at(self, value: float) -> str:
        """The pixel of a value, written as a picture wants it in every language."""
        return f"{self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start):.1f}"


def picture(draft: Draft) -> Item | None:
    """Points and axes in pixels: how far voters walk against how many move or, without an earlier election, how many sides are split."""
    if len(draft.curve) < 2:
        return None
    against = "moved" if draft.previous_id else "split_sides"
    down = _Scale.of([point["mean_distance_m"] for point in draft.curve], HEIGHT - BOTTOM, TOP)
    across = _Scale.of([point[against] for point in draft.curve], LEFT, WIDTH - RIGHT)
    points: list[dict[str, Any]] = [
        {
            "x": across.at(point[against]),
            "y": down.at(point["mean_distance_m"]),
            "number": place,
            "own": _is_own(point, draft),
        }
        for place, point in enumerate(draft.curve, start=1)
    ]
    # Along the line one of the two prices changes; the points beside it are what the other does.
    same = "row" if draft.previous_id else "move"
    along = [at for at, point in zip(points, draft.curve, strict=True) if point[same] == draft.curve[0][same]]
    line = sorted(along, key=lambda point: (float(point["x"]), float(point["y"])))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "top": TOP,
        "bottom": HEIGHT - BOTTOM,
        "middle": (LEFT + WIDTH - RIGHT) // 2,
        "points": sorted(points, key=lambda point: point["own"]),
        "line": " ".join(f"{point['x']},{point['y']}" for point in line),
        "down": [{"y": down.at(tick), "label": metres(tick)} for tick in down.ticks],
        "across": [{"x": across.at(tick), "label": number(tick)} for tick in across.ticks],
        "moved": bool(draft.previous_id),
    }


def rows(draft: Draft, new_url: str) -> list[Item]:
    """The same as a table, each with the address at which a draft with its settings is begun."""
    return [
        {
            "number": place,
            "move": metres(point["move"]) if draft.previous_id else "",
            "row": metres(point["row"]),
            "mean": metres(point["mean_distance_m"]),
            "moved": number(point["moved"]) if draft.previous_id else "",
            "split": number(point["split_sides"]),
            "own": _is_own(point, draft),
            "url": f"{new_url}?from={draft.number}&move={point['move']}&row={point['row']}" if new_url else "",
        }
        for place, point in enumerate(draft.curve, start=1)
    ]


def _is_own(point: Mapping[str, Any], draft: Draft) -> bool:
    own = (draft.settings.get("move"), draft.settings.get("row"))
    return (point["move"], point["row"]) == own and draft.settings.get("wishes", "prices") == "prices"
