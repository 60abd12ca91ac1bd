"""How values are shown: dates, numbers, masked national numbers and icons, in the language of the page.

{% load presentation %}
{{ election.date|long_date }}        zondag 13 oktober 2024
{{ person.birth_date|short_date }}   13/10/2024
{{ job.finished_at|date_time }}      13 oktober 2024, 10.14 u.
{{ voters|number }}                  28.412
{{ share|percent }}                  3,1 % (of a share between 0 and 1)
{{ person.national_number|mask_nn }} 93.05.18-***.**
{{ job.seconds_left|duration }}      3 minuten
{{ event.actor_name|actor_name }}    An Peeters, het systeem
{% icon "check" %}
"""

import datetime
from decimal import Decimal
from typing import Final

from django import template
from django.templatetags.static import static
from django.utils import dateformat, formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

register = template.Library()

NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"

ICONS: Final = frozenset(
    [
        "search",
        "close",
        "check",
        "done",
        "warning",
        "error",
        "info",
        "down",
        "right",
        "left",
        "sort",
        "sort-up",
        "sort-down",
        "download",
        "upload",
        "print",
        "person",
        "people",
        "shield",
        "leave",
        "wait",
        "running",
        "lock",
        "place",
        "file",
        "pdf",
        "sheet",
        "history",
        "calendar",
        "add",
        "edit",
        "delete",
        "show",
        "hide",
        "building",
        "refused",
        "key",
        "second",
        "changed",
        "link",
        "help",
    ]
)


def _language() -> str:
    return (get_language() or "nl").split("-")[0]


def _local(value: datetime.date | datetime.datetime) -> datetime.date | datetime.datetime:
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _day_and_month(value: datetime.date, form: str) -> str:
    text = dateformat.format(value, form)
    # French counts the first of the month: 1er septembre.
    return text.replace("1 ", "1er ", 1) if _language() == "fr" and value.day == 1 else text


@register.filter
def long_date(value: datetime.date | None) -> str:
    """`zondag 13 oktober 2024`: for elections and deadlines."""
    if not value:
        return ""
    value = _local(value)
    return f"{dateformat.format(value, 'l')} {_day_and_month(value, 'j F Y')}"


register.filter("dutch_date", long_date)


@register.filter
def medium_date(value: datetime.date | None) -> str:
    """`13 oktober 2024`: in a line of facts."""
    return _day_and_month(_local(value), "j F Y") if value else ""


@register.filter
def day_month(value: datetime.date | None) -> str:
    """`13 oktober`: in a timeline, where the year is known."""
    return _day_and_month(_local(value), "j F").rstrip() if value else ""


@register.filter
def short_date(value: datetime.date | None) -> str:
    """`13/10/2024`: in a table, and as it is typed."""
    return dateformat.format(_local(value), "d/m/Y") if value else ""


@register.filter
def clock(value: datetime.datetime | datetime.time | None) -> str:
    """`10.14 u.`"""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = _local(value)  # type: ignore[assignment]  # a datetime stays one
    hour, minute = f"{value.hour}", f"{value.minute:02}"
    return pgettext("time of day", "%(hour)s:%(minute)s") % {"hour": hour, "minute": minute}


@register.filter
def date_time(value: datetime.datetime | None) -> str:
    """`13 oktober 2024, 10.14 u.`"""
    return f"{medium_date(value)}, {clock(value)}" if value else ""


@register.filter
def number(value: float | Decimal | None, decimals: int = 0) -> str:
    """`28.412`; nothing for nothing. `decimals` digits after the decimal sign."""
    if value is None or value == "":
        return ""
    return formats.number_format(round(Decimal(str(value)), decimals), decimals, use_l10n=True, force_grouping=True)


@register.filter
def percent(value: float | Decimal | None, decimals: int = 1) -> str:
    """`3,1 %` of a share between 0 and 1."""
    if value is None or value == "":
        return ""
    sign = "%" if _language() == "en" else f"{NO_BREAK_SPACE}%"
    return number(Decimal(str(value)) * 100, decimals) + sign


@register.filter
def mask_nn(value: str | None) -> str:
    """`93.05.18-***.**`: the birth date stays readable, the rest does not."""
    digits = "".join(character for character in str(value or "") if character.isdigit())
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-***.**" if len(digits) == 11 else ""


@register.filter
def national_number(value: str | None) -> str:
    """`93.05.18-223.61`: in full. Only where showing it was asked for and recorded."""
    digits = "".join(character for character in str(value or "") if character.isdigit())
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}" if len(digits) == 11 else ""


@register.filter
def duration(value: float | datetime.timedelta | None) -> str:
    """How long, in the one or two units that matter: `12 seconden`, `3 minuten`, `1 uur 5 minuten`."""
    if value is None or value == "":
        return ""
    seconds = value.total_seconds() if isinstance(value, datetime.timedelta) else float(value)
    if seconds < 1:
        return _("less than a second")
    if seconds < 60:
        return ngettext("%(count)s second", "%(count)s seconds", round(seconds)) % {"count": round(seconds)}
    hours, minutes = divmod(round(seconds / 60), 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": number(hours)})
    if minutes:
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes})
    return " ".join(parts)


@register.filter
def actor_name(value: str) -> str:
    """Who did something, as the trail names them: a person by their name, the system and whoever typed a command in words."""
    if value.startswith("cli:"):
        return _("command, %(name)s") % {"name": value.removeprefix("cli:")}
    return {"system": _("the system"), "cli": _("command"), "anonymous": _("not logged in"), "unknown": _("unknown")}.get(value, value)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of `static/img/icons.svg`; decoration, unless it has a label for who does not see it."""
    if name not in ICONS:
        message = f"no icon {name!r} in static/img/icons.svg"
        raise ValueError(message)
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href)
