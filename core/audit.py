"""The append-only, hash-chained trail: one door to write it, one to check it.

Record last in a transaction: the event takes its place in the municipality's chain then, and the chain's head stays
locked until commit (docs/adr/0004-audit-chain.md).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

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
    """A place where the chain does not hold: ``problem`` is ``missing``, ``changed``, ``unlinked``, ``cut_off`` or ``anchor``."""

    seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain: its number (0: none) and hash in hexadecimal. Kept elsewhere, it is an anchor."""

    seq: int
    hash: str


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


def head(*, municipality_id: int) -> Head:
    """Return the last event's number and hash. Noted outside the database it proves later that nothing before it was rewritten."""
    last = AuditEvent.objects.filter(municipality_id=municipality_id).order_by("-seq").values_list("seq", "hash").first()
    return Head(last[0], bytes(last[1]).hex()) if last else Head(0, "")


def compare(*, municipality_id: int, anchor: Head | None) -> list[Flaw]:
    """Check that the chain still holds the event that was its head earlier.

    Whoever owns the tables can rewrite a whole chain so that it is consistent again; they cannot change an anchor.
    """
    if anchor is None or anchor.seq == 0:
        return []
    found = AuditEvent.objects.filter(municipality_id=municipality_id, seq=anchor.seq).values_list("hash", flat=True).first()
    return [] if found is not None and bytes(found).hex() == anchor.hash else [Flaw(anchor.seq, "anchor")]


def verify_and_record(*, municipality_id: int, by: Actor, at: datetime) -> list[Flaw]:
    """Check the chain because somebody asked, and record that they did and what was found."""
    with transaction.atomic():
        flaws = verify(municipality_id=municipality_id)
        record(municipality_id=municipality_id, kind="audit.verified", by=by, at=at, after={"flaws": len(flaws)})
    return flaws
