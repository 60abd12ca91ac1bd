"""Cut the static Latin set from the faces: ``python -m documents.stream.cut`` writes ``documents/fonts/latin``.

The cut fonts are kept, not made anew: so a file has the same bytes whatever version of fontTools is installed, and a worker
starts at once. A test compares what is kept with what would be cut. Kerning is the pair positioning of the GPOS table, as
HarfBuzz applies it to plain Latin text.
"""

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from documents.engine.fonts import FOLDER
from documents.stream.faces import FACES, LATIN, LETTERS, kept

if TYPE_CHECKING:
    from pathlib import Path

PAIR_POSITIONING, EXTENSION = 2, 9
DROPPED = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "OS/2", "gasp", "name", "post")
Adjust = Callable[[str, str], int | None]


def write(folder: "Path" = LATIN) -> None:
    """Write the four fonts and the measures of the two faces."""
    folder.mkdir(exist_ok=True)
    for name in FACES:
        for subset in range(len(LETTERS)):
            (folder / f"{kept(name)}-{subset}.ttf").write_bytes(program(name, subset))
        text = json.dumps(measures(name), ensure_ascii=False, indent=0, sort_keys=True)
        (folder / f"{kept(name)}.json").write_text(text + "\n", encoding="utf-8")


def program(name: str, subset: int) -> bytes:
    """One font: the letters of the subset, no hinting, no names, no dates of today."""
    font = TTFont(FOLDER / f"{name}.ttf", recalcTimestamp=False)
    options = Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += DROPPED
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(letter) for letter in LETTERS[subset]])
    subsetter.subset(font)
    font["cmap"].tables = [_symbols(font.getBestCmap(), subset)]
    font["head"].modified = font["head"].created
    stream = BytesIO()
    font.save(stream)
    return stream.getvalue()


def _symbols(cmap: Mapping[int, str], subset: int) -> Any:
    """The code table of a symbolic TrueType font: code n at U+F0nn (ISO 32000-1, 9.6.6.4)."""
    table = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language = 3, 0, 0
    table.cmap = {0xF000 + code: cmap[ord(letter)] for letter, code in LETTERS[subset].items()}
    return table


def measures(name: str) -> dict[str, Any]:
    """Advances, heights and kerning, in thousandths of the size."""
    font = TTFont(FOLDER / f"{name}.ttf", recalcTimestamp=False)
    head, line, cmap, advances = font["head"], font["hhea"], font.getBestCmap(), font["hmtx"].metrics
    glyphs = {letter: cmap[ord(letter)] for codes in LETTERS for letter in codes}
    return {
        "ascent": line.ascent,
        "descent": line.descent,
        "cap_height": font["OS/2"].sCapHeight,
        "box": [head.xMin, head.yMin, head.xMax, head.yMax],
        "widths": {letter: advances[glyph][0] for letter, glyph in glyphs.items()},
        "kerning": [_classes(adjustments(font, glyphs), list(codes)) for codes in LETTERS],
    }


def adjustments(font: TTFont, glyphs: Mapping[str, str]) -> Callable[[str, str], int]:
    """By how much the second of two letters is moved. One table after the other is asked; the first that knows the pair decides."""
    tables = [_by_pair(table) if table.Format == 1 else _by_class(table) for table in _kern_tables(font)]

    def adjust(left: str, right: str) -> int:
        pair = glyphs[left], glyphs[right]
        return next((value for table in tables if (value := table(*pair)) is not None), 0)

    return adjust


def _kern_tables(font: TTFont) -> list[Any]:
    layout = font["GPOS"].table
    default = next(record.Script for record in layout.ScriptList.ScriptRecord if record.ScriptTag == "latn").DefaultLangSys
    features = [layout.FeatureList.FeatureRecord[index] for index in default.FeatureIndex]
    lookups = sorted({index for record in features if record.FeatureTag == "kern" for index in record.Feature.LookupListIndex})
    tables = [table for index in lookups for table in layout.LookupList.Lookup[index].SubTable]
    plain = [table.ExtSubTable if table.LookupType == EXTENSION else table for table in tables]
    return [table for table in plain if table.LookupType == PAIR_POSITIONING]


def _by_pair(table: Any) -> Adjust:
    known = {
        (left, record.SecondGlyph): _advance(record.Value1)
        for left, pairs in zip(table.Coverage.glyphs, table.PairSet, strict=True)
        for record in pairs.PairValueRecord
    }
    return lambda left, right: known.get((left, right))


def _by_class(table: Any) -> Adjust:
    covered = set(table.Coverage.glyphs)
    lefts, rights = table.ClassDef1.classDefs, table.ClassDef2.classDefs
    values = [[_advance(record.Value1) for record in row.Class2Record] for row in table.Class1Record]

    def adjust(left: str, right: str) -> int | None:
        # A second glyph of class 0 is none of this table's.
        if left not in covered or not (column := rights.get(right, 0)):
            return None
        return int(values[lefts.get(left, 0)][column])

    return adjust


def _advance(value: Any) -> int:
    return int(getattr(value, "XAdvance", 0) or 0)


def _classes(adjust: Callable[[str, str], int], letters: list[str]) -> dict[str, Any]:
    """The same kerning with letters that behave alike taken together: groups of left and right letters, and a row for each left group."""
    rows = {left: tuple(adjust(left, right) for right in letters) for left in letters}
    columns = {right: tuple(rows[left][place] for left in letters) for place, right in enumerate(letters)}
    lefts, rights = _groups(rows), _groups(columns)
    return {"left": lefts, "right": rights, "rows": [[adjust(left[0], right[0]) for right in rights] for left in lefts]}


def _groups(rows: Mapping[str, tuple[int, ...]]) -> list[str]:
    found: dict[tuple[int, ...], list[str]] = {}
    for letter, row in rows.items():
        if any(row):
            found.setdefault(row, []).append(letter)
    return ["".join(group) for group in found.values()]


if __name__ == "__main__":
    write()
