"""Lists: the filters that are active, and addresses that keep the rest of the query."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.template import Context, Engine
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_tables2 import Table

from core.templatetags.presentation import short_date

register = template.Library()

# What is not a filter: these stay out of the chips, and a page number means nothing once a filter changes.
NOT_FILTERS = frozenset({"sort", "page", "per_page"})


@register.simple_tag(takes_context=True)
def active_filters(context: Context, form: forms.Form) -> list[dict[str, str]]:
    """The filters in use as `{label, value, url}`; `url` is the list without that one.

    A form may name in ``scope`` the fields that say which list is shown: they leave nothing out of it, so they are no filter.
    """
    request = context["request"]
    if not form.is_bound:
        return []
    form.is_valid()
    chips = []
    for name, field in form.fields.items():
        if name in NOT_FILTERS or name in getattr(form, "scope", ()) or not _in_use(field, form.cleaned_data.get(name)):
            continue
        query = request.GET.copy()
        for gone in (form.add_prefix(name), "page"):
            query.pop(gone, None)
        chips.append({"label": str(field.label or name), "value": _shown(field, form.cleaned_data[name]), "url": f"?{query.urlencode()}"})
    return chips


def _in_use(field: forms.Field, value: Any) -> bool:
    if isinstance(field.widget, forms.CheckboxInput):
        return bool(value)  # a box that is not ticked asks for nothing
    return value not in (None, "", [], ()) and bool(not hasattr(value, "exists") or value)


def _shown(field: forms.Field, value: Any) -> str:
    """The value as the form shows it: the text of a choice, a date as it is typed, yes for a tick."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.ChoiceField):
        texts = {str(key): str(text) for key, text in _flat(field.choices)}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(texts.get(str(getattr(one, "pk", one)), str(one)) for one in values)
    if hasattr(value, "strftime"):
        return short_date(value)
    return str(value)


def _flat(choices: Any) -> Iterable[tuple[Any, Any]]:
    for key, text in choices:
        if isinstance(text, list | tuple):
            yield from text
        else:
            yield key, text


@register.simple_tag(takes_context=True)
def list_table(context: Context, table: Table) -> SafeString:
    """The table inside `#results`, where sorting and turning the page replace that part only.

    django-tables2's own `render_table` runs every context processor a second time, the frame's queries included.
    """
    table.context = context  # where a TemplateColumn looks for it
    table.before_render(context["request"])
    layout = Engine.get_default().get_template(table.template_name)
    with context.push(table=table, swap=True):
        return layout.render(context)


@register.simple_tag(takes_context=True)
def sort_query(context: Context) -> str:
    """The sort order of the list as it stands in the address, to be kept when the filters change."""
    return str(context["request"].GET.get("sort", ""))
