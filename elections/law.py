"""The files of the law (elections/data/README.md) as typed rows: what is wrong with them is said by row and column."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from elections.rules import BALLOT_CODES

RULE_COLUMNS = (
    "ballot", "nationality_group", "registers", "minimum_age", "mark", "compulsory", "valid_from", "valid_until", "article",
    "suspension_article", "certainty",
)  # fmt: skip
MEMBER_COLUMNS = ("country", "member_from", "member_until")
NORM_COLUMNS = ("kind", "electronic", "minimum", "maximum", "valid_from", "valid_until", "source", "certainty")


@dataclass(frozen=True, slots=True)
class LawProblem:
    """A cell that cannot be: ``row`` counts records of the file, the header being 1."""

    row: int
    column: str
    value: str
    problem: str


class _Keyed(Protocol):
    ballot: str
    nationality_group: str
    valid_from: date


RuleKey = tuple[str, str, date]


def rule_key(rule: _Keyed) -> RuleKey:
    """What tells one rule from another."""
    return rule.ballot, rule.nationality_group, rule.valid_from


class _Norm(Protocol):
    kind: str
    electronic: bool
    valid_from: date


NormKey = tuple[str, bool, date]


def norm_key(norm: _Norm) -> NormKey:
    """What tells one norm from another."""
    return norm.kind, norm.electronic, norm.valid_from


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"expected one of {', '.join(map(repr, values))}")
        return text

    return read


def _registers(text: str) -> str:
    if not text or not set(text.split()) <= {"BR", "VR"}:
        raise ValueError("expected BR, VR or both, separated by a space")
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("expected a date, YYYY-MM-DD") from None


def _last_day(text: str) -> date | None:
    return _day(text) if text else None


def _age(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 100:
        raise ValueError("expected an age in whole years")
    return int(text)


def _voters(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) < 100_000:
        raise ValueError("expected a whole number of voters, or nothing")
    return int(text)


def _some(text: str) -> str:
    if not text.strip() or len(text) > 200:
        raise ValueError("expected 1 to 200 characters")
    return text


def _country(text: str) -> str:
    if len(text) != 2 or not text.isalpha() or not text.isupper():
        raise ValueError("expected a country code of two capitals")
    return text


READERS: dict[str, Callable[[str], Any]] = {
    "ballot": _one_of(*BALLOT_CODES),
    "nationality_group": _one_of("BE", "EU", "XX"),
    "registers": _registers,
    "minimum_age": _age,
    "mark": _one_of("", "eu_voter", "local_voter"),
    "compulsory": lambda text: _one_of("true", "false")(text) == "true",
    "kind": _one_of("federal", "local"),
    "electronic": lambda text: _one_of("true", "false")(text) == "true",
    "minimum": _voters,
    "maximum": _voters,
    "source": _some,
    "valid_from": _day,
    "valid_until": _last_day,
    "article": _some,
    "suspension_article": _some,
    "certainty": _one_of("H", "M", "L"),
    "country": _country,
    "member_from": _day,
    "member_until": _last_day,
}


def read_rules(rows: Iterable[Mapping[str, str]], problems: list[LawProblem]) -> dict[RuleKey, dict[str, Any]]:
    """Type the rules and see that no two of a ballot and group hold on one day; problems are added to ``problems``."""
    found: dict[RuleKey, dict[str, Any]] = {}
    for number, row in enumerate(rows, start=2):
        values = _typed(number, row, RULE_COLUMNS, problems)
        if values is None:
            continue
        key = (values["ballot"], values["nationality_group"], values["valid_from"])
        if any(other[:2] == key[:2] and _overlap(found[other], values) for other in found):
            problems.append(
                LawProblem(number, "valid_from", row["valid_from"], "holds on the same days as another row of this ballot and group")
            )
        found[key] = values
    return found


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    starts, ends = max(one["valid_from"], other["valid_from"]), min(one["valid_until"] or date.max, other["valid_until"] or date.max)
    return bool(starts <= ends)


def read_members(rows: Iterable[Mapping[str, str]], problems: list[LawProblem]) -> dict[str, dict[str, Any]]:
    """Type the member states, each once."""
    found: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, start=2):
        values = _typed(number, row, MEMBER_COLUMNS, problems)
        if values is None:
            continue
        if values["country"] in found:
            problems.append(LawProblem(number, "country", values["country"], "is there twice"))
        found[values["country"]] = values
    return found


def read_norms(rows: Iterable[Mapping[str, str]], problems: list[LawProblem]) -> dict[NormKey, dict[str, Any]]:
    """Type the norms of polling stations and see that no two of a kind hold on one day."""
    found: dict[NormKey, dict[str, Any]] = {}
    for number, row in enumerate(rows, start=2):
        values = _typed(number, row, NORM_COLUMNS, problems)
        if values is None:
            continue
        key = (values["kind"], values["electronic"], values["valid_from"])
        if any(other[:2] == key[:2] and _overlap(found[other], values) for other in found):
            problems.append(LawProblem(number, "valid_from", row["valid_from"], "holds on the same days as another row of this kind"))
        if values["minimum"] and values["maximum"] and values["maximum"] < values["minimum"]:
            problems.append(LawProblem(number, "maximum", row["maximum"], "lies below the minimum"))
        found[key] = values
    return found


def _typed(number: int, row: Mapping[str, str], columns: tuple[str, ...], problems: list[LawProblem]) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    before = len(problems)
    for column in columns:
        text = row.get(column)
        try:
            values[column] = READERS[column](text if text is not None else "")
        except ValueError as error:
            problems.append(LawProblem(number, column, text or "", "is missing" if text is None else str(error)))
    if set(row) - set(columns):
        problems.append(LawProblem(number, "", ",".join(map(str, set(row) - set(columns))), "unknown columns"))
    first = next((values.get(name) for name in ("valid_from", "member_from") if values.get(name)), None)
    last = values.get("valid_until") or values.get("member_until")
    if first and last and last < first:
        problems.append(LawProblem(number, "valid_until", str(last), "lies before the first day"))
    return values if len(problems) == before else None
