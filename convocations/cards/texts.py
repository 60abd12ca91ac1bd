"""The words of cards by language, from the files in ``data``: texts of the law, and what the slots say."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


@cache
def phrases(language: str) -> Mapping[str, str]:
    """What the slots say, in ``nl`` or ``fr``."""
    with (DATA / "phrases.toml").open("rb") as stream:
        content: dict[str, dict[str, str]] = tomllib.load(stream)
    return content[language]
