"""Which bundles a part holds follows from its place in the run, and nobody asked the part."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("convocations", "0012_duplicate_back_side")]

    operations = [migrations.RemoveField("runpart", name) for name in ("first_bundle", "bundles")]
