"""How the cards of an election are printed: on which paper, and with which set of texts."""

from django.db import models

from elections.models import Election
from municipalities.models import Municipality


class CardSettings(models.Model):
    """What was chosen for the cards of an election; without a row everything is on white paper, with the texts of the municipality's place."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="card_settings")
    papers = models.JSONField(default=dict, help_text="type of voter → convocations.cards.papers.Paper; white is not written")
    text_set = models.CharField(max_length=10, blank=True, help_text="convocations.cards.text_sets.TextSet; empty: by the municipality")
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "election"], name="card_settings_once")]

    def __str__(self) -> str:
        return f"card settings of election {self.election_id}"
