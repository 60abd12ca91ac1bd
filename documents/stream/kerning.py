"""Kerning: the pair adjustments of a font's GPOS table, as HarfBuzz applies them to plain Latin text."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

PAIR_POSITIONING, EXTENSION = 2, 9
Adjust = Callable[[str, str], int | None]


class Pairs(dict[str, int]):
    """How much nearer (negative) the second of two letters stands, in thousandths; looked up when first asked for."""

    def __init__(self, font: "TTFont", glyphs: Mapping[str, str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._tables = [_reader(table) for table in _kern_tables(font)]

    def __missing__(self, pair: str) -> int:
        """Ask one table after the other; the first that knows the pair decides."""
        left, right = self._glyphs[pair[0]], self._glyphs[pair[1]]
        found = next((value for table in self._tables if (value := table(left, right)) is not None), 0)
        self[pair] = found
        return found


def _kern_tables(font: "TTFont") -> list[Any]:
    layout = font["GPOS"].table
    default = next(record.Script for record in layout.ScriptList.ScriptRecord if record.ScriptTag == "latn").DefaultLangSys
    features = [layout.FeatureList.FeatureRecord[index] for index in default.FeatureIndex]
    lookups = sorted({index for record in features if record.FeatureTag == "kern" for index in record.Feature.LookupListIndex})
    tables = [table for index in lookups for table in layout.LookupList.Lookup[index].SubTable]
    plain = [table.ExtSubTable if table.LookupType == EXTENSION else table for table in tables]
    return [table for table in plain if table.LookupType == PAIR_POSITIONING]


def _reader(table: Any) -> Adjust:
    return _by_pair(table) if table.Format == 1 else _by_class(table)


def _by_pair(table: Any) -> Adjust:
    known = {
        (left, record.SecondGlyph): _advance(record.Value1)
        for left, pairs in zip(table.Coverage.glyphs, table.PairSet, strict=True)
        for record in pairs.PairValueRecord
    }
    return lambda left, right: known.get((left, right))


def _by_class(table: Any) -> Adjust:
    covered: set[str] = set(table.Coverage.glyphs)
    lefts, rights = table.ClassDef1.classDefs, table.ClassDef2.classDefs
    values: list[list[int]] = [[_advance(record.Value1) for record in row.Class2Record] for row in table.Class1Record]

    def adjust(left: str, right: str) -> int | None:
        # A second glyph of class 0 is none of this table's.
        if left not in covered or not (column := rights.get(right, 0)):
            return None
        return values[lefts.get(left, 0)][column]

    return adjust


def _advance(value: Any) -> int:
    return int(getattr(value, "XAdvance", 0) or 0)
