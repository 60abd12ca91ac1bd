"""Put a file together in a test, and read what is on its pages."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pypdfium2

from documents.stream.plan import Plan, Station
from documents.stream.segments import Segment, StreamWriter, assemble
from documents.stream.stationery import Stationery


def write_file(
    target: Path,
    stationery: Stationery,
    stations: Mapping[str, Sequence[bytes]],
    layers: Sequence[bytes] = (),
    cuts: Sequence[int] = (),
    *,
    deflated: bool = False,
) -> Path:
    """One file of these stations' pages, written in pieces that begin at the ``cuts``."""
    plan = Plan(stationery, [Station(title, len(pages)) for title, pages in stations.items()])
    contents = list(stations.values())
    pieces: list[tuple[Segment, Path]] = []
    starts = [0, *cuts]
    for first, end in zip(starts, [*cuts, len(contents)], strict=True):
        path = target.with_suffix(f".{first}")
        with path.open("wb") as stream:
            writer = StreamWriter(plan, stream, first=first, deflated=deflated)
            for pages in contents[first:end]:
                writer.station(iter(pages), layers=layers)
        pieces.append((Segment.from_bytes(writer.segment.to_bytes()), path))
    assemble(plan, pieces, target)
    return target


def texts(source: Path | bytes) -> list[str]:
    """The text of each page, by PDFium, its lines joined by spaces."""
    document = pypdfium2.PdfDocument(source)
    found = []
    for page in document:
        text = page.get_textpage()
        found.append(" ".join(text.get_text_range().split()))
        text.close()
        page.close()
    document.close()
    return found
