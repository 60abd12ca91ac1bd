"""A verdict cites the article of the condition that failed, whatever the files of the law hold."""

import csv
from pathlib import Path

import pytest

from voters.rules.articles import cited
from voters.rules.eligibility import Rule, Verdict

FILE = Path(__file__).resolve().parents[2] / "elections" / "data" / "eligibility_rules.csv"
BARRED = {Verdict.EXCLUDED: "art. 6", Verdict.SUSPENDED: "art. 7"}


def _rule(article: str, suspension: str = "") -> Rule:
    return Rule("municipal", "BE", frozenset({"BR"}), 18, "", False, article, suspension)


def _rules() -> list[Rule]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_rule(row["article"], row["suspension_article"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        ("LPKD 8.7.2011 (geen opkomstplicht: decreet 16.7.2021)", "LPKD 8.7.2011"),
        ("LPKD 8.7.2011 (opkomstplicht)", "LPKD 8.7.2011"),
        ("Gemeentekieswet art. 1bis (wet 27.1.1999); LPKD (geen opkomstplicht: decreet)", "Gemeentekieswet art. 1bis (wet 27.1.1999)"),
        ("Kieswetboek art. 1; Grondwet art. 62 (opkomstplicht)", "Kieswetboek art. 1"),
        ("Bijzondere wet art. 26bis (opkomstplicht); gewone wet art. 2 (kiezerslijst)", "gewone wet art. 2 (kiezerslijst)"),
        ("Wet art. 1, gewijzigd bij wet (vanaf 16 jaar); art. 39 (opkomstplicht)", "Wet art. 1, gewijzigd bij wet (vanaf 16 jaar)"),
        ("Wet art. 1", "Wet art. 1"),
    ],
)
def test_the_duty_to_vote_is_no_reason_why_somebody_may_not(article: str, expected: str) -> None:
    assert cited(_rule(article), Verdict.NATIONALITY) == expected
    assert cited(_rule(article), Verdict.ELIGIBLE) == article


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict not in {Verdict.ELIGIBLE, *BARRED}])
def test_every_rule_of_the_files_leaves_an_article_and_nothing_of_the_duty(verdict: Verdict) -> None:
    for rule in _rules():
        assert cited(rule, verdict)
        assert "opkomstplicht" not in cited(rule, verdict)


def test_who_is_excluded_reads_of_exclusion_and_who_is_suspended_of_suspension() -> None:
    for rule in _rules():
        texts = {verdict: cited(rule, verdict) for verdict in BARRED}
        for verdict, article in BARRED.items():
            (other,) = set(BARRED.values()) - {article}
            assert f"Kieswetboek {article}" in texts[verdict]
            assert f"Kieswetboek {other}" not in texts[verdict]
            assert "(" not in texts[verdict]
