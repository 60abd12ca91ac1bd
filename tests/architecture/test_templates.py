"""A number that a machine reads (an id, a link, a value that is sent back) stands in a page without the separator of thousands."""

import re

from tests.databases import ROOT

READ_BY_MACHINES = re.compile(
    r'\b(?:id|for|href|action|name|value|min|max|hx-[a-z]+|aria-(?:labelledby|describedby|controls))="(?P<text>[^"]*)"'
)
# The attributes of a field of a form (``attrs.id``) are names.
BARE_NUMBER = re.compile(r"\{\{\s*(?!(?:option\.)?attrs\.)(?:\w+\.)*(?:pk|id|\w*number|index|based_on|counter0?)\s*\}\}")


def bare_numbers(template: str) -> list[str]:
    """The variables of attributes that hold a number and say nothing of how it is written."""
    return [found[0] for attribute in READ_BY_MACHINES.finditer(template) for found in BARE_NUMBER.finditer(attribute["text"])]


def test_a_bare_number_in_an_attribute_is_found() -> None:
    assert bare_numbers('<div id="job-{{ job.pk }}" hx-target="#job-{{ job.pk|unlocalize }}">{{ job.pk }}</div>') == ["{{ job.pk }}"]


def test_no_attribute_of_a_template_holds_a_bare_number() -> None:
    found = {str(path.relative_to(ROOT)): bare_numbers(path.read_text()) for path in (ROOT / "templates").rglob("*.html")}
    assert {name: variables for name, variables in found.items() if variables} == {}
