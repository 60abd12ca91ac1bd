"""A coat of arms as it is sent in: which kind of picture it is, and that it can be drawn. The page is laid out without a picture that cannot."""

import io
import warnings
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from PIL import Image, ImageFile

MOST_ARMS: Final = 300_000
"""Bytes of a coat of arms, at most."""
MOST_PIXELS: Final = 4_000_000
"""Of a PNG: 2,000 by 2,000 is ten times what the letterhead can show."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
UNSAFE: Final = (b"<!doctype", b"<!entity", b"<script", b"<foreignobject", b"<style", b"href=")


class ArmsRefusedError(Exception):
    """The file is no coat of arms; ``code``: ``arms_large``, ``arms_type``, ``arms_unsafe``, ``arms_pixels`` or ``arms_broken``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def arms_type(arms: bytes) -> str:
    """What kind of picture it is, by its first bytes: ``png``, ``svg``; empty for none. Raises ``ArmsRefusedError``."""
    if not arms:
        return ""
    if len(arms) > MOST_ARMS:
        raise ArmsRefusedError("arms_large")
    if arms.startswith(PNG):
        _check_png(arms)
        return "png"
    head = arms[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if not head.startswith((b"<svg", b"<?xml")) or b"<svg" not in head:
        raise ArmsRefusedError("arms_type")
    lower = arms.lower()
    if any(mark in lower for mark in UNSAFE):
        raise ArmsRefusedError("arms_unsafe")
    _check_svg(arms)
    return "svg"


def _check_png(arms: bytes) -> None:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, has Pillow draw half a picture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(arms), formats=("PNG",))
        if picture.width * picture.height > MOST_PIXELS:
            raise ArmsRefusedError("arms_pixels")
        picture.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ArmsRefusedError("arms_pixels") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow raises for files that are broken
        raise ArmsRefusedError("arms_broken") from error


def _check_svg(arms: bytes) -> None:
    try:
        arms.decode()
    except UnicodeDecodeError as error:
        raise ArmsRefusedError("arms_type") from error
    try:
        ParserCreate().Parse(arms, True)  # expat knows it by place only; document types were refused above
    except ExpatError as error:
        raise ArmsRefusedError("arms_broken") from error
