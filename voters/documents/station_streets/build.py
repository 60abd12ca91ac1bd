"""From a draft of the assignment to the papers of its stations."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.timezone import localtime
from django.utils.translation import override

from districts.models import Station
from voters.documents.station_streets.data import Language, StationPaper, StationStreetsData, StreetLine
from voters.models import Draft
from voters.selectors import served as selectors
from voters.selectors.drafts import names_of
from voters.selectors.served import ServedStation
from voters.words.drafts import name_ranges

Progress = Callable[[int, int], None]
TITLES: dict[Language, str] = {
    "nl": "Kaart van stembureau {number}: waar zijn kiezers wonen",
    "fr": "Carte du bureau de vote {number} : où habitent ses électeurs",
}


def build(
    *, draft: Draft, station: int | None = None, counts: bool = True, language: Language = "nl", progress: Progress | None = None
) -> StationStreetsData:
    """The papers of every station of a draft, or of one (its id)."""
    found = selectors.served(draft=draft)
    wanted = [one for one in found if station is None or one.pk == station]
    names = names_in(draft, [one.load.station for one in found], language)
    papers = []
    pictures = selectors.pictures(draft=draft, stations=wanted, titles=TITLES[language])
    for done, (one, picture) in enumerate(zip(wanted, pictures, strict=True), start=1):
        papers.append(_paper(one, picture, names))
        if progress is not None:
            progress(done, 2 * len(wanted))  # drawing is one half of the work, laying out the other
    moment = draft.frozen_at or draft.changed_at or draft.finished_at or draft.made_at
    return StationStreetsData(
        municipality=draft.election.municipality.name,
        election_day=draft.election.date,
        draft=None if draft.frozen_at else draft.number,
        made_on=localtime(moment).date(),
        counts=counts,
        stations=tuple(papers),
    )


def names_in(draft: Draft, stations: Sequence[Station], language: Language) -> dict[int, str]:
    """From whom to whom a station goes, where those of one building are told apart by name: *Adams tot Hermans*."""
    with override(language):
        return name_ranges(names_of(draft), stations)


def _paper(one: ServedStation, picture: str, names: Mapping[int, str]) -> StationPaper:
    station = one.load.station
    return StationPaper(
        number=station.number,
        name=station.name,
        building=station.building.name,
        address=one.address,
        room=station.room,
        entrance=station.building.entrance,
        district=station.district.name,
        accessible=station.accessible,
        electronic=station.electronic,
        voters=one.voters,
        elsewhere=one.elsewhere,
        names=names.get(station.pk, ""),
        picture=picture,
        tall=selectors.is_short(one),
        lines=tuple(StreetLine(row.street, row.postcode, row.side, row.first, row.last, row.shared, row.voters) for row in one.rows),
    )
