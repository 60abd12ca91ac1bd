"""A duplicate on a whole page has the back side of its text; those made before have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("convocations", "0011_parts_are_files")]

    operations = [
        migrations.AddField(
            model_name="duplicate",
            name="back_digest",
            field=models.CharField(blank=True, default="", help_text="of its back side; empty: it has none", max_length=64),
            preserve_default=False,
        ),
    ]
