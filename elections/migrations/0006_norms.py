"""The norms of polling stations as they stand in elections/data, for a new database; later changes come in by `manage load_law`."""

import csv
from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FILE = Path(__file__).resolve().parent.parent / "data" / "station_norms.csv"


def load(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add what is missing and bring what is there up to date."""
    StationNorm = apps.get_model("elections", "StationNorm")
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            key = {"kind": row["kind"], "electronic": row["electronic"] == "true", "valid_from": row["valid_from"]}
            values = {name: row[name] or None for name in ("minimum", "maximum", "valid_until")}
            values |= {"source": row["source"], "certainty": row["certainty"]}
            StationNorm.objects.using(schema_editor.connection.alias).update_or_create(**key, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("elections", "0005_station_norms")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
