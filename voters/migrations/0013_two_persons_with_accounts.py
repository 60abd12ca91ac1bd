"""A copy for a party always has two persons: no operator of the machine without an account makes one alone any more.

NOT VALID: copies that were made under the former rule stay in the trail as they are; every new or changed row is checked.
"""

from django.db import migrations, models

TABLE = "ALTER TABLE voters_listcopy DROP CONSTRAINT list_copy_two_persons, ADD CONSTRAINT list_copy_two_persons CHECK ({})"
PARTY = "NOT (kind = 'party' AND state IN ('making', 'made'))"
TWO = "approved_by_id IS NOT NULL AND approved_by_id <> requested_by_id"


class Migration(migrations.Migration):
    dependencies = [
        ("voters", "0012_list_copies"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=f"{TABLE.format(f'{PARTY} OR (requested_by_id IS NOT NULL AND {TWO})')} NOT VALID",
                    reverse_sql=f"{TABLE.format(f'{PARTY} OR requested_by_id IS NULL OR ({TWO})')} NOT VALID",
                ),
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="listcopy", name="list_copy_two_persons"),
                migrations.AddConstraint(
                    model_name="listcopy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind", "party"), ("state__in", ["making", "made"]), _negated=True)
                        | models.Q(("approved_by_id__isnull", False), ("requested_by_id__isnull", False))
                        & models.Q(("approved_by_id", models.F("requested_by_id")), _negated=True),
                        name="list_copy_two_persons",
                    ),
                ),
            ],
        ),
    ]
