"""From a draft of the assignment to the notice of its streets."""

from django.utils.timezone import localtime

from voters.documents.station_streets.build import names_in
from voters.documents.station_streets.data import Language, StreetLine
from voters.documents.street_notice.data import NoticeLine, StreetNoticeData
from voters.models import Draft
from voters.selectors import served as selectors


def build(*, draft: Draft, language: Language = "nl") -> StreetNoticeData:
    """Every street of a draft with its station."""
    stations = {one.pk: one for one in selectors.served(draft=draft)}
    rows = selectors.rows(draft=draft)
    names = names_in(draft, [one.load.station for one in stations.values()], language)
    moment = draft.frozen_at or draft.changed_at or draft.finished_at or draft.made_at
    return StreetNoticeData(
        municipality=draft.election.municipality.name,
        election_day=draft.election.date,
        draft=None if draft.frozen_at else draft.number,
        made_on=localtime(moment).date(),
        stations=len(stations),
        several_postcodes=len({row.postcode for row in rows}) > 1,
        lines=tuple(
            NoticeLine(
                StreetLine(row.street, row.postcode, row.side, row.first, row.last, row.shared, row.voters),
                stations[row.station_id].load.station.number,
                f"{stations[row.station_id].load.station.building.name}, {stations[row.station_id].address}",
                names.get(row.station_id, ""),
            )
            for row in rows
        ),
    )
