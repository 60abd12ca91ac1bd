"""Which object and which page is where, before anything is drawn: so that pieces made apart are one file when put together.

Object numbers: 1 catalogue, 2 root of the pages, 3 information, 4 outline; then the stationery; then a block for each
station, the layers that it is the first to use, its pages' contents, its object streams (all of these with a place in the file) and what lies packed in
those: the resources, the nodes of the page tree, the pages. At the end the nodes between root and stations, the lines of the
outline and the cross-reference stream.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from documents.stream.stationery import FIRST_OBJECT, Stationery

KIDS = 1000
"""Children of a node of the page tree, at most."""
PACKED = 250
"""Objects in an object stream: more pack better, fewer are read faster."""


@dataclass(frozen=True, slots=True)
class Station:
    """Consecutive pages that share their layers: a polling station, a tray of the post. ``title`` stands in the outline.

    ``block``: stations that say the same one have the same layers, which are then written once in the file; empty for layers of
    its own. ``forms``: the forms on which its pages are drawn, if that is known: layers of no page are not written.
    """

    title: str
    pages: int
    block: str = ""
    forms: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.pages < 1:
            raise ValueError(f"station {self.title} has no pages")

    @property
    def nodes(self) -> int:
        """Nodes of the page tree that hold its pages."""
        return -(-self.pages // KIDS)

    @property
    def packed(self) -> int:
        """Objects that lie in object streams: resources, nodes, pages."""
        return 1 + self.nodes + self.pages

    @property
    def streams(self) -> int:
        """Object streams."""
        return -(-self.packed // PACKED)

    def placed(self, written: int) -> int:
        """Objects with a place of their own in the file, of which ``written`` layers."""
        return written + self.pages + self.streams


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers of one station: its first object, its first page (from 0), its layers by form and which of them it writes."""

    station: Station
    first: int
    first_page: int
    layers: Mapping[str, int]
    written: tuple[str, ...]

    @property
    def placed(self) -> int:
        """Objects with a place of their own in the file."""
        return self.station.placed(len(self.written))

    @property
    def contents(self) -> int:
        """The object of the first page's content."""
        return self.first + len(self.written)

    @property
    def streams(self) -> int:
        """The first object stream."""
        return self.contents + self.station.pages

    @property
    def resources(self) -> int:
        """The resources: the first of the packed objects."""
        return self.streams + self.station.streams

    @property
    def nodes(self) -> int:
        """The first node of the page tree."""
        return self.resources + 1

    @property
    def pages(self) -> int:
        """The first page."""
        return self.nodes + self.station.nodes


class Plan:
    """The numbers of a whole file. The same stationery and stations, the same numbers, on any machine."""

    def __init__(self, stationery: Stationery, stations: Sequence[Station]) -> None:
        if not stations:
            raise ValueError("a file without pages")
        self.stationery, self.stations = stationery, tuple(stations)
        self._firsts = [FIRST_OBJECT + stationery.count]
        self._layers: list[tuple[dict[str, int], tuple[str, ...]]] = []
        self._number()
        self._pages = list(accumulate((station.pages for station in self.stations), initial=0))
        self._nodes = list(accumulate((station.nodes for station in self.stations), initial=0))

    @property
    def pages(self) -> int:
        """Pages of the file."""
        return self._pages[-1]

    def block(self, index: int) -> Block:
        """The numbers of a station."""
        return Block(self.stations[index], self._firsts[index], self._pages[index], *self._layers[index])

    def _number(self) -> None:
        """Give each station its first object. A layer is written by the first station that uses it."""
        known: dict[tuple[str | int, str], int] = {}
        for index, station in enumerate(self.stations):
            layers: dict[str, int] = {}
            written: list[str] = []
            for name in self.stationery.layers:
                if station.forms is not None and name not in station.forms:
                    continue
                if (key := (station.block or index, name)) not in known:
                    known[key] = self._firsts[index] + len(written)
                    written.append(name)
                layers[name] = known[key]
            self._layers.append((layers, tuple(written)))
            self._firsts.append(self._firsts[index] + station.placed(len(written)) + station.packed)

    @property
    def last_nodes(self) -> int:
        """Nodes that hold the pages, over all stations."""
        return self._nodes[-1]

    @property
    def groups(self) -> int:
        """Nodes between the root and those of the stations: none when the root can hold them."""
        return 0 if self.last_nodes <= KIDS else -(-self.last_nodes // KIDS)

    def parent(self, index: int, node: int) -> int:
        """The object above the ``node``-th node of a station."""
        return self.first_group + (self._nodes[index] + node) // KIDS if self.groups else 2

    @property
    def first_group(self) -> int:
        """The object after the last station's."""
        return self._firsts[-1]

    @property
    def first_outline(self) -> int:
        """The first line of the outline."""
        return self.first_group + self.groups

    @property
    def cross_reference(self) -> int:
        """The last object of the file."""
        return self.first_outline + len(self.stations)
