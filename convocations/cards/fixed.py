"""Pages on which nothing is filled in: blank cards for an overprint, and back sides. The same bytes for the same forms."""

from collections.abc import Mapping
from io import BytesIO

from documents.stream.composer import Composer
from documents.stream.forms import CompiledForm
from documents.stream.plan import Plan, Station
from documents.stream.segments import whole_file
from documents.stream.stationery import Stationery


def without_slots(form: CompiledForm) -> CompiledForm:
    """What a form prints of itself, whoever the voter is."""
    return CompiledForm(form.width, form.height, form.objects, ())


def pages(forms: Mapping[str, CompiledForm], *, title: str, author: str, language: str) -> bytes:
    """A file with a page for each form, in their order, called so in its outline; the places of the forms stay empty."""
    stationery = Stationery({name: without_slots(form) for name, form in forms.items()}, title=title, language=language, author=author)
    plan = Plan(stationery, [Station(name, 1, forms=frozenset()) for name in forms])
    composer, stream = Composer(stationery), BytesIO()
    with whole_file(plan, stream) as writer:
        for name in forms:
            writer.station([composer.page(name, {}, record=name)])
    return stream.getvalue()


def distinct(forms: Mapping[str, CompiledForm]) -> tuple[dict[str, CompiledForm], dict[str, int]]:
    """Different forms once each, by the name of the first that has it, and the page (from 1) of every name among them."""
    found: dict[str, CompiledForm] = {}
    places: dict[str, int] = {}
    known: dict[str, int] = {}
    for name, form in sorted(forms.items()):
        if form.digest not in known:
            found[name] = form
            known[form.digest] = len(found)
        places[name] = known[form.digest]
    return found, places
