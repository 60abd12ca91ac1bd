"""The proof set: at least one card of every station and template, and those on which something is most likely to go wrong."""

from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from convocations.models import PrintRun
from convocations.selectors.pages import pages_at
from convocations.services.drawing import Drawer
from convocations.services.runs import refused
from convocations.sql import checks
from convocations.sql.preparing import Bundle


def write_proof(made: PrintRun, target: Path) -> list[dict[str, Any]]:
    """Write the pages of the proof set as they are in the file, and return where each stands and why it is there."""
    chosen = checks.proof(municipality_id=made.municipality_id, run_id=made.pk)
    found = list(pages_at(made, [position for position, _why in chosen]))
    bundles = []
    for bundle, group in groupby(found, key=attrgetter("bundle")):
        cards = list(group)
        first = cards[0]
        bundles.append(Bundle(bundle, first.station_id, first.position, len(cards), first.card.address.postcode, first.template))
    drawer = Drawer(made, chosen=bundles)
    drawer.write(target, iter(found))
    if drawer.problems:
        raise refused("cards_refused", drawer.problems)
    return [{"position": position, "page": page, "reasons": why} for page, (position, why) in enumerate(chosen, 1)]
