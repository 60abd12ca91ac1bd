"""Put a file together in a test, and read what is on its pages."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pypdfium2

from documents.stream.plan import Plan, Station
from documents.stream.segments import StreamWriter, epilogue, prologue, whole_file
from documents.stream.stationery import Stationery

Content = tuple[Iterable[bytes], Sequence[bytes]]
"""The pages of a station, and its layers."""


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
    return join(target, plan, [(iter(pages), layers) for pages in contents], cuts, deflated=deflated)


def join(target: Path, plan: Plan, stations: Sequence[Content], cuts: Sequence[int] = (), *, deflated: bool = False) -> Path:
    """The pages and layers of the stations of a plan as a file: by ``whole_file``, or each piece by a writer of its own, as workers would."""
    if not cuts:
        with target.open("wb") as stream, whole_file(plan, stream, deflated=deflated) as writer:
            for pages, layers in stations:
                writer.station(pages, layers=layers)
        return target
    pieces = [BytesIO() for _ in range(len(cuts) + 1)]
    segments = []
    for piece, first, end in zip(pieces, [0, *cuts], [*cuts, len(stations)], strict=True):
        writer = StreamWriter(plan, piece, first=first, deflated=deflated)
        for pages, layers in stations[first:end]:
            writer.station(pages, layers=layers)
        segments.append(writer.segment)
    target.write_bytes(b"".join([prologue(plan), *(piece.getvalue() for piece in pieces), *epilogue(plan, segments)]))
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
