"""Photos: judged by what is in the file, drawn anew, and nothing of it kept that is no picture."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageFile

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Building
from districts.services import photos
from districts.services.photos import PhotoRefusedError, as_jpeg
from tests.personas import NOW


def picture(kind="JPEG", size=(60, 40), mode="RGB", **options):
    content = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(content, kind, **options)
    return content.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_become_jpeg(kind):
    made = opened(as_jpeg(io.BytesIO(picture(kind))))

    assert (made.format, made.size, made.mode) == ("JPEG", (60, 40), "RGB")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_pictures_of_every_kind_of_colour_are_drawn(mode):
    assert opened(as_jpeg(io.BytesIO(picture("PNG", mode=mode)))).mode == "RGB"


def test_what_is_transparent_becomes_white():
    assert opened(as_jpeg(io.BytesIO(picture("PNG", mode="RGBA")))).getpixel((5, 5)) == (255, 255, 255)


def test_large_pictures_shrink_and_small_ones_stay():
    assert opened(as_jpeg(io.BytesIO(picture(size=(4000, 1000))))).size == (1600, 400)
    assert opened(as_jpeg(io.BytesIO(picture(size=(1600, 900))))).size == (1600, 900)


def test_a_picture_stands_upright_and_says_nothing_of_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "Telefoon van Jan"
    made = opened(as_jpeg(io.BytesIO(picture(exif=exif))))

    assert made.size == (40, 60)
    assert not made.getexif()
    assert b"Telefoon" not in as_jpeg(io.BytesIO(picture(exif=exif)))


def bomb():
    """A small file that unfolds to a wall of pixels."""
    return picture("PNG", size=(12_000, 8_000), mode="1")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_photo"),
        (b"geen foto", "not_a_photo"),
        (SVG, "not_a_photo"),
        (b"%PDF-1.7", "not_a_photo"),
        (picture("GIF"), "not_a_photo"),
        (picture("BMP"), "not_a_photo"),
        (picture("TIFF"), "not_a_photo"),
        (picture(size=(900, 900))[:-200], "not_a_photo"),
        (picture("PNG")[:40], "not_a_photo"),
        (b"\xff\xd8\xff\xe0" + b"x" * 500, "not_a_photo"),
        (b"x" * (photos.MOST_BYTES + 1), "too_large"),
        (picture() + b"x" * photos.MOST_BYTES, "too_large"),
        (bomb(), "too_many_pixels"),
    ],
)
def test_what_is_no_photo_is_refused(content, code, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it

    with pytest.raises(PhotoRefusedError) as caught:
        as_jpeg(io.BytesIO(content))

    assert caught.value.code == code


def test_what_hides_behind_a_picture_goes(tmp_path):
    hidden = picture() + SVG

    assert b"<script" not in as_jpeg(io.BytesIO(hidden))


@pytest.fixture
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def files():
        return sorted(path.name for path in tmp_path.rglob("*.jpg"))

    return files


@pytest.mark.django_db
def test_a_photo_is_kept_replaced_and_removed(halle, store, django_capture_on_commit_callbacks):
    building = halle.building()
    seen = []
    for act in (
        lambda: photos.set_photo(building=building, file=io.BytesIO(picture()), by=halle.by, at=NOW),
        lambda: photos.set_photo(building=building, file=io.BytesIO(picture("PNG")), by=halle.by, at=NOW),
        lambda: photos.remove_photo(building=building, by=halle.by, at=NOW),
        lambda: photos.remove_photo(building=building, by=halle.by, at=NOW),
    ):
        with django_capture_on_commit_callbacks(execute=True), tenant(halle.municipality.pk):
            act()
        with tenant(halle.municipality.pk):
            seen.append(Building.objects.get().photo)

    assert [bool(name) for name in seen] == [True, True, False, False]
    assert seen[0] != seen[1]
    assert all(name.startswith("23027/buildings/") for name in seen[:2])
    assert store() == []
    with tenant(halle.municipality.pk):
        kinds = list(AuditEvent.objects.filter(kind__startswith="building.photo").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["building.photo_changed"] * 2 + ["building.photo_removed"]


@pytest.mark.django_db
def test_a_refused_photo_leaves_the_one_that_was_there(halle, store, django_capture_on_commit_callbacks):
    building = halle.building()
    with django_capture_on_commit_callbacks(execute=True), tenant(halle.municipality.pk):
        photos.set_photo(building=building, file=io.BytesIO(picture()), by=halle.by, at=NOW)
    before = store()

    with django_capture_on_commit_callbacks(execute=True), tenant(halle.municipality.pk), pytest.raises(PhotoRefusedError):
        photos.set_photo(building=building, file=io.BytesIO(SVG), by=halle.by, at=NOW)

    assert store() == before
    with tenant(halle.municipality.pk):
        assert default_storage.exists(Building.objects.get().photo)
        assert AuditEvent.objects.filter(kind="building.photo_changed").count() == 1
