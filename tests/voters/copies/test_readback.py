"""A printed copy is read back before it counts: what is not as the list has it is never given out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.tenancy import tenant
from documents.stream import list_readback
from documents.stream.lists import Heading, Row
from tests.voters.copies.town import CopyTown
from voters.documents.list_copy import layout
from voters.documents.list_copy.data import Section
from voters.models import ListCopy
from voters.services import list_copies
from voters.services.copy_files import Written, write_files
from voters.services.copy_readback import read_back
from voters.services.printing import ReadBackError


def written(town: CopyTown, folder: Path, kind: str, **more: object) -> tuple[ListCopy, Written]:
    copy = town.make(kind, "pdf", **more)
    folder.mkdir(parents=True)
    with tenant(town.municipality.pk):
        return copy, write_files(copy=copy, folder=folder)


@pytest.mark.parametrize(("kind", "order"), [("president", "name"), ("package", "street"), ("public", "street"), ("governor", "name")])
def test_what_was_written_is_read_back(halle: CopyTown, tmp_path: Path, kind: str, order: str) -> None:
    copy, files = written(halle, tmp_path / "a", kind, order=order, split=kind in {"president", "package"})
    with tenant(halle.municipality.pk):
        pages = read_back(copy=copy, written=files)

    assert pages == copy.pages * (2 if kind == "package" else 1)


def test_a_file_of_another_station_is_found_out(halle: CopyTown, tmp_path: Path) -> None:
    copy, files = written(halle, tmp_path / "a", "president", split=True)
    first, second, _third = files.files
    first.write_bytes(second.read_bytes())
    with tenant(halle.municipality.pk), pytest.raises(ReadBackError) as error:
        read_back(copy=copy, written=files)

    assert {row["column"].split(",")[0] for row in error.value.errors} == {first.name}


def test_a_copy_with_another_number_or_a_broken_file_is_found_out(halle: CopyTown, tmp_path: Path) -> None:
    _copy, files = written(halle, tmp_path / "a", "public")
    other = halle.make("public", "pdf")
    with tenant(halle.municipality.pk):
        with pytest.raises(ReadBackError):
            read_back(copy=other, written=files)
        files.files[0].write_bytes(files.files[0].read_bytes()[:-400])
        with pytest.raises(ReadBackError):
            read_back(copy=_copy, written=files)


def test_a_copy_that_reads_otherwise_is_not_given_out(halle: CopyTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_readback, "warnings", lambda _path: ["object 7 is not there"])
    with pytest.raises(ReadBackError):
        halle.make("president", "pdf")

    with tenant(halle.municipality.pk):
        assert [(copy.state, copy.file) for copy in ListCopy.objects.all()] == [("failed", "")]
    assert list_copies.KIND == "voters.make_list_copy"


@pytest.mark.parametrize("how", ["missing", "twice"])
@pytest.mark.parametrize(("kind", "order"), [("president", "name"), ("package", "street"), ("municipality", "street")])
def test_who_is_missing_or_stands_there_twice_is_told(
    halle: CopyTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, order: str, how: str
) -> None:
    copy = halle.make(kind, "pdf", order=order)
    right = layout.Sheets._lines
    (tmp_path / "a").mkdir()

    def otherwise(sheets: layout.Sheets, section: Section) -> Iterator[Row | Heading]:
        *others, final = list(right(sheets, section))
        assert isinstance(final, tuple)
        finals.add(final[0])
        yield from others if how == "missing" else [*others, final, final]

    finals: set[str] = set()
    monkeypatch.setattr(layout.Sheets, "_lines", otherwise)
    with tenant(halle.municipality.pk):
        files = write_files(copy=copy, folder=tmp_path / "a")
        monkeypatch.undo()
        with pytest.raises(ReadBackError) as error:
            read_back(copy=copy, written=files)

    told = [(row["row"], row["problem"]) for row in (error.value.payload or {})["errors"]]
    assert len(finals) == (1 if kind == "municipality" else 3)
    if how == "missing":
        assert sorted(told) == sorted((final, list_readback.MISSING) for final in finals)
    else:
        assert told == [(None, list_readback.FOREIGN)] * len(finals)
