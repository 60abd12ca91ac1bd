"""The function that took the statistics of lists only: core_analyse takes its place."""

from importlib import import_module

from django.db import migrations

FUNCTION = import_module("voters.migrations.0014_analyse_lists").FUNCTION


class Migration(migrations.Migration):
    dependencies = [("voters", "0014_analyse_lists"), ("core", "0004_analyse")]

    operations = [migrations.RunSQL("DROP FUNCTION voters_analyse_lists()", FUNCTION)]
