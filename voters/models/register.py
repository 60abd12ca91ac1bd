"""Persons of the population register and what changed in them.

Columns are those of docs/formats/register.md §2. Foreign keys of the bulk tables carry no constraint in the database:
the statements that fill them take the numbers from the tables themselves (docs/adr/0005-bulk-tables.md).
"""

from django.db import models

from districts.models import Address
from municipalities.models import Municipality
from voters.models.imports import RegisterImport


class Person(models.Model):
    """One person of the register, in the state of the last import that changed them.

    ``birth_date`` is as registered (``1950-00-00`` when day and month are unknown); ``born_on`` counts unknown parts
    as 01. ``removed_import`` is set when a later file no longer holds the person; such a person is in no extraction.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    national_number = models.CharField(max_length=11, db_collation="C")
    last_name = models.CharField(max_length=120)
    first_names = models.CharField(max_length=160, blank=True)
    name_key = models.CharField(max_length=300, db_collation="C", help_text="folded last name and first names")
    birth_date = models.CharField(max_length=10)
    born_on = models.DateField()
    sex = models.CharField(max_length=1, blank=True)
    nationality = models.CharField(max_length=2)
    register = models.CharField(max_length=2)
    registered_on = models.DateField()
    legal_stay_since = models.DateField(null=True)
    postcode = models.CharField(max_length=10, blank=True)
    street_name = models.CharField(max_length=120, blank=True)
    house_number = models.CharField(max_length=20, blank=True)
    box_number = models.CharField(max_length=20, blank=True)
    address = models.ForeignKey(Address, models.PROTECT, null=True, db_constraint=False, db_index=False)
    household_id = models.CharField(max_length=40, blank=True)
    household_role = models.SmallIntegerField(null=True)
    language = models.CharField(max_length=2)
    suspension = models.CharField(max_length=10, blank=True)
    suspension_until = models.DateField(null=True)
    deceased_on = models.DateField(null=True)
    struck_on = models.DateField(null=True)
    departed_on = models.DateField(null=True)
    departed_to = models.CharField(max_length=5, blank=True)
    eu_voter_since = models.DateField(null=True)
    eu_voter_until = models.DateField(null=True)
    local_voter_since = models.DateField(null=True)
    local_voter_until = models.DateField(null=True)
    version = models.IntegerField(default=1)
    created_import = models.ForeignKey(RegisterImport, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    changed_import = models.ForeignKey(RegisterImport, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    removed_import = models.ForeignKey(RegisterImport, models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "national_number"], name="person_once")]
        indexes = [
            models.Index(fields=["municipality", "name_key"], name="person_by_name"),
            models.Index(fields=["municipality", "address"], name="person_by_address"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class PersonVersion(models.Model):
    """What one import changed in a person: only the fields that changed, before and after. Unchanged rows write none."""

    class Kind(models.TextChoices):
        """changed, removed (no longer in the file), returned (in a file again)."""

        CHANGED = "changed"
        REMOVED = "removed"
        RETURNED = "returned"

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False, related_name="versions")
    version = models.IntegerField()
    register_import = models.ForeignKey(RegisterImport, models.PROTECT, db_constraint=False, db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "person", "version"], name="person_version_once")]
        indexes = [models.Index(fields=["municipality", "register_import", "kind"], name="person_version_by_import")]

    def __str__(self) -> str:
        return f"person {self.person_id} version {self.version}"


class NameToken(models.Model):
    """The folded words of a person's names: found by a range on ``token``, which row-level security leaves indexable."""

    pk = models.CompositePrimaryKey("municipality_id", "token", "person_id")
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    token = models.CharField(max_length=120, db_collation="C")
    person = models.ForeignKey(Person, models.CASCADE, db_constraint=False, db_index=False)

    def __str__(self) -> str:
        return self.token
