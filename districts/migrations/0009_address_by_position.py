"""A piece of the map reads the addresses of its rectangle, not those of the city."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("districts", "0008_district_changes")]

    operations = [
        migrations.AddIndex("address", models.Index(fields=["municipality", "latitude", "longitude"], name="address_by_position")),
    ]
