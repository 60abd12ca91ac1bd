"""One small made-up register for the tests of this folder; made once, never changed."""

import csv
from pathlib import Path

import pytest

from demo.population import Counts, generate


@pytest.fixture(scope="session")
def halle(tmp_path_factory) -> tuple[Path, Counts]:
    out = tmp_path_factory.mktemp("halle")
    return out / "register.csv", generate(town="halle", persons=30_000, seed=7, out=out)


@pytest.fixture(scope="session")
def herstappe(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("herstappe")
    generate(town="herstappe", persons=700, seed=7, out=out)
    return out / "register.csv"


@pytest.fixture(scope="session")
def halle_rows(halle) -> list[dict[str, str]]:
    with halle[0].open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))
