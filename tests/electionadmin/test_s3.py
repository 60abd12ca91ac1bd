"""Files of a run in an S3-compatible storage: sent in parts from the disk, opened without filling the memory, written over, deleted."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.storage import default_storage
from django.test.utils import override_settings

from convocations.services import frozen
from tests.electionadmin.s3_stub import Bucket, bucket

LEAST_PART = 5 << 20
"""Bytes of a part but the last, as S3 wants it."""
SIZE = (40 << 20) + 12_345


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> Iterator[Bucket]:
    """A bucket that Django's storage leads to."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    storages = {"default": {"BACKEND": "storages.backends.s3.S3Storage"}}
    with bucket() as found:
        values = {
            "AWS_STORAGE_BUCKET_NAME": "b",
            "AWS_S3_ENDPOINT_URL": found.url,
            "AWS_S3_REGION_NAME": "x",
            "AWS_S3_ADDRESSING_STYLE": "path",
        }
        with override_settings(STORAGES=storages, **values):
            yield found


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file as large as some thousand cards."""
    path = tmp_path / "cards.pdf"
    path.write_bytes(bytes(range(256)) * (SIZE // 256) + b"x" * (SIZE % 256))
    return path


def test_a_large_file_goes_in_parts_and_comes_back_the_same(served: Bucket, large: Path) -> None:
    with large.open("rb") as stream:
        name = frozen.store("23027/cards/1/cards.pdf", stream)

    sizes = served.parts[name]
    assert len(sizes) > 4
    assert sum(sizes) == SIZE
    assert min(sizes[:-1]) >= LEAST_PART
    with default_storage.open(name) as back:
        assert hashlib.file_digest(back, "sha256").digest() == hashlib.sha256(large.read_bytes()).digest()


def test_what_is_opened_lies_on_the_disk_beyond_a_megabyte(served: Bucket, large: Path) -> None:
    served.objects["cards.pdf"] = large.read_bytes()

    with default_storage.open("cards.pdf") as back:
        assert back.read(4) == b"\x00\x01\x02\x03"
        assert cast("Any", back.file)._rolled


def test_a_file_is_written_over_and_deleted(served: Bucket, tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        (tmp_path / "one").write_bytes(content)
        with (tmp_path / "one").open("rb") as stream:
            assert frozen.store("one", stream) == "one"
        assert served.objects["one"] == content
    default_storage.delete("one")
    assert not default_storage.exists("one")
