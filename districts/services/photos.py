"""The photo of a building: checked by what it holds, never by its name, and kept as a picture of our own making."""

import io
import uuid
import warnings
from datetime import datetime
from typing import BinaryIO, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageFile, ImageOps

from core import audit
from core.actor import Actor
from districts.models import Building

MOST_BYTES: Final = 12 << 20
MOST_PIXELS: Final = 60_000_000
LONGEST_SIDE: Final = 1600
FORMATS: Final = ("JPEG", "PNG", "WEBP")


class PhotoRefusedError(Exception):
    """The file is not kept; nothing has changed. ``code``: ``too_large``, ``too_many_pixels`` or ``not_a_photo``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def as_jpeg(file: BinaryIO) -> bytes:
    """Draw the picture anew: upright, at most ``LONGEST_SIDE`` wide and high, without where and by whom it was taken.

    Raises ``PhotoRefusedError``. Nothing of the file itself is kept, so nothing can be hidden in it.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PhotoRefusedError("too_large")
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, has Pillow draw half a picture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise PhotoRefusedError("too_many_pixels")
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = Image.new("RGB", upright.size, "white")
        coloured = upright.convert("RGBA")
        plain.paste(coloured, mask=coloured.getchannel("A"))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PhotoRefusedError("too_many_pixels") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow raises for files that are broken or something else
        raise PhotoRefusedError("not_a_photo") from error
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=82, optimize=True)
    return made.getvalue()


@transaction.atomic
def set_photo(*, building: Building, file: BinaryIO, by: Actor, at: datetime) -> None:
    """Keep a photo of a building; the one before it goes. Raises ``PhotoRefusedError``."""
    picture = as_jpeg(file)
    name = f"{building.municipality.nis_code}/buildings/{uuid.uuid4()}.jpg"
    _replace(building, default_storage.save(name, ContentFile(picture)))
    _record("building.photo_changed", building, by=by, at=at)


@transaction.atomic
def remove_photo(*, building: Building, by: Actor, at: datetime) -> bool:
    """Remove the photo of a building. Returns whether there was one."""
    if not _replace(building, ""):
        return False
    _record("building.photo_removed", building, by=by, at=at)
    return True


def _replace(building: Building, stored: str) -> bool:
    """Set the name in the storage; the file that it replaces is removed once that is certain. Returns whether there was one."""
    kept = Building.objects.select_for_update(of=("self",)).get(pk=building.pk, municipality_id=building.municipality_id)
    before = kept.photo
    kept.photo = stored
    kept.save(update_fields=["photo"])
    if before:
        transaction.on_commit(lambda: default_storage.delete(before))
    return bool(before)


def _record(kind: str, building: Building, *, by: Actor, at: datetime) -> None:
    audit.record(municipality_id=building.municipality_id, kind=kind, by=by, at=at, target=f"building:{building.pk}")
