"""Which streets each polling station serves: for the page, the files and the papers."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

from districts.selectors.buildings import address_line
from documents.engine.map_picture import draw
from elections.models import Election
from voters.models import Draft
from voters.rules.map_scene import one_station
from voters.rules.served import ServedRow, served_rows
from voters.selectors import drafts
from voters.selectors.drafts import StationLoad
from voters.selectors.map import Chosen, drafts_to_show, frame, scene


@dataclass(frozen=True, slots=True)
class ServedStation:
    """A station with its streets; ``elsewhere``: voters at no known address, who were placed here all the same."""

    load: StationLoad
    rows: list[ServedRow]

    @property
    def pk(self) -> int:
        """Of the station."""
        return self.load.station.pk

    @property
    def voters(self) -> int:
        """All of them."""
        return self.load.load.voters

    @property
    def elsewhere(self) -> int:
        """Those whom no street holds."""
        return self.voters - sum(row.voters for row in self.rows)

    @property
    def address(self) -> str:
        """Of its building."""
        return address_line(self.load.station.building)

    @property
    def streets(self) -> int:
        """How many different streets."""
        return len({row.street_id for row in self.rows})


def chosen_draft(*, election: Election, number: str = "") -> Draft | None:
    """The draft of this number; without one the frozen one, else the newest that has places."""
    found = drafts_to_show(election=election)
    return next((draft for draft in found if not number or str(draft.number) == number), None)


def served(*, draft: Draft) -> list[ServedStation]:
    """Every station by number, with its streets in the order of their names."""
    own: defaultdict[int, list[ServedRow]] = defaultdict(list)
    for row in rows(draft=draft):
        own[row.station_id].append(row)
    return [ServedStation(load, own[load.station.pk]) for load in drafts.stations(draft=draft)]


def rows(*, draft: Draft, name: str = "") -> list[ServedRow]:
    """Every street with its parts, in the order of names; those alone whose name holds ``name``, whatever its capitals and accents."""
    found = served_rows(drafts.runs(draft=draft))
    wanted = _folded(name)
    return [row for row in found if wanted in _folded(row.street)] if wanted else found


def _folded(text: str) -> str:
    return "".join(letter for letter in normalize("NFD", text.casefold()) if not combining(letter)).strip()


WIDTH, WIDE, TALL = 690.0, 380.0, 560.0
FEW = 14
"""So many rows of streets leave room on paper for a taller map."""


def is_short(station: ServedStation) -> bool:
    """Whether its map may be tall."""
    return len(station.rows) <= FEW


def pictures(*, draft: Draft, stations: Sequence[ServedStation], titles: str) -> Iterator[str]:
    """The map of each of some stations as SVG, in their order; empty where nothing has a place. ``titles`` holds ``{number}``."""
    found = scene(frame(Chosen(draft.election, draft, extraction=draft.extraction)))
    rings = found.station_rings()
    housed = {spot.station for spot in found.spots}
    for one in stations:
        spot = next(spot for spot in found.stations if spot.key == one.pk)
        if spot.place is None and one.pk not in housed:
            yield ""
            continue
        picture = one_station(
            found.spots,
            rings.get(one.pk, []),
            found.stations,
            spot,
            title=titles.format(number=spot.number),
            width=WIDTH,
            height=TALL if is_short(one) else WIDE,
        )
        yield draw(picture)
