"""A list is filtered and sorted by street."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voters", "0004_frozen_extractions")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["municipality", "extraction", "postcode", "street_name"], name="entry_by_street"),
        ),
    ]
