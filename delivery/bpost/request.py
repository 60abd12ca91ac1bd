"""Writing a MailingRequest 0200, in XML, as text or as a table for the Address File Tool: item by item, in bounded memory, the same bytes for the same input."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from delivery.bpost import request_aft, request_txt, request_xml
from delivery.bpost.mailing import Item, Mailing, Problem, RefusedError
from delivery.bpost.names import FileName, Form
from delivery.bpost.tally import Tally

CHUNK = 64 * 1024
WRITERS = {Form.XML: request_xml, Form.TXT: request_txt, Form.AFT: request_aft}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """What was written: the name that it must have, its items, its size in bytes and its digest, as they lie on disk."""

    name: str
    items: int
    size: int
    sha256: str


def chunks(mailing: Mailing, items: Iterable[Item], form: Form) -> Iterator[bytes]:
    """Yield the file in pieces of some 64 kB.

    Raises ``RefusedError`` after the last piece when bpost would refuse the list as a whole (``tally.Tally``): what came before is
    to be thrown away.
    """
    tally, writer = Tally(mailing), WRITERS[form]
    kept, size = [writer.head(mailing)], 0
    for item in items:
        tally.add(item)
        text = writer.item(item)
        kept.append(text)
        size += len(text)
        if size >= CHUNK:
            yield "".join(kept).encode("iso-8859-1")
            kept, size = [], 0
    problems = tally.close()
    if problems:
        raise RefusedError(problems, tally.more)
    kept.append(writer.tail(mailing, tally.count))
    yield "".join(kept).encode("iso-8859-1")


def write_request(target: BinaryIO, *, mailing: Mailing, items: Iterable[Item], name: FileName, zipped: bool = False) -> WrittenFile:
    """Write the file to ``target`` (opened for bytes, at its beginning), in the form that its name says.

    Raises ``RefusedError``, also when the name does not fit the mailing (MID-2072, MID-2073); ``target`` is then to be thrown away.
    """
    problems = list(_wrong_name(mailing, name))
    if problems:
        raise RefusedError(problems)
    counted, out = _Counted(items), _Digest(target)
    pieces = chunks(mailing, counted, name.form)
    if zipped:
        _zip(out, name, pieces)
    else:
        for piece in pieces:
            out.write(piece)
    return WrittenFile(name.zipped if zipped else str(name), counted.count, out.size, out.digest.hexdigest())


def _wrong_name(mailing: Mailing, name: FileName) -> Iterator[Problem]:
    if name.prs_id != mailing.sender.prs_id:
        yield Problem("name_differs", "prs_id", name.prs_id)
    if name.file_ref != mailing.file_ref:
        yield Problem("name_differs", "file_ref", name.file_ref)
    if name.version != "0200":
        yield Problem("name_differs", "version", name.version)


class _Counted:
    """Items that are counted as they are taken."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = items
        self.count = 0

    def __iter__(self) -> Iterator[Item]:
        for item in self.items:
            self.count += 1
            yield item


class _Digest:
    """A target that only grows: what is written is counted and hashed on the way."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.digest.update(data)
        return self.target.write(data)

    def flush(self) -> None:
        self.target.flush()


def _zip(out: _Digest, name: FileName, pieces: Iterator[bytes]) -> None:
    """One file in an archive of the same name; dated as the name is, so that the same input gives the same bytes."""
    entry = ZipInfo(str(name), name.at.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    with ZipFile(out, "w") as archive, archive.open(entry, "w") as member:  # type: ignore[call-overload]  # a target that cannot seek is enough
        for piece in pieces:
            member.write(piece)
