"""Reads the printed files of a copy back with another library than the one that wrote them: valid, numbered, every voter there, in order."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.jobs import JobRefusedError
from documents.stream.page_texts import squeezed, texts
from documents.stream.readback import warnings
from voters.documents.list_copy.build import build
from voters.documents.list_copy.data import CopyHead, Section
from voters.documents.list_copy.layout import serial
from voters.documents.list_copy.words import WORDS
from voters.models import ListCopy
from voters.services.copy_files import Written

KEPT = 100
"""Problems told in full."""
LONG, BETWEEN = 25, 60
"""From how many letters on a name may take several lines, and how many letters of other cells may be read between these."""


class ReadBackError(JobRefusedError):
    """What was written is not what should stand there; ``payload["errors"]`` says where. No copy was made."""


def read_back(*, copy: ListCopy, written: Written) -> int:
    """Compare the files with the list, read anew from the database; returns the pages read. Raises ``ReadBackError``.

    Each page bears the copy's number once; each voter's name stands on the pages of that file, in the order of the list.
    """
    printed = [path for path in written.files if path.suffix == ".pdf"]
    apart = {path: int(found[1]) for path in printed if (found := re.search(r"-(\d+)\.pdf$", path.name)) and copy.split}
    problems: list[dict[str, object]] = []
    data = build(copy=copy)
    readers = {path: _Reader(path, data.head) for path in printed}
    for section in data.sections:
        mine = [readers[path] for path in printed if apart.get(path, section.head.number) == section.head.number]
        problems += _compare(section, mine)
    for path, reader in readers.items():
        problems += [{"row": None, "column": path.name, "value": "", "problem": problem} for problem in reader.finish()]
    if problems:
        error = ReadBackError("read_back")
        error.payload = {"errors": problems[:KEPT], "problems": len(problems)}
        raise error
    return sum(reader.pages for reader in readers.values())


def _compare(section: Section, readers: list["_Reader"]) -> Iterator[dict[str, object]]:
    for line in section.lines:
        name = f"{line.last_name}, {line.first_names}" if line.first_names else line.last_name
        for reader in readers:
            if not reader.find(name):
                yield {
                    "row": line.list_number,
                    "column": reader.path.name,
                    "value": "",
                    "problem": "this voter is not where the list has them",
                }


class _Reader:
    """One file, read from front to back while the list goes by."""

    def __init__(self, path: Path, head: CopyHead) -> None:
        self.path, self.pages, self.wrong = path, 0, 0
        number = re.escape(squeezed(f"{WORDS[head.language].copy} {serial(head, None)}"))
        self._token = re.compile(rf"{number}(\.\d+)?·")
        self._texts = self._checked(texts(path))
        self._text, self._place = "", 0

    def find(self, name: str) -> bool:
        """Whether the name comes next; a name that is missing leaves the place where it was."""
        words = list(filter(None, map(squeezed, name.split())))
        text, place = self._text, self._place
        while (end := name_end(words, text, place)) < 0:
            following = next(self._texts, None)
            if following is None:
                return False
            # A row is never broken over pages: what was read before is done.
            text, place = following, 0
            self._text, self._place = text, place
        self._place = end
        return True

    def finish(self) -> Iterator[str]:
        """What is wrong with the file as a whole."""
        for _rest in self._texts:
            pass
        yield from warnings(self.path)
        if self.wrong:
            yield f"{self.wrong} pages do not bear the copy's number once"

    def _checked(self, pages: Iterable[str]) -> Iterator[str]:
        for text in pages:
            self.pages += 1
            self.wrong += len(self._token.findall(text)) != 1
            yield text


def name_end(words: list[str], text: str, place: int) -> int:
    """Where a name ends that comes after a place; -1 where it does not. On several lines, cells of its row may be read between them."""
    whole = "".join(words)
    if (found := text.find(whole, place)) >= 0:
        return found + len(whole)
    start = end = text.find(words[0], place) if len(whole) >= LONG else -1
    while end >= 0:
        for word in words:
            end = text.find(word, end)
            if end < 0:
                return -1
            end += len(word)
        if end - start <= len(whole) + BETWEEN:
            return end
        start = end = text.find(words[0], start + 1)
    return -1
