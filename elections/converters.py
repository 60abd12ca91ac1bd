"""The date of an election in an address: ``2024-10-13`` and nothing else."""

from datetime import date

from django.urls import register_converter
from django.urls.converters import get_converters


class DateConverter:
    """``2024-10-13`` ↔ ``date``. A day that does not exist matches no address."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Raise ``ValueError``, which is *not found* to the resolver, for the 30th of February."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Return the ISO form."""
        return value.isoformat()


if "date" not in get_converters():
    register_converter(DateConverter, "date")
