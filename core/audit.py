"""The append-only, hash-chained trail: one door to write it, one to check it.

Record last in a transaction: the event takes its place in the municipality's chain then, and the chain's head stays
locked until commit (docs/adr/0004-audit-chain.md).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from core.actor import Actor
from core.models import AuditEvent


def record(
    *,
    municipality_id: int,
    kind: str,
    by: Actor,
    at: datetime,
    target: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one event. Never put a national number in it: name a person as ``person:<id>``."""
    AuditEvent(
        municipality_id=municipality_id,
        at=at,
        actor_id=by.user_id,
        actor_name=by.name,
        role=by.role,
        address=by.address,
        kind=kind,
        target=target,
        before=before,
        after=after,
    ).save(force_insert=True)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A place where the chain does not hold: ``problem`` is ``missing``, ``changed``, ``unlinked`` or ``cut_off``."""

    seq: int
    problem: str


VERIFY = """
WITH chain AS (
    SELECT e.seq, e.prev_hash, e.hash, core_audit_hash(e) AS computed,
           lag(e.seq, 1, 0::bigint)    OVER (ORDER BY e.seq) AS previous_seq,
           lag(e.hash, 1, ''::bytea) OVER (ORDER BY e.seq) AS previous_hash
      FROM core_auditevent e
     WHERE e.municipality_id = %(municipality_id)s),
flaws AS (
    SELECT seq, CASE WHEN seq <> previous_seq + 1      THEN 'missing'
                     WHEN hash <> computed             THEN 'changed'
                     WHEN prev_hash <> previous_hash   THEN 'unlinked' END AS problem
      FROM chain),
head AS (
    SELECT coalesce(max(seq), 0) AS seq, (SELECT hash FROM chain ORDER BY seq DESC LIMIT 1) AS hash FROM chain)
SELECT seq, problem FROM flaws WHERE problem IS NOT NULL
 UNION ALL
SELECT c.seq, 'cut_off' FROM core_auditchain c, head
 WHERE c.municipality_id = %(municipality_id)s AND (c.seq <> head.seq OR c.hash IS DISTINCT FROM head.hash)
 ORDER BY 1
"""


def verify(*, municipality_id: int) -> list[Flaw]:
    """Recompute a municipality's chain in one pass and return every flaw, in order; an empty list means that it holds."""
    with connection.cursor() as cursor:
        cursor.execute(VERIFY, {"municipality_id": municipality_id})
        return [Flaw(seq, problem) for seq, problem in cursor.fetchall()]
