"""A part says which voters' cards cannot be drawn, so that all of them are named at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("convocations", "0004_template_guards")]

    operations = [migrations.AddField("runpart", "problems", models.JSONField(default=list))]
