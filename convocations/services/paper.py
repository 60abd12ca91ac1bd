"""The paper of a duplicate: with which form a card is printed, what its other side says, and the file that comes of it: the same bytes each time."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from convocations.cards.card import Address, Card, TemplateKey, election_day, layer_values, page_values
from convocations.models import Card as CardRow
from convocations.models import Duplicate, PrintRun
from convocations.rules.counter import Mode
from convocations.rules.runs import clock
from convocations.selectors.templates import backs_for, forms_for
from convocations.services import frozen
from documents.stream.composer import Offset
from documents.stream.forms import CompiledForm
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery
from elections.models import Election
from elections.rules import BALLOT_CODES
from municipalities.place_words import country_called


@dataclass(frozen=True, slots=True)
class Sheet:
    """The stationery of one template, and the back side that belongs to it."""

    front: Stationery
    back: CompiledForm | None


def form_file(*, election: Election, template: str, cards: Sequence[CardRow]) -> str:
    """The file with the form of a duplicate and its back side: that of the voter's last card with this template, else what is approved now.

    Raises ``convocations.cards.template.TemplateRefusedError``.
    """
    for card in reversed(cards):
        if card.template != template:
            continue
        if card.run is not None and card.run.state == PrintRun.State.RELEASED:
            return card.run.frozen_file
        made = Duplicate.objects.filter(municipality_id=election.municipality_id, card=card).first()
        if made is not None:
            return made.frozen_file
    form = forms_for(election.municipality, election, [template])[template]
    return _keep(election, template, form, backs_for(election.municipality, election, [template]).get(template))


def _keep(election: Election, template: str, form: CompiledForm, back: CompiledForm | None) -> str:
    """Write one approved form where duplicates find it again; named by its content, so that there is one of each."""
    title = f"Brieven {election_day(election.date, 'nl')}"
    content: dict[str, Any] = {"title": title, "author": election.municipality.name, "forms": {template: form.to_json()}, "blocks": {}}
    if back is not None:
        content["backs"] = {template: back.to_json()}
    data = json.dumps(content, ensure_ascii=False).encode()
    name = f"{election.municipality.nis_code}/cards/counter/form-{hashlib.sha256(data).hexdigest()[:16]}.json"
    # Not frozen.store, which takes the former one out first: another counter may be reading it.
    return name if default_storage.exists(name) else default_storage.save(name, File(io.BytesIO(data)))


@lru_cache(maxsize=32)
def sheet(name: str, template: str) -> Sheet:
    """The sheet of one template; the name of the file says what is in it, so that it may be kept in memory."""
    content = frozen.read(name)
    form, language = CompiledForm.from_json(content["forms"][template]), TemplateKey.of(template).language
    front = Stationery({template: form}, title=content["title"], language=language, author=content["author"])
    back = content.get("backs", {}).get(template)
    return Sheet(front, CompiledForm.from_json(back) if back else None)


def note_sheet(duplicate: Duplicate, template: str) -> None:
    """Note in a duplicate with what it is printed. On a blank card the back side stands already."""
    found = sheet(duplicate.frozen_file, template)
    duplicate.template_digest = found.front.forms[template].digest
    duplicate.back_digest = found.back.digest if found.back and duplicate.mode == Mode.FULL else ""


def draw(duplicate: Duplicate, card: CardRow, *, station_number: int) -> bytes:
    """The file: the card, and its back side where it has one. Raises ``documents.stream.values.RecordRefusedError``."""
    paper = sheet(duplicate.frozen_file, card.template)
    form, key = paper.front.forms[card.template], TemplateKey.of(card.template)
    block = frozen.block_from_json(duplicate.station_block)
    moved = Offset(right=float(duplicate.right_mm), up=float(duplicate.up_mm)) if duplicate.mode == Mode.OVERPRINT else None
    # What was made before duplicates had a back side is made again without one.
    return Singles(paper.front, overprint=moved, back=paper.back if duplicate.back_digest else None).pdf(
        card.template,
        page_values(form, _card(card, key, station_number=station_number, step=duplicate.step)),
        station=layer_values(form, block, language=key.language) if card.template in paper.front.layers else None,
        record=str(card.list_number),
    )


def _card(row: CardRow, key: TemplateKey, *, station_number: int, step: int) -> Card:
    place: dict[str, Any] = {"postcode": row.postcode, "place": row.place, "country": country_called(row.country, key.language)}
    return Card(
        token=row.token,
        issue=row.issue,
        list_number=row.list_number,
        station_number=station_number,
        last_name=row.last_name,
        first_names=tuple(row.first_names.split()),
        address=Address(row.street_name, row.house_number, row.box_number, **place),
        language=key.language,
        voter_type=key.voter_type,
        ballots=tuple(code for number, code in enumerate(BALLOT_CODES) if row.ballots >> number & 1),
        slot=None if row.slot is None else (clock(row.slot), clock(row.slot + step)),
        mail_id=None,
        duplicate=row.issue > 1,  # whoever was added to the list gets their first card at the counter
    )
