"""The hash by which a file is known: written beside it, and compared when the file is read again."""

import hashlib
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 20
"""Bytes read at once: no file is held whole."""


def digest_of(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 in hexadecimal, and the size in bytes; the file stands at its beginning afterwards."""
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    size = file.tell()
    file.seek(0)
    return digest.hexdigest(), size


def sha256_of(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as stream:
        return digest_of(stream)[0]
