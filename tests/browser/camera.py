"""The camera of the guide's pictures: what a window shows, or the first page of a document, kept small in docs/user/pictures."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.browser.stage import ROOT
from tests.browser.visitor import DESKTOP, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

PICTURES = ROOT / "docs" / "user" / "pictures"
COLOURS, COMMON = 64, 24
NEAR = 6
"""Steps of a colour that no eye sees."""


def take(visitor: Visitor, name: str, *, at: str = "", size: "ViewportSize" = DESKTOP) -> None:
    """Keep what the window shows: from its top, or with what ``at`` (a selector) finds near the top."""
    page = visitor.page
    page.wait_for_load_state("networkidle")
    page.set_viewport_size(size)
    page.evaluate("scrollTo(0, 0)")
    if at:
        page.locator(at).first.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 80)")
    page.evaluate("document.fonts.ready")
    keep(page.screenshot(animations="disabled"), name)
    page.set_viewport_size(DESKTOP)


def keep(png: bytes, name: str) -> None:
    """Write a picture with few colours: the commonest as they are, and rare ones. A fifth of the bytes, and hardly an eye sees it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    few = Image.new("P", (1, 1))
    few.putpalette([level for colour in palette(picture) for level in colour])
    picture.quantize(palette=few, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def palette(picture: Image.Image) -> list[tuple[int, ...]]:
    """The commonest colours, or a grey page turns pink, then rare ones; none that is nearly one before it."""
    counted: list[Any] = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    levels = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).getpalette() or []
    rare = [tuple(levels[place : place + 3]) for place in range(0, len(levels), 3)]
    chosen: list[tuple[int, ...]] = []
    for one in [colour for _count, colour in counted[:COMMON]] + rare:
        if all(max(abs(a - b) for a, b in zip(one, other, strict=True)) > NEAR for other in chosen):
            chosen.append(one)
    return chosen


def keep_page(pdf: bytes, name: str) -> None:
    """Keep the first page of a document, as wide as a window."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    picture = page.render(scale=1000 / page.get_width()).to_pil()
    stream = BytesIO()
    picture.save(stream, "PNG")
    keep(stream.getvalue(), name)
    document.close()
