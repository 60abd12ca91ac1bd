"""What a card says of a polling station, read where every other document reads it."""

from dataclasses import replace

from convocations.cards.card import StationBlock
from convocations.rules.runs import RunSettings
from convocations.selectors.surroundings import sketches
from districts.models import Station
from elections.models import Election


def station_blocks(election: Election, settings: RunSettings) -> dict[int, StationBlock]:
    """The blocks of an election's stations by their id."""
    rows = Station.objects.filter(municipality_id=election.municipality_id, election=election)
    found = {station.pk: _block(station, election, settings) for station in rows.select_related("building").order_by("number")}
    positions = [block.position for block in found.values() if block.position]
    drawn = sketches(municipality_id=election.municipality_id, day=election.date, positions=positions)
    return {pk: replace(block, sketch=drawn[block.position]) if block.position else block for pk, block in found.items()}


def station_block(station: Station, election: Election, settings: RunSettings) -> StationBlock:
    """The block of one station, with its building at hand."""
    block = _block(station, election, settings)
    if block.position is None:
        return block
    drawn = sketches(municipality_id=election.municipality_id, day=election.date, positions=[block.position])
    return replace(block, sketch=drawn[block.position])


def _block(station: Station, election: Election, settings: RunSettings) -> StationBlock:
    building = station.building
    opening, closing = settings.hours(electronic=station.electronic).texts
    located = building.latitude is not None and building.longitude is not None
    return StationBlock(
        number=station.number,
        name=station.name.strip(),
        building=building.name.strip(),
        street=building.street_name.strip(),
        house_number=building.house_number.strip(),
        postcode=building.postcode.strip(),
        place=building.locality.strip() or election.municipality.name,
        accessible=station.accessible,
        electronic=station.electronic,
        opening=opening,
        closing=closing,
        room=station.room.strip(),
        position=(building.latitude, building.longitude) if located else None,  # type: ignore[arg-type]  # both are there
    )


def unfinished(blocks: dict[int, StationBlock]) -> list[int]:
    """The numbers of stations that voters could not find: without a name, a street, a number or a postcode."""
    return [block.number for block in blocks.values() if not all((block.name, block.street, block.house_number, block.postcode))]
