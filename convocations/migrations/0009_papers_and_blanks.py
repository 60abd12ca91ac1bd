"""Paper and set of texts of an election; blank cards by kind; back sides of texts and their file."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("convocations", "0008_another_person_for_a_reissue"),
        ("elections", "0007_stations_frozen"),
        ("municipalities", "0003_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="CardSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "papers",
                    models.JSONField(default=dict, help_text="type of voter → convocations.cards.papers.Paper; white is not written"),
                ),
                (
                    "text_set",
                    models.CharField(
                        blank=True, help_text="convocations.cards.text_sets.TextSet; empty: by the municipality", max_length=10
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                ("changed_by_name", models.CharField(max_length=200)),
            ],
        ),
        migrations.AddField(
            model_name="blankmovement",
            name="paper",
            field=models.CharField(blank=True, help_text="convocations.cards.papers.Paper; empty with an empty template", max_length=6),
        ),
        migrations.AddField(
            model_name="blankmovement",
            name="template",
            field=models.CharField(
                blank=True,
                db_collation="C",
                help_text="convocations.cards.TemplateKey.name; empty: of before kinds were told apart",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="cardtemplate",
            name="back",
            field=models.TextField(blank=True, help_text="HTML of the back side; empty: there is none"),
        ),
        migrations.AlterField(
            model_name="runfile",
            name="kind",
            field=models.CharField(
                choices=[
                    ("cards", "cards"),
                    ("proof", "proof set"),
                    ("manifest", "list of the cards"),
                    ("back", "back sides"),
                    ("withdrawn", "pages to be taken out"),
                    ("sums", "checksums"),
                    ("bpost", "list for bpost"),
                    ("answer", "answer of bpost"),
                    ("printer", "report of the printer"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="blankmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paper", ""), ("template", "")),
                    models.Q(models.Q(("template", ""), _negated=True), ("paper__in", ["white", "blue", "yellow", "green", "pink"])),
                    _connector="OR",
                ),
                name="blank_movement_of_kind",
            ),
        ),
        migrations.AddField(
            model_name="cardsettings",
            name="election",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="card_settings", to="elections.election"
            ),
        ),
        migrations.AddField(
            model_name="cardsettings",
            name="municipality",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="municipalities.municipality"),
        ),
        migrations.AddConstraint(
            model_name="cardsettings",
            constraint=models.UniqueConstraint(fields=("municipality", "election"), name="card_settings_once"),
        ),
    ]
