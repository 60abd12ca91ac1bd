"""Changes of the split and imports of it; what a row of a district says never changes (docs/adr/0010-districts.md)."""

import django.db.models.deletion
from django.db import migrations, models

from core.tenancy import EnableRowSecurity

# Removing a row, once, is all that may happen to it.
GUARD = """
CREATE FUNCTION districts_refuse_changed_range() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.removed_at IS NOT NULL
       OR (NEW.municipality_id, NEW.district_id, NEW.street_id, NEW.postcode, NEW.side, NEW.number_from, NEW.number_to, NEW.valid_from,
           NEW.valid_until, NEW.made_at, NEW.made_by_name, NEW.made_change_id)
          IS DISTINCT FROM
          (OLD.municipality_id, OLD.district_id, OLD.street_id, OLD.postcode, OLD.side, OLD.number_from, OLD.number_to, OLD.valid_from,
           OLD.valid_until, OLD.made_at, OLD.made_by_name, OLD.made_change_id) THEN
        RAISE EXCEPTION 'row % of a district cannot change: remove it and make another', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_changed BEFORE UPDATE ON districts_streetrange FOR EACH ROW EXECUTE FUNCTION districts_refuse_changed_range();
ALTER TABLE districts_streetrange ENABLE ALWAYS TRIGGER never_changed;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0007_frozen_stations"),
        ("municipalities", "0003_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="DistrictImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200)),
                ("file", models.CharField(blank=True, help_text="name in the storage; removed when the import has ended", max_length=300)),
                ("sha256", models.CharField(max_length=64)),
                ("valid_from", models.DateField(help_text="the day from which the file is the split")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invalid", "has errors"),
                            ("checked", "checked, differences ready"),
                            ("done", "brought in"),
                            ("dropped", "dropped"),
                        ],
                        max_length=7,
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("sent_by_name", models.CharField(max_length=200)),
                ("sent_at", models.DateTimeField()),
                ("decided_by_name", models.CharField(blank=True, max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DistrictChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("edit", "changed by hand"),
                            ("import", "brought in from a file"),
                            ("copy", "copied from an earlier day"),
                            ("undo", "undone"),
                        ],
                        max_length=6,
                    ),
                ),
                ("valid_from", models.DateField(help_text="the day from which it holds")),
                ("note", models.CharField(blank=True, help_text="name of the file, or the day that was copied", max_length=200)),
                ("counts", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("made_by_name", models.CharField(max_length=200)),
                (
                    "municipality",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="municipalities.municipality"),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="districts.districtchange",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="streetrange",
            name="made_change",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="made", to="districts.districtchange"
            ),
        ),
        migrations.AddField(
            model_name="streetrange",
            name="removed_change",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="removed",
                to="districts.districtchange",
            ),
        ),
        migrations.AddIndex(
            model_name="streetrange",
            index=models.Index(fields=["municipality", "made_change"], name="street_range_by_made"),
        ),
        migrations.AddIndex(
            model_name="streetrange",
            index=models.Index(fields=["municipality", "removed_change"], name="street_range_by_removed"),
        ),
        migrations.AddField(
            model_name="districtimport",
            name="change",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="districts.districtchange"
            ),
        ),
        migrations.AddField(
            model_name="districtimport",
            name="municipality",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="municipalities.municipality"),
        ),
        migrations.AddIndex(
            model_name="districtchange",
            index=models.Index(fields=["municipality", "-id"], name="district_change_newest"),
        ),
        migrations.AddConstraint(
            model_name="districtchange",
            constraint=models.UniqueConstraint(fields=("municipality", "undoes"), name="change_undone_once"),
        ),
        migrations.AddIndex(
            model_name="districtimport",
            index=models.Index(fields=["municipality", "-sent_at"], name="district_import_by_date"),
        ),
        migrations.AddConstraint(
            model_name="districtimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by_name", "")),
                    models.Q(("decided_at__isnull", False), models.Q(("decided_by_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="district_import_decided_by",
            ),
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION districts_refuse_changed_range() CASCADE"),
        EnableRowSecurity("districts_districtchange"),
        EnableRowSecurity("districts_districtimport"),
    ]
