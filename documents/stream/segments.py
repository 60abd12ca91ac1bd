"""The file in pieces: each written by whoever renders those stations, put together by the lengths alone.

A segment holds absolute object numbers from the ``Plan``; its bytes depend on its stations only. ``epilogue`` turns the
lengths of all segments into the page tree, the outline and one cross-reference stream, so that prologue + segments +
epilogue is the file: appended on a disk, or as the parts of a multipart upload. ``whole_file`` is the file of one segment.
"""

import hashlib
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, chain, islice
from typing import Protocol

from documents.stream import native
from documents.stream.plan import KIDS, PACKED, Block, Plan
from documents.stream.stationery import FONTS, HEADER, deflated_object, information, plain_object, text_string

AT_ONCE = 500
"""Pages held before they are written."""
BLOCK = 1 << 16
"""Entries of the cross-reference made at a time."""


class Sink(Protocol):
    """Whatever takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Take them."""
        ...


class PlanMismatchError(Exception):
    """A station has other pages or forms than planned, or the segments are not those of the plan."""


@dataclass(slots=True)
class Segment:
    """What the finaliser must know of a piece: its stations, its length, that of each object, and a digest a station."""

    first: int
    stations: int = 0
    size: int = 0
    lengths: "array[int]" = field(default_factory=lambda: array("I"))
    digests: list[bytes] = field(default_factory=list)


class StreamWriter:
    """Writes consecutive stations of a plan to ``sink`` as they come; holds a few hundred pages at most.

    ``first``: the station of the plan with which its segment begins. ``deflated``: the pages come deflated, as those of lists do. Cards do not: it would gain a tenth and cost as much as drawing them.
    """

    def __init__(self, plan: Plan, sink: Sink, *, first: int = 0, deflated: bool = False) -> None:
        self.plan, self.sink = plan, sink
        self._head = b"/Filter/FlateDecode" if deflated else b""
        self.segment = Segment(first)
        self._digest = hashlib.sha256()

    def station(self, pages: Iterable[bytes], *, layers: Sequence[bytes] = ()) -> None:
        """Write the next station. ``layers``: one for each of ``stationery.layers``, whether it is written here or not.

        Raises ``PlanMismatchError``.
        """
        block, names = self.plan.block(self.segment.first + self.segment.stations), self.plan.stationery.layers
        if len(layers) != len(names):
            raise PlanMismatchError(f"{block.station.title}: {len(layers)} layers instead of {len(names)}")
        contents = dict(zip(names, layers, strict=True))
        self._digest = hashlib.sha256()
        self._write([_layer(self.plan, block.first + place, contents[name]) for place, name in enumerate(block.written)])
        self._contents(block, iter(pages))
        self._write(list(_object_streams(self.plan, self.segment.first + self.segment.stations, block)))
        self.segment.digests.append(self._digest.digest())
        self.segment.stations += 1

    def _contents(self, block: Block, pages: Iterator[bytes]) -> None:
        number = block.contents
        while batch := list(islice(pages, AT_ONCE)):
            self._take(*native.objects(number, batch, self._head))
            number += len(batch)
        if number != block.streams:
            raise PlanMismatchError(f"{block.station.title}: {number - block.contents} pages instead of {block.station.pages}")

    def _write(self, objects: list[bytes]) -> None:
        self._take(b"".join(objects), array("I", map(len, objects)))

    def _take(self, data: bytes, lengths: "array[int]") -> None:
        self.sink.write(data)
        self._digest.update(data)
        self.segment.lengths += lengths
        self.segment.size += len(data)


def _layer(plan: Plan, number: int, content: bytes) -> bytes:
    width, height = plan.stationery.size
    head = f"/Type/XObject/Subtype/Form/BBox[0 0 {width:.3f} {height:.3f}]/Resources<</Font {FONTS} 0 R>>"
    return deflated_object(number, head, content)


def _object_streams(plan: Plan, index: int, block: Block) -> Iterator[bytes]:
    """The resources, the nodes and the pages of a station, packed."""
    objects = _packed(plan, index, block)
    for place in range(block.station.streams):
        batch = list(islice(objects, PACKED))
        starts = accumulate(map(len, batch), initial=0)
        numbers = range(block.resources + place * PACKED, block.resources + place * PACKED + len(batch))
        table = " ".join([f"{number} {start}" for number, start in zip(numbers, starts, strict=False)]).encode() + b" "
        data = zlib.compress(table + b"".join(batch), 3)
        head = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(batch), len(table))
        yield b"%d 0 obj\n<<%b/Length %d>>stream\n%b\nendstream\nendobj\n" % (block.streams + place, head, len(data), data)


def _packed(plan: Plan, index: int, block: Block) -> Iterator[bytes]:
    yield plan.stationery.resources(block.layers)
    width, height = plan.stationery.size
    for node in range(block.station.nodes):
        first = node * KIDS
        kids = range(block.pages + first, block.pages + min(first + KIDS, block.station.pages))
        yield (
            f"<</Type/Pages/Parent {plan.parent(index, node)} 0 R/Count {len(kids)}/MediaBox[0 0 {width:.3f} {height:.3f}]"
            f"/Resources {block.resources} 0 R/Kids[{' '.join([f'{kid} 0 R' for kid in kids])}]>>"
        ).encode()
    for node in range(block.station.nodes):
        first = node * KIDS
        page = b"<</Type/Page/Parent %d 0 R/Contents %%d 0 R>>" % (block.nodes + node)
        yield from [page % number for number in range(block.contents + first, block.contents + min(first + KIDS, block.station.pages))]


def prologue(plan: Plan) -> bytes:
    """The start of the file, before the first segment."""
    return plan.stationery.prologue()[0]


def epilogue(plan: Plan, segments: Sequence[Segment]) -> Iterator[bytes]:
    """The end of the file, after the last segment, in parts. Memory: some 4 bytes a page beside the segments' lengths.

    Raises ``PlanMismatchError`` when the segments, in order, are not exactly the plan's stations.
    """
    _check(plan, segments)
    start, lengths = plan.stationery.prologue()
    position = len(start) + sum(segment.size for segment in segments)
    head, tail = list(_file_objects(plan)), list(_last_objects(plan))
    yield b"".join(chain(head, tail))
    places = accumulate(map(len, chain(head, tail)), initial=position)
    own = list(islice(places, len(head)))
    last = list(places)
    digest = hashlib.sha256(start + repr(plan.stations).encode() + b"".join(d for s in segments for d in s.digests)).hexdigest()[:32]
    entries = chain(
        [0],
        map(_placed, own),
        map(_placed, islice(accumulate(lengths, initial=len(HEADER)), len(lengths))),
        _segment_entries(plan, segments, len(start)),
        map(_placed, last),
    )
    packed = zlib.compressobj(3)
    data = bytearray()
    while block := array("Q", islice(entries, BLOCK)):
        block.byteswap()
        data += packed.compress(block.tobytes())
    data += packed.flush()
    number = plan.cross_reference
    yield (
        f"{number} 0 obj\n<</Type/XRef/Size {number + 1}/W[1 5 2]/Root 1 0 R/Info 3 0 R/ID[<{digest}><{digest}>]"
        f"/Filter/FlateDecode/Length {len(data)}>>stream\n"
    ).encode()
    yield bytes(data)
    yield b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % last[-1]


@contextmanager
def whole_file(plan: Plan, sink: Sink, *, deflated: bool = False) -> Iterator[StreamWriter]:
    """The file by one writer, which is given all stations of the plan in turn. Raises ``PlanMismatchError``, at the end for stations that lack."""
    sink.write(prologue(plan))
    writer = StreamWriter(plan, sink, deflated=deflated)
    yield writer
    for part in epilogue(plan, [writer.segment]):
        sink.write(part)


def _check(plan: Plan, segments: Sequence[Segment]) -> None:
    expected = 0
    for segment in segments:
        blocks = map(plan.block, range(segment.first, segment.first + segment.stations))
        if segment.first != expected or len(segment.lengths) != sum(block.placed for block in blocks):
            raise PlanMismatchError(f"a segment begins at station {segment.first} instead of {expected}, or is not whole")
        expected += segment.stations
    if expected != len(plan.stations):
        raise PlanMismatchError(f"{expected} stations instead of {len(plan.stations)}")


def _placed(position: int) -> int:
    """An entry of the cross-reference: an object at a position of the file."""
    return 1 << 56 | position << 16


def _segment_entries(plan: Plan, segments: Sequence[Segment], position: int) -> Iterator[int]:
    for segment in segments:
        place = 0
        for index in range(segment.first, segment.first + segment.stations):
            block = plan.block(index)
            placed = block.placed
            lengths = segment.lengths[place : place + placed]
            yield from [1 << 56 | start << 16 for start in islice(accumulate(lengths, initial=position), placed)]
            for stream, packed in enumerate(range(0, block.station.packed, PACKED), block.streams):
                # The place in the stream is the last part of the entry.
                first = 2 << 56 | stream << 16
                yield from range(first, first + min(PACKED, block.station.packed - packed))
            position += sum(lengths)
            place += placed


def _file_objects(plan: Plan) -> Iterator[bytes]:
    """Catalogue, root, information, outline: objects 1 to 4."""
    paper = plan.stationery
    yield plain_object(
        1,
        f"<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R/Lang({paper.language})/ViewerPreferences<</DisplayDocTitle true>>>>",
    )
    groups = [f"{plan.first_group + group} 0 R" for group in range(plan.groups)]
    children = groups or _station_nodes(plan, 0, plan.last_nodes)
    yield plain_object(2, f"<</Type/Pages/Count {plan.pages}/Kids[{' '.join(children)}]>>")
    yield plain_object(3, information(paper))
    last = plan.first_outline + len(plan.stations) - 1
    yield plain_object(4, f"<</Type/Outlines/First {plan.first_outline} 0 R/Last {last} 0 R/Count {len(plan.stations)}>>")


def _last_objects(plan: Plan) -> Iterator[bytes]:
    """The nodes between root and stations, and the lines of the outline."""
    for group in range(plan.groups):
        first = group * KIDS
        children = _station_nodes(plan, first, min(first + KIDS, plan.last_nodes))
        count = sum(_node_pages(plan)[first : first + KIDS])
        yield plain_object(plan.first_group + group, f"<</Type/Pages/Parent 2 0 R/Count {count}/Kids[{' '.join(children)}]>>")
    for index, station in enumerate(plan.stations):
        number = plan.first_outline + index
        before = f"/Prev {number - 1} 0 R" if index else ""
        after = f"/Next {number + 1} 0 R" if index + 1 < len(plan.stations) else ""
        yield plain_object(
            number, f"<</Title{text_string(station.title)}/Parent 4 0 R{before}{after}/Dest[{plan.block(index).pages} 0 R/Fit]>>"
        )


def _station_nodes(plan: Plan, first: int, last: int) -> list[str]:
    blocks = map(plan.block, range(len(plan.stations)))
    nodes = chain.from_iterable(range(block.nodes, block.nodes + block.station.nodes) for block in blocks)
    return [f"{node} 0 R" for node in islice(nodes, first, last)]


def _node_pages(plan: Plan) -> list[int]:
    return [min(KIDS, station.pages - node * KIDS) for station in plan.stations for node in range(station.nodes)]
