"""What the details of an event say to a person: words for codes, by the field that they stand in; moments and numbers in their form."""

import pytest
from django.utils.translation import override

from core.models import AuditEvent
from municipalities.tables import AuditTable


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("order", "name", "op naam"),
        ("order", "post", "zoals de post loopt, over de hele drukgang"),
        ("kind", "add", "toevoegen aan de lijst"),
        ("cause", "not_received", "niet ontvangen"),
        ("kind", "trial", "proef"),
        ("name", "name", "name"),  # the same text where somebody typed it
        ("as_of", "2024-08-01", "01/08/2024"),
        ("as_of", "2026-11-26T04:58:15.866100+00:00", "26 november 2026, 5.58\N{NO-BREAK SPACE}u."),
        ("person", 18429, "18429"),
        ("voters", 18429, "18.429"),
    ],
)
def test_a_detail_is_said_in_words(field, value, shown):
    with override("nl"):
        text = AuditTable([], nis="23027").render_after(AuditEvent(after={field: value}))

    assert text.endswith(f"</span> {shown}")
