"""The preparatory checks of an election, on the register as it is now or on the list of an extraction."""

from collections.abc import Iterator
from dataclasses import dataclass

from districts.rules.findings import Finding, Severity
from districts.selectors import stations as station_selectors
from districts.selectors.findings import district_findings
from elections.models import Election
from voters.models import Draft, Extraction
from voters.rules.preparation import BuildingWalk, DistrictSeats, DraftStation, FarLimits, Group, far, loads, seats
from voters.selectors import drafts
from voters.selectors.law import law_of
from voters.selectors.map import drafts_to_show
from voters.selectors.voters_list import shown_extraction
from voters.sql import preparation as sql


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at and what was found, by group and within it by kind and place. Without an extraction: the register."""

    extraction: Extraction | None
    draft: Draft | None
    voters: int
    findings: dict[Group, list[Finding]]

    @property
    def all(self) -> list[Finding]:
        """Every finding, in the order of the groups."""
        return [one for group in self.findings.values() for one in group]

    def count(self, severity: Severity) -> int:
        """How many there are of one severity."""
        return sum(one.severity == severity for one in self.all)


def check(*, election: Election, extraction: Extraction | None, limits: FarLimits) -> Checked:
    """Look for everything that stands in the way of placing every voter."""
    place = {"municipality_id": election.municipality_id}
    voters = sql.make(**place, day=election.date, law=law_of(election), extraction_id=extraction.pk if extraction else None)
    found: dict[Group, list[Finding]] = {group: [] for group in Group}
    split = district_findings(**place, day=election.date)
    facts = station_selectors.stations(election)
    all_districts = station_selectors.districts(**place)
    if not all_districts:
        found[Group.SPLIT].append(Finding("no_districts", Severity.BAD, "", {"count": voters}))
    else:
        found[Group.SPLIT] += split.findings
    if not voters:
        found[Group.VOTERS].append(Finding("no_voters", Severity.BAD, "", {"count": 0}))
    elif all_districts:
        found[Group.VOTERS] += _lost(election)
    if facts:
        totals = station_selectors.district_totals(facts, all_districts)
        by_district = sql.by_district()
        found[Group.SEATS] += seats(
            DistrictSeats(
                one.district.pk,
                one.district.code,
                one.district.name,
                one.stations,
                by_district.get(one.district.pk, 0),
                one.minimum,
                one.maximum,
            )
            for one in totals
        )
        found[Group.STATIONS] += station_selectors.findings_of(facts, all_districts, election)
    else:
        found[Group.SEATS].append(Finding("no_stations", Severity.BAD, "", {"count": voters}))
    found[Group.HOUSEHOLDS] += _households()
    found[Group.WALKS] += _walks(election, limits)
    draft = _newest(election)
    found[Group.DRAFT] += _draft(election, draft)
    return Checked(extraction, draft, voters, found)


def _lost(election: Election) -> Iterator[Finding]:
    for row in sql.lost(municipality_id=election.municipality_id):
        values = {"street": row.street, "postcode": row.postcode, "street_key": row.street_key, "count": row.voters}
        if row.street_id is not None:
            yield Finding("outside_district", Severity.BAD, f"street:{row.street_id}", values)
        elif not row.street_key:
            yield Finding("street_missing", Severity.BAD, "", values)
        else:
            yield Finding("number_outside_district" if row.known else "street_unknown", Severity.BAD, "", values)


def _households() -> Iterator[Finding]:
    for row in sql.scattered():
        code = "household_two_districts" if row.districts > 1 else "household_two_addresses"
        severity = Severity.BAD if row.districts > 1 else Severity.WARN
        values = {"street": row.street, "house_number": row.house_number, "addresses": row.addresses, "count": row.voters}
        yield Finding(code, severity, f"person:{row.person_id}", values)


def _walks(election: Election, limits: FarLimits) -> Iterator[Finding]:
    for row in sql.without_position(municipality_id=election.municipality_id):
        values = {"street": row.street, "addresses": row.addresses, "count": row.voters}
        yield Finding("voters_without_position", Severity.WARN, f"street:{row.street_id}", values)
    rows = sql.walks(municipality_id=election.municipality_id, election_id=election.pk)
    yield from far((BuildingWalk(*row) for row in rows), limits)


def _newest(election: Election) -> Draft | None:
    """The frozen draft, else the newest that has places."""
    found = drafts_to_show(election=election)
    return found[0] if found else None


def _draft(election: Election, draft: Draft | None) -> Iterator[Finding]:
    if draft is None:
        return
    extraction = shown_extraction(election=election)
    values = {"draft": draft.name or str(draft.number), "number": draft.number}
    if extraction is not None and extraction.pk != draft.extraction_id:
        yield Finding("draft_of_older_list", Severity.WARN, f"draft:{draft.pk}", {**values, "count": 1})
    unplaced = draft.figures.get("unplaced") or 0
    if unplaced:
        yield Finding("draft_unplaced", Severity.BAD, f"draft:{draft.pk}", {**values, "count": unplaced})
    found = [
        DraftStation(one.station.pk, one.station.number, one.station.name, one.load.voters, one.least, one.most)
        for one in drafts.stations(draft=draft)
    ]
    yield from loads(found, sizes_refuse=election.sizes_refuse)
