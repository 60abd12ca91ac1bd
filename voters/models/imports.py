"""A register file on its way in: what it was, what is wrong with it, what it would change, and who let it through."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality


class ColumnMap(models.Model):
    """How a supplier's columns are called: their name → ours (docs/formats/register.md §2). A municipality may keep several."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    name = models.CharField(max_length=60)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="column_map_once")]

    def __str__(self) -> str:
        return self.name


class RegisterImport(models.Model):
    """One file of the register, whole or events only: checked, compared, asked about, merged; or ended without a trace in the register."""

    class Kind(models.TextChoices):
        """register: every person; mutations: events in order, each applied once (docs/formats/mutations.md)."""

        REGISTER = "register", _("register file")
        MUTATIONS = "mutations", _("mutations")

    class State(models.TextChoices):
        """checking → invalid | compared → requested → merging → merged; or refused, cancelled, failed on the way."""

        CHECKING = "checking", _("being checked")
        INVALID = "invalid", _("has errors")
        COMPARED = "compared", _("checked, differences ready")
        REQUESTED = "requested", _("waiting for a second person")
        MERGING = "merging", _("being brought in")
        MERGED = "merged", _("brought in")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("stopped")
        FAILED = "failed", _("failed")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.REGISTER)
    file_name = models.CharField(max_length=200)
    file = models.CharField(max_length=300, help_text="name in the storage; removed when the import has ended")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    manifest = models.JSONField(null=True)
    column_map = models.ForeignKey(ColumnMap, models.SET_NULL, null=True)
    as_of = models.DateField(null=True, help_text="the date of the register's state")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    # rows, added, changed, returned, removed, unchanged, rematched, unmatched_addresses, fields, streets, problems (voters.services.register_check)
    counts = models.JSONField(default=dict)
    # [{"code", "confirm", "figures", "accepted"}], see voters.rules.imports
    guards = models.JSONField(default=list)
    base_import_id = models.BigIntegerField(null=True, help_text="the last import merged when this one was compared; 0 when there was none")
    reason = models.CharField(max_length=60, blank=True, help_text="code of why it ended without being merged")
    job_id = models.BigIntegerField(null=True)
    requested_by_id = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=200)
    approved_by_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    merged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["merging", "merged"])
                | (models.Q(approved_by_id__isnull=False) & ~models.Q(approved_by_id=models.F("requested_by_id"))),
                name="register_import_two_persons",
            ),
            models.UniqueConstraint(fields=["municipality"], condition=models.Q(state="merging"), name="register_import_one_merging"),
        ]
        indexes = [models.Index(fields=["municipality", "-created_at"], name="register_import_by_date")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"


class RegisterProblem(models.Model):
    """One thing wrong with a file: where, what stood there, and (by ``code``) what was expected."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    register_import = models.ForeignKey(RegisterImport, models.CASCADE, db_constraint=False, db_index=False, related_name="problems")
    row = models.BigIntegerField(help_text="record in the file, the header being 1; 0 is the file as a whole")
    column = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=200, blank=True, help_text="completes the sentence of the code: a count, another row, characters")

    class Meta:
        indexes = [models.Index(fields=["municipality", "register_import", "row"], name="register_problem_by_row")]

    def __str__(self) -> str:
        return f"{self.row} {self.column} {self.code}"


class RegisterStaging(models.Model):
    """What merging a file would change, a row a person. Unlogged: after a crash it is empty and is staged again.

    ``row`` is the record in the file, the header being 1; a person who is no longer in the file has minus their own
    number. Rows of the file that change nothing are not kept.
    """

    class Change(models.TextChoices):
        """What merging the row would do."""

        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        RETURNED = "returned", _("in the file again")
        REMOVED = "removed", _("removed")
        # Nothing changed in the register, but another address of the municipality now fits.
        REMATCHED = "rematched", _("address recognised anew")

    pk = models.CompositePrimaryKey("municipality_id", "register_import_id", "row")
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    register_import = models.ForeignKey(RegisterImport, models.CASCADE, db_constraint=False, db_index=False)
    row = models.BigIntegerField()
    national_number = models.CharField(max_length=11, db_collation="C")
    last_name = models.CharField(max_length=120)
    first_names = models.CharField(max_length=160, blank=True)
    name_key = models.CharField(max_length=300, db_collation="C")
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
    address_id = models.BigIntegerField(null=True)
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
    person_id = models.BigIntegerField(null=True)
    change = models.CharField(max_length=9, choices=Change)
    # names of the changed columns, separated by spaces
    changed_fields = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"row {self.row}"
