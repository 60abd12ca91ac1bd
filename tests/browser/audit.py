"""What must hold of every page: accessible, as wide as the window, in Dutch, with nothing wrong on the console."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.browser.visitor import Visitor
from tests.browser.words import english_on

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
# What one can read without seeing it: names of controls, hints in fields, descriptions of pictures.
READ = """() => [document.title, document.body.innerText, ...[...document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')]
  .flatMap(e => ['aria-label', 'placeholder', 'title', 'alt'].map(a => e.getAttribute(a)))
  .filter(Boolean), ...[...document.querySelectorAll('.visually-hidden, option')].map(e => e.textContent)].join('\\n')"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right) + ' > ' + width);
}"""


def faults(visitor: Visitor, *, language: str = "nl") -> list[str]:
    """What is wrong with the page as it stands in the window."""
    page = visitor.page
    if not page.evaluate("() => 'axe' in window"):  # half a megabyte: once a page, at whatever widths it is looked at
        page.evaluate(Axe().axe_script)
    violations = page.evaluate("rules => axe.run(rules).then(found => found.violations)", RULES)
    found = [f"{item['id']}: {item['help']}: {nodes(item)}" for item in violations]
    found += [f"wider than the window: {element}" for element in page.evaluate(TOO_WIDE)]
    if page.locator("html").get_attribute("lang") != language:
        found.append("html lang")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of level 1")
    if language == "nl":
        found += [f"English: {piece}" for piece in english_on(" ".join(page.evaluate(READ).split()))]
    return found


def nodes(violation: dict[str, Any]) -> str:
    """Where a rule is broken."""
    return "; ".join(f"{' '.join(map(str, node['target']))} {node['html'][:120]}" for node in violation["nodes"][:4])
