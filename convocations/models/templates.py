"""The texts of cards: versions that never change once approved, how a municipality signs, and who asked for a card in French."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality
from voters.models import Person

APPROVAL_KIND = "card_template"


class CardTemplate(models.Model):
    """A version of the template of one kind of card; a run takes the last approved one, or the built-in one where there is none."""

    class State(models.TextChoices):
        """draft → requested → approved; back to draft when refused. ``kept``: a draft put aside."""

        DRAFT = "draft", _("draft")
        REQUESTED = "requested", _("waiting for a second person")
        APPROVED = "approved", _("approved")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    key = models.CharField(max_length=60, db_collation="C", help_text="convocations.cards.card.TemplateKey.name")
    number = models.IntegerField(help_text="rises by one within a key")
    state = models.CharField(max_length=9, choices=State)
    based_on = models.IntegerField(default=0, help_text="the version that it began as; 0: the built-in one")
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    html = models.TextField()
    css = models.TextField()
    back = models.TextField(blank=True, help_text="HTML of the back side; empty: there is none")
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=200)
    requested_by_id = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=200, blank=True)
    approved_by_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "key", "number"], name="card_template_number_once"),
            models.UniqueConstraint(
                fields=["municipality", "key"], condition=Q(state__in=["draft", "requested"]), name="one_open_card_template"
            ),
            models.CheckConstraint(
                condition=(Q(approved_at=None) & ~Q(state="approved"))
                | Q(approved_at__isnull=False, state="approved", requested_by_id__isnull=False, approved_by_id__isnull=False)
                & ~Q(approved_by_id=F("requested_by_id")),
                name="card_template_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"


class CardLetterhead(models.Model):
    """How a municipality signs its cards. One row a municipality; what a run printed stands in the run's forms."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    lines_nl = models.TextField(blank=True)
    lines_fr = models.TextField(blank=True)
    foot_nl = models.CharField(max_length=200, blank=True)
    foot_fr = models.CharField(max_length=200, blank=True)
    arms = models.BinaryField(default=b"")
    arms_type = models.CharField(max_length=3, blank=True, choices=[("svg", "SVG"), ("png", "PNG")])
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality"], name="card_letterhead_once")]

    def __str__(self) -> str:
        return f"letterhead of municipality {self.municipality_id}"


class LanguageChoice(models.Model):
    """A voter asked for cards in French, where the law allows it. Added to, and ended; never changed (docs/adr/0019-card-templates.md)."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False, related_name="language_choices")
    language = models.CharField(max_length=2, choices=[("fr", "Français")], default="fr")
    received_on = models.DateField(_("received on"))
    ends_on = models.DateField(_("holds until"))
    source = models.CharField(_("document"), max_length=200, help_text="where the request is kept")
    recorded_at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=200)
    withdrawn_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "person"], condition=Q(withdrawn_on=None), name="one_open_language_choice"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("received_on")), name="language_choice_ends"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_at=None, withdrawn_by_name="")
                | Q(withdrawn_on__isnull=False, withdrawn_at__isnull=False) & ~Q(withdrawn_by_name=""),
                name="language_choice_withdrawn_by",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} {self.language} from {self.received_on:%Y-%m-%d}"
