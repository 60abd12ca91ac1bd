"""Which of the articles of a rule a verdict cites: that of the condition that failed, and nothing about what it is not about. Pure.

The files of the law (elections/data/README.md) separate articles with semicolons and name between brackets what one is about:
the duty to vote (*opkomstplicht*), exclusion (*uitsluiting*), suspension (*schorsing*).
"""

import re

from voters.rules.eligibility import Rule, Verdict

DUTY = re.compile(r"\s*\([^()]*opkomstplicht[^()]*\)")
BARRED = re.compile(r"(art\. \S+) \(uitsluiting\) en (art\. \S+) \(schorsing\)")


def cited(rule: Rule, verdict: Verdict) -> str:
    """The articles behind a verdict. Who may vote reads all of them, the duty to vote included."""
    if verdict is Verdict.ELIGIBLE:
        return rule.article
    if verdict in {Verdict.EXCLUDED, Verdict.SUSPENDED}:
        return BARRED.sub(r"\1" if verdict is Verdict.EXCLUDED else r"\2", rule.suspension_article)
    parts = rule.article.split("; ")
    # An article on the duty alone goes; where nothing else is named, it is the law as a whole that stays.
    return "; ".join(part for part in parts if not DUTY.search(part)) or "; ".join(DUTY.sub("", part) for part in parts)
