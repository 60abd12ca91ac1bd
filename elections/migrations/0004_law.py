"""The law as it stands in elections/data, for a new database; later changes of the files come in by `manage load_law`."""

import csv
from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

DATA = Path(__file__).resolve().parent.parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def load(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add what is missing and bring what is there up to date."""
    database = schema_editor.connection.alias
    EligibilityRule = apps.get_model("elections", "EligibilityRule")
    for row in _rows("eligibility_rules.csv"):
        key = {name: row.pop(name) for name in ("ballot", "nationality_group", "valid_from")}
        values = {**row, "compulsory": row["compulsory"] == "true", "valid_until": row["valid_until"] or None}
        EligibilityRule.objects.using(database).update_or_create(**key, defaults=values)
    UnionMember = apps.get_model("elections", "UnionMember")
    for row in _rows("union_members.csv"):
        values = {"member_from": row["member_from"], "member_until": row["member_until"] or None}
        UnionMember.objects.using(database).update_or_create(country=row["country"], defaults=values)


class Migration(migrations.Migration):
    dependencies = [("elections", "0003_row_security")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
