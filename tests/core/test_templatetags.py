"""How values and lists are shown."""

import datetime
import re
from decimal import Decimal
from pathlib import Path

import django_tables2 as tables
import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from core.templatetags import lists, presentation
from core.widgets import DutchDateField, TypedWordField
from electionadmin import messages

ROOT = Path(__file__).resolve().parents[2]
SUNDAY = datetime.date(2024, 10, 13)
MORNING = datetime.datetime(2024, 10, 13, 8, 14, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _texts():
    messages.compile_all()
    with translation.override("nl"):
        yield


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nl", "zondag 13 oktober 2024"), ("fr", "dimanche 13 octobre 2024"), ("en", "Sunday 13 October 2024")],
)
def test_long_date_follows_the_language(language, expected):
    with translation.override(language):
        assert presentation.long_date(SUNDAY) == expected


def test_french_counts_the_first_of_the_month():
    with translation.override("fr"):
        assert presentation.medium_date(datetime.date(2024, 9, 1)) == "1er septembre 2024"
        assert presentation.medium_date(datetime.date(2024, 9, 11)) == "11 septembre 2024"


def test_dates_and_times_of_a_moment_are_those_of_brussels():
    assert presentation.date_time(MORNING) == "13 oktober 2024, 10.14\u00a0u."
    assert presentation.short_date(datetime.datetime(2024, 10, 12, 22, 30, tzinfo=datetime.UTC)) == "13/10/2024"
    assert presentation.day_month(SUNDAY) == "13 oktober"


@pytest.mark.parametrize("shown", [presentation.long_date, presentation.short_date, presentation.date_time, presentation.number])
def test_nothing_is_shown_as_nothing(shown):
    assert shown(None) == ""


@pytest.mark.parametrize(("language", "expected"), [("nl", "28.412"), ("fr", "28 412"), ("en", "28,412")])
def test_number_is_grouped_as_the_language_does(language, expected):
    with translation.override(language):
        assert re.sub(r"\s", " ", presentation.number(28412)) == expected


def test_number_rounds_to_the_decimals_asked():
    assert presentation.number(Decimal("3.14159"), 2) == "3,14"
    assert presentation.number(0) == "0"
    assert presentation.number(-1234) == "-1.234"


def test_percent_is_of_a_share():
    assert presentation.percent(0.031) == "3,1\N{NO-BREAK SPACE}%"
    assert presentation.percent(Decimal("0.5"), 0) == "50\N{NO-BREAK SPACE}%"
    assert presentation.percent(0) == "0,0\N{NO-BREAK SPACE}%"


def test_national_number_is_masked_after_the_birth_date():
    assert presentation.mask_nn("93051822361") == "93.05.18-***.**"
    assert presentation.mask_nn("93.05.18-223.61") == "93.05.18-***.**"
    assert presentation.mask_nn("930518") == ""
    assert presentation.mask_nn(None) == ""
    assert presentation.national_number("93051822361") == "93.05.18-223.61"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.4, "minder dan een seconde"),
        (1, "1 seconde"),
        (59, "59 seconden"),
        (60, "1 minuut"),
        (200, "3 minuten"),
        (3900, "1 uur 5 minuten"),
        (7200, "2 uur"),
        (datetime.timedelta(minutes=2), "2 minuten"),
    ],
)
def test_duration_says_the_units_that_matter(seconds, expected):
    assert presentation.duration(seconds) == expected


def test_icons_named_in_the_code_are_in_the_drawing():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text()))

    assert drawn == presentation.ICONS


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in presentation.icon("check")
    assert 'aria-label="&lt;klaar&gt;"' in presentation.icon("check", "<klaar>")
    with pytest.raises(ValueError, match="no icon 'sparkle'"):
        presentation.icon("sparkle")


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(r"\sstyle=|\son[a-z]+=|\shx-on|<style|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")")
    # What WeasyPrint turns into paper never reaches a browser.
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "documents" not in path.parts]

    assert [path.name for path in pages if inline.search(path.read_text())] == []


@pytest.mark.parametrize("typed", ["13/10/2024", "13-10-2024", "13.10.2024", "2024-10-13"])
def test_date_is_read_in_every_usual_form(typed):
    assert DutchDateField().clean(typed) == SUNDAY


@pytest.mark.parametrize("typed", ["10/13/2024", "31/02/2024", "13 oktober", "13/10/24"])
def test_date_that_is_no_date_is_refused(typed):
    with pytest.raises(forms.ValidationError, match="dag/maand/jaar"):
        DutchDateField().clean(typed)


def test_typed_word_forgives_capitals_and_nothing_else():
    field = TypedWordField(word="vaststellen")

    assert field.clean(" Vaststellen ") == "Vaststellen"
    with pytest.raises(forms.ValidationError, match="Er is niets gewijzigd"):
        field.clean("vast")
    assert str(field.label) == "Typ ‘vaststellen’ om te bevestigen"


class Filters(forms.Form):
    q = forms.CharField(label="Naam", required=False)
    mark = forms.ChoiceField(label="Kiezers", required=False, choices=[("", "Alle"), ("V", "Niet-Belgen")])
    born = DutchDateField(label="Geboren", required=False)
    compulsory = forms.BooleanField(label="Verplicht", required=False)


def active(query: str) -> list[dict[str, str]]:
    request = RequestFactory().get(f"/?{query}")
    return lists.active_filters(Context({"request": request}), Filters(request.GET))


def test_active_filters_show_what_the_form_shows_and_how_to_remove_it():
    chips = active("q=Zo%C3%AB&mark=V&born=2024-10-13&compulsory=on&sort=-name&page=3")

    assert [(chip["label"], chip["value"]) for chip in chips] == [
        ("Naam", "Zoë"),
        ("Kiezers", "Niet-Belgen"),
        ("Geboren", "13/10/2024"),
        ("Verplicht", "Ja"),
    ]
    assert chips[0]["url"] == "?mark=V&born=2024-10-13&compulsory=on&sort=-name"


def test_filters_left_empty_or_unreadable_are_not_active():
    assert active("q=&mark=&born=gisteren") == []


class Streets(tables.Table):
    name = tables.Column("Straat")
    voters = tables.Column("Kiezers", attrs={"th": {"class": "r"}, "td": {"class": "r num"}})

    class Meta:
        template_name = "django_tables2/bootstrap5-list.html"


def results(query: str, *, rows: int, **context: object) -> str:
    request = RequestFactory().get(f"/?{query}")
    table = Streets([{"name": f"Straat {number:03}", "voters": number} for number in range(rows)], request=request)
    tables.RequestConfig(request, paginate={"per_page": 50}).configure(table)
    return Template('{% include "components/results.html" %}').render(
        Context({"request": request, "table": table, "filter_form": Filters(request.GET), **context})
    )


def test_results_sort_and_turn_pages_keeping_the_rest_of_the_address():
    html = results("q=straat&sort=-voters&page=2", rows=120)

    assert 'href="?q=straat&amp;sort=voters"' in html
    assert re.search(r'aria-sort="descending">\s*<a id="sort-voters"', html)
    assert 'rel="next" href="?q=straat&amp;sort=-voters&amp;page=3" hx-get=' in html
    assert "51 tot 100 van 120" in html
    assert 'data-announce="120 resultaten"' in html
    assert '<input type="hidden" form="filters" name="sort" value="-voters">' in html


def test_results_without_rows_tell_empty_from_not_found():
    empty = {"title": "Nog geen straten", "text": "Voer de adressen in.", "action_url": "/in/", "action_label": "Invoeren"}

    assert "Nog geen straten" in results("", rows=0, empty=empty)
    found_nothing = results("q=zzz", rows=0, empty=empty)
    assert "Nog geen straten" not in found_nothing
    assert "Niets beantwoordt aan deze filters" in found_nothing


def test_form_sums_up_what_is_wrong_with_links_to_the_fields():
    class Election(forms.Form):
        date = DutchDateField(label="Dag", help_text="Een zondag.")

    html = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": Election({"date": "40/10/2024"})}))

    assert '<a href="#id_date">Dag</a>: Typ de datum als dag/maand/jaar' in html
    assert 'value="40/10/2024"' in html
    assert re.search(r'aria-describedby="id_date_helptext( id_date_error)?"', html)
    assert 'id="id_date_helptext"' in html


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_need_neither_request_nor_database(page):
    html = render_to_string(f"{page}.html")

    assert "<h1>" in html
    assert 'class="btn btn-primary"' in html


@pytest.mark.parametrize(
    ("kept", "said"),
    [("An Peeters", "An Peeters"), ("system", "het systeem"), ("cli:root", "opdrachtregel, root"), ("cli", "opdrachtregel")],
)
def test_who_did_something_is_named_in_words(kept, said):
    assert presentation.actor_name(kept) == said
