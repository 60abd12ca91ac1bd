"""An election of a municipality, its ballots, and the law by date as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from elections.rules import BALLOT_CODES
from municipalities.models import Municipality

CERTAINTIES = [("H", _("read in a source")), ("M", _("well known")), ("L", _("verify first"))]


class Election(models.Model):
    """One election day of a municipality with the date on which its list is closed (L and E of docs/formats/register.md §5)."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    date = models.DateField(_("election day"))
    list_date = models.DateField(_("list date"))
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    sizes_refuse = models.BooleanField(
        _("a station outside its sizes stops the freeze"), default=False, help_text="otherwise it is only warned of"
    )
    stations_frozen_at = models.DateTimeField(
        null=True, help_text="when its assignment was frozen: its stations keep number and district (districts/migrations)"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "date"], name="one_election_a_day"),
            models.CheckConstraint(condition=models.Q(list_date__lt=models.F("date")), name="list_date_before_election"),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"


class ElectionBallot(models.Model):
    """A ballot held on an election day. ``position`` is its bit in the entries' ballot masks."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.CASCADE, related_name="ballots")
    ballot = models.CharField(max_length=12, choices=[(code, code) for code in BALLOT_CODES])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "election", "ballot"], name="ballot_once_an_election")]

    def __str__(self) -> str:
        return self.ballot


class EligibilityRule(models.Model):
    """Who may vote for a ballot, by nationality, with the dates between which it holds and the article of law.

    Law, not a municipality's data: the same for all, changed by platform administrators and recorded in the audit trail.
    """

    class NationalityGroup(models.TextChoices):
        """Belgian, citizen of another member state of the Union, or neither."""

        BELGIAN = "BE", _("Belgian")
        UNION = "EU", _("citizen of the European Union")
        OTHER = "XX", _("other nationality")

    class Mark(models.TextChoices):
        """Which registration as a voter is asked, if any."""

        NONE = "", _("none")
        EUROPEAN = "eu_voter", _("registered for the European Parliament")
        LOCAL = "local_voter", _("registered for local elections")

    ballot = models.CharField(max_length=12, choices=[(code, code) for code in BALLOT_CODES])
    nationality_group = models.CharField(max_length=2, choices=NationalityGroup)
    registers = models.CharField(max_length=12, help_text="register codes, separated by spaces: BR VR")
    minimum_age = models.SmallIntegerField()
    mark = models.CharField(max_length=12, choices=Mark, blank=True)
    compulsory = models.BooleanField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="last election day for which it holds; empty: still in force")
    article = models.CharField(max_length=200)
    suspension_article = models.CharField(max_length=200)
    certainty = models.CharField(max_length=1, choices=CERTAINTIES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "nationality_group", "valid_from"], name="eligibility_rule_once"),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")), name="eligibility_rule_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot} {self.nationality_group} {self.valid_from:%Y-%m-%d}"


class StationNorm(models.Model):
    """How many voters a polling station may have, by kind of election and of voting, with its source. Law, as ``EligibilityRule``.

    Empty: no norm. It is a default: each station may have sizes of its own.
    """

    class Kind(models.TextChoices):
        """Elections of the parliaments, or of the councils."""

        FEDERAL = "federal", _("elections of the parliaments")
        LOCAL = "local", _("local elections")

    kind = models.CharField(max_length=7, choices=Kind)
    electronic = models.BooleanField()
    minimum = models.IntegerField(null=True, blank=True)
    maximum = models.IntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="last election day for which it holds; empty: still in force")
    source = models.CharField(max_length=200)
    certainty = models.CharField(max_length=1, choices=CERTAINTIES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "electronic", "valid_from"], name="station_norm_once")]

    def __str__(self) -> str:
        return f"{self.kind} {'electronic' if self.electronic else 'paper'} {self.valid_from:%Y-%m-%d}"


class UnionMember(models.Model):
    """A member state of the European Union, from and until (last day)."""

    country = models.CharField(max_length=2, unique=True)
    member_from = models.DateField()
    member_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.country
