"""Texts of cards and their versions, how a municipality signs, and who asked for a card in French."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("convocations", "0002_run_guards"),
        ("municipalities", "0003_people"),
        ("voters", "0011_ledger_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="CardLetterhead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lines_nl", models.TextField(blank=True)),
                ("lines_fr", models.TextField(blank=True)),
                ("foot_nl", models.CharField(blank=True, max_length=200)),
                ("foot_fr", models.CharField(blank=True, max_length=200)),
                ("arms", models.BinaryField(default=b"")),
                ("arms_type", models.CharField(blank=True, choices=[("svg", "SVG"), ("png", "PNG")], max_length=3)),
                ("changed_at", models.DateTimeField()),
                ("changed_by_name", models.CharField(max_length=200)),
                (
                    "municipality",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="municipalities.municipality"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("municipality",), name="card_letterhead_once")],
            },
        ),
        migrations.CreateModel(
            name="CardTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(db_collation="C", help_text="convocations.cards.card.TemplateKey.name", max_length=60)),
                ("number", models.IntegerField(help_text="rises by one within a key")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("requested", "waiting for a second person"), ("approved", "approved")], max_length=9
                    ),
                ),
                ("based_on", models.IntegerField(default=0, help_text="the version that it began as; 0: the built-in one")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what changed")),
                ("html", models.TextField()),
                ("css", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("created_by_name", models.CharField(max_length=200)),
                ("changed_at", models.DateTimeField()),
                ("changed_by_name", models.CharField(max_length=200)),
                ("requested_by_id", models.BigIntegerField(null=True)),
                ("requested_by_name", models.CharField(blank=True, max_length=200)),
                ("approved_by_id", models.BigIntegerField(null=True)),
                ("approved_by_name", models.CharField(blank=True, max_length=200)),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "municipality",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="municipalities.municipality"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "key", "number"), name="card_template_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "requested"])),
                        fields=("municipality", "key"),
                        name="one_open_card_template",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at", None), models.Q(("state", "approved"), _negated=True)),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("approved_by_id__isnull", False),
                                ("requested_by_id__isnull", False),
                                ("state", "approved"),
                                models.Q(("approved_by_id", models.F("requested_by_id")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="card_template_two_persons",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LanguageChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(choices=[("fr", "Français")], default="fr", max_length=2)),
                ("received_on", models.DateField(verbose_name="received on")),
                ("ends_on", models.DateField(verbose_name="holds until")),
                ("source", models.CharField(help_text="where the request is kept", max_length=200, verbose_name="document")),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_name", models.CharField(max_length=200)),
                ("withdrawn_on", models.DateField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by_name", models.CharField(blank=True, max_length=200)),
                (
                    "municipality",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="municipalities.municipality"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="language_choices",
                        to="voters.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_on", None)), fields=("municipality", "person"), name="one_open_language_choice"
                    ),
                    models.CheckConstraint(condition=models.Q(("ends_on__gte", models.F("received_on"))), name="language_choice_ends"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by_name", ""), ("withdrawn_on", None)),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_on__isnull", False),
                                models.Q(("withdrawn_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="language_choice_withdrawn_by",
                    ),
                ],
            },
        ),
    ]
