"""What must hold before this is put to use: ``manage.py check --deploy`` stops a deployment that lacks it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DatabaseError, connection

ROLE = """
SELECT r.rolsuper, r.rolbypassrls,
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
  FROM pg_roles r WHERE r.rolname = current_user
"""

UNPROTECTED = """
SELECT c.relname FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id' AND NOT a.attisdropped
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
 ORDER BY 1
"""


@register(Tags.security, deploy=True)
def check_application_role(**_: Any) -> list[CheckMessage]:
    """Row-level security binds only a role that neither owns the tables nor may pass by it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROLE)
            superuser, bypasses, owned = cursor.fetchone()
            cursor.execute(UNPROTECTED)
            unprotected = [name for (name,) in cursor.fetchall()]
            cursor.execute("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", ["core_auditevent"])
            (rewrites,) = cursor.fetchone()
    except DatabaseError as error:
        message = f"The database could not be asked about its roles ({type(error).__name__}): nothing about them is proved."
        return [Caution(message, hint="Migrate first, then check again.", id="electionadmin.W001")]
    problems: list[CheckMessage] = []
    if superuser or bypasses:
        problems.append(
            Error("The application's role is a superuser or has BYPASSRLS: row-level security does not bind it.", id="electionadmin.E001")
        )
    if owned:
        problems.append(Error(f"The application's role owns {owned} tables, or is a member of their owner.", id="electionadmin.E002"))
    if unprotected:
        problems.append(Error(f"Without row-level security: {', '.join(unprotected)}.", id="electionadmin.E003"))
    if rewrites:
        problems.append(Error("The application's role may change or delete events of the audit trail.", id="electionadmin.E004"))
    return problems


@register(Tags.security, deploy=True)
def check_made_for_use(**_: Any) -> list[CheckMessage]:
    """What eases a demonstration has no place in use."""
    problems: list[CheckMessage] = []
    if settings.DEMO:
        problems.append(Error("DEMO is on: made-up users, plain HTTP and no second factor.", id="electionadmin.E005"))
    if not settings.SECOND_FACTOR_REQUIRED:
        problems.append(Error("SECOND_FACTOR_REQUIRED is off: a password alone opens a register.", id="electionadmin.E006"))
    if settings.CELERY_TASK_ALWAYS_EAGER:
        problems.append(Error("TASKS_INLINE is on: long work would run inside a request.", id="electionadmin.E007"))
    return problems
