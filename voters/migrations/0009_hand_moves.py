"""Moves by hand that can be undone; what a draft was made of; and the persons by whom households are meant."""

import django.db.models.deletion
from django.db import migrations, models

from core.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0008_district_changes"),
        ("municipalities", "0003_people"),
        ("voters", "0008_draft_by_command"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="basis",
            field=models.JSONField(default=dict, help_text="fingerprints of the stations, the split and the pins that it was made of"),
        ),
        migrations.AddField(
            model_name="placement",
            name="head",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="its reference person",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="voters.person",
            ),
        ),
        migrations.AddField(
            model_name="pin",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="voters.person",
            ),
        ),
        migrations.CreateModel(
            name="HandMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(help_text="rises by one within a draft")),
                ("what", models.JSONField(default=dict)),
                ("households", models.IntegerField()),
                ("voters", models.IntegerField()),
                ("before", models.JSONField(default=list)),
                ("made_by_name", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by_name", models.CharField(blank=True, max_length=200)),
                (
                    "draft",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="hand_moves", to="voters.draft"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="municipalities.municipality"),
                ),
                (
                    "station",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="districts.station",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "draft", "number"), name="hand_move_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by_name", "")),
                            models.Q(("undone_at__isnull", False), models.Q(("undone_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="hand_move_undone_by",
                    ),
                ],
            },
        ),
        EnableRowSecurity("voters_handmove"),
    ]
