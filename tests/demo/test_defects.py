"""Defect files hold exactly the problems they claim, and nothing else is wrong with them."""

import csv
import hashlib
import io
import json

import pytest

from demo.defects import MANIFESTS, SPOILS, Problem, all_defects, belie, spoil
from demo.register import manifest_path
from tests.demo import checker

# Defects that a reader of well-formed rows can find; the others break the file itself.
CELLS = sorted(
    set(SPOILS)
    - {
        "unknown_column",
        "missing_column",
        "column_twice",
        "bad_utf8",
        "nul_byte",
        "unclosed_quote",
        "too_few_fields",
        "too_many_fields",
        "empty_file",
    }
)
ONLY_A_LIST_OF_CODES_KNOWS = {"unknown_nationality"}


def records(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8", "replace"), newline="")))


@pytest.mark.parametrize("name", CELLS)
def test_cell_defects_hold_what_they_claim_and_no_more(name, herstappe, tmp_path):
    defect = spoil(name, herstappe, tmp_path)
    rows = records(defect.path)
    found, seen = [], set()
    for number, row in enumerate(rows[1:], start=2):
        columns = dict(zip(rows[0], row, strict=True))
        found += [(number, column, columns[column]) for column in checker.problems(columns)]
        if columns["national_number"] in seen:
            found.append((number, "national_number", columns["national_number"]))
        seen.add(columns["national_number"])
    claimed = {(problem.row, problem.column, problem.value) for problem in defect.problems}
    if name in ONLY_A_LIST_OF_CODES_KNOWS:
        assert not found
        (problem,) = defect.problems
        assert dict(zip(rows[0], rows[problem.row - 1], strict=True))["nationality"] == problem.value
    else:
        assert len(found) == len(defect.problems)
        assert set(found) == claimed


@pytest.mark.parametrize("name", sorted(set(SPOILS) - {"bad_utf8"}))
def test_the_manifest_fits_the_broken_file(name, herstappe, tmp_path):
    defect = spoil(name, herstappe, tmp_path)
    if name == "empty_file":
        return
    manifest = json.loads(manifest_path(defect.path).read_text(encoding="utf-8"))
    assert manifest["sha256"] == hashlib.sha256(defect.path.read_bytes()).hexdigest()


def test_columns(herstappe, tmp_path):
    assert "phone" in records(spoil("unknown_column", herstappe, tmp_path).path)[0]
    assert "nationality" not in records(spoil("missing_column", herstappe, tmp_path).path)[0]
    assert records(spoil("column_twice", herstappe, tmp_path).path)[0].count("language") == 2


def test_broken_bytes(herstappe, tmp_path):
    bad = spoil("bad_utf8", herstappe, tmp_path)
    with pytest.raises(UnicodeDecodeError):
        bad.path.read_text(encoding="utf-8")
    lines = bad.path.read_bytes().split(b"\r\n")
    undecodable = [
        number
        for number, line in enumerate(lines, start=1)
        if b"\xe8v" in line and line.decode("utf-8", "ignore") != line.decode("latin-1")
    ]
    assert bad.problems[0].row in undecodable
    nul = spoil("nul_byte", herstappe, tmp_path)
    assert [number for number, line in enumerate(nul.path.read_bytes().split(b"\r\n"), start=1) if b"\x00" in line] == [nul.problems[0].row]


@pytest.mark.parametrize(("name", "difference"), [("too_few_fields", -2), ("too_many_fields", 1)])
def test_field_counts(name, difference, herstappe, tmp_path):
    defect = spoil(name, herstappe, tmp_path)
    rows = records(defect.path)
    assert [(n, len(row) - len(rows[0])) for n, row in enumerate(rows, start=1) if len(row) != len(rows[0])] == [
        (defect.problems[0].row, difference)
    ]


def test_unclosed_quote_swallows_the_last_row(herstappe, tmp_path):
    defect = spoil("unclosed_quote", herstappe, tmp_path)
    with pytest.raises(csv.Error):
        list(csv.reader(io.StringIO(defect.path.read_text(encoding="utf-8"), newline=""), strict=True))
    assert len(records(defect.path)) == defect.problems[0].row


def test_empty_file(herstappe, tmp_path):
    assert spoil("empty_file", herstappe, tmp_path).path.read_bytes() == b""


@pytest.mark.parametrize("name", [*MANIFESTS, "truncated"])
def test_false_manifests(name, herstappe, tmp_path):
    defect = belie(name, herstappe, tmp_path)
    manifest = json.loads(manifest_path(defect.path).read_text(encoding="utf-8"))
    truth = json.loads(manifest_path(herstappe).read_text(encoding="utf-8"))
    if name == "truncated":
        assert manifest == truth
        assert len(defect.path.read_bytes()) < len(herstappe.read_bytes())
        assert not defect.path.read_bytes().endswith(b"\r\n")
    else:
        assert defect.path.read_bytes() == herstappe.read_bytes()
        assert [key for key in truth if truth[key] != manifest[key]] == [MANIFESTS[name][0]]


def test_all_defects_come_in_their_own_directories(herstappe, tmp_path):
    before = herstappe.read_bytes()
    defects = all_defects(herstappe, tmp_path)
    assert len({defect.path for defect in defects}) == len(defects) == len(SPOILS) + len(MANIFESTS) + 1
    assert all(isinstance(problem, Problem) for defect in defects for problem in defect.problems)
    assert herstappe.read_bytes() == before
