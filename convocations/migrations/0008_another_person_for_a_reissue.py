"""Whoever asked for new cards for many does not release them; a card of whose voter something changed after the release is a case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("convocations", "0007_counter_guards")]

    operations = [
        migrations.AddField(
            model_name="printrun",
            name="reissue_by_id",
            field=models.BigIntegerField(help_text="who asked for new cards for many, if they are; may not release them", null=True),
        ),
        migrations.AlterField(
            model_name="cardcase",
            name="kind",
            field=models.CharField(
                choices=[
                    ("address", "address not recognised by bpost"),
                    ("not_sent", "not in the list for bpost"),
                    ("spoiled", "spoiled in printing"),
                    ("returned", "letter returned"),
                    ("changed", "changed after the release"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="printrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by_id", None),
                    ("reissue_by_id", None),
                    models.Q(("approved_by_id", models.F("reissue_by_id")), _negated=True),
                    _connector="OR",
                ),
                name="print_run_reissue_other_person",
            ),
        ),
    ]
