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
    """One register file: checked, compared, asked about, merged; or ended without a trace in the register."""

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
    file_name = models.CharField(max_length=200)
    file = models.CharField(max_length=300, help_text="name in the storage; removed when the import has ended")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    manifest = models.JSONField(null=True)
    column_map = models.ForeignKey(ColumnMap, models.SET_NULL, null=True)
    as_of = models.DateField(null=True, help_text="the date of the register's state")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    # rows, added, changed, removed, unchanged, unmatched_addresses, problems, per field and per street
    counts = models.JSONField(default=dict)
    # [{"code", "figures", "blocking", "accepted"}], see voters.rules
    guards = models.JSONField(default=list)
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

    class Meta:
        indexes = [models.Index(fields=["municipality", "register_import", "row"], name="register_problem_by_row")]

    def __str__(self) -> str:
        return f"{self.row} {self.column} {self.code}"


class RegisterStaging(models.Model):
    """The typed rows of a file between checking and merging. Unlogged: after a crash it is empty and is staged again."""

    class Change(models.TextChoices):
        """What merging the row would do."""

        ADDED = "added"
        CHANGED = "changed"
        RETURNED = "returned"
        UNCHANGED = "unchanged"

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
    change = models.CharField(max_length=9, blank=True)
    # names of the changed columns, separated by spaces
    changed_fields = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [models.Index(fields=["municipality", "register_import", "national_number"], name="register_staging_by_number")]

    def __str__(self) -> str:
        return f"row {self.row}"
