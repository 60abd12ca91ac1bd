"""Print runs, their cards and files, and what becomes of every card."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from districts.models import Station
from elections.models import Election
from municipalities.models import Municipality
from voters.models import Person


class PrintRun(models.Model):
    """Cards of an election made together: of whom, at which moment of the list, with which templates, and where its files are."""

    class State(models.TextChoices):
        """making → ready | refused | cancelled; ready → requested → released, or ready again, or cancelled."""

        MAKING = "making", _("being made")
        REFUSED = "refused", _("not in order")
        CANCELLED = "cancelled", _("cancelled")
        READY = "ready", _("ready to be released")
        REQUESTED = "requested", _("waiting for a second person")
        RELEASED = "released", _("released")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="print_runs")
    number = models.IntegerField(help_text="rises by one within an election")
    state = models.CharField(max_length=10, choices=State)
    list_at = models.DateTimeField(help_text="the moment of the list that it shows")
    settings = models.JSONField(help_text="convocations.rules.runs.RunSettings")
    # name of the template → digest of its form
    templates = models.JSONField(default=dict)
    frozen_file = models.CharField(max_length=300, blank=True, help_text="name in the storage of the forms and the blocks of the stations")
    lines = models.IntegerField(default=0, help_text="lines of the list at that moment, struck ones too")
    cards_made = models.IntegerField(default=0)
    cards_none = models.IntegerField(default=0)
    none_by_reason = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    # why it is refused, at most a hundred
    problems = models.JSONField(default=list)
    readback = models.JSONField(default=dict)
    readback_ok = models.BooleanField(default=False)
    proof = models.JSONField(default=list, help_text="positions of the cards of the proof set, with why each is in it")
    job_id = models.BigIntegerField(null=True)
    made_by_id = models.BigIntegerField(null=True)
    made_by_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    reissue_by_id = models.BigIntegerField(null=True, help_text="who asked for new cards for many, if they are; may not release them")
    finished_at = models.DateTimeField(null=True)
    requested_by_id = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=200, blank=True)
    approved_by_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "election", "number"], name="print_run_number_once"),
            models.UniqueConstraint(
                fields=["municipality", "election"], condition=Q(state__in=["making", "ready", "requested"]), name="one_open_print_run"
            ),
            models.CheckConstraint(
                condition=(Q(released_at=None) & ~Q(state="released"))
                | Q(released_at__isnull=False, state="released", requested_by_id__isnull=False, approved_by_id__isnull=False)
                & ~Q(approved_by_id=F("requested_by_id")),
                name="print_run_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id=None) | Q(reissue_by_id=None) | ~Q(approved_by_id=F("reissue_by_id")),
                name="print_run_reissue_other_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "requested", "released"]) | Q(lines=F("cards_made") + F("cards_none")),
                name="print_run_accounts_for_all",
            ),
            models.CheckConstraint(condition=~Q(state__in=["requested", "released"]) | Q(readback_ok=True), name="print_run_read_back"),
        ]

    def __str__(self) -> str:
        return f"print run {self.number}"


class RunPart(models.Model):
    """The work on one file of a run, which one worker draws and reads back: consecutive bundles."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    run = models.ForeignKey(PrintRun, models.CASCADE, db_index=False, related_name="parts")
    number = models.IntegerField()
    pages = models.IntegerField()
    # voters whose card cannot be drawn as it is
    problems = models.JSONField(default=list)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "run", "number"], name="run_part_once")]

    def __str__(self) -> str:
        return f"part {self.number}"


class Card(models.Model):
    """One card of one voter, with what is printed on it. Made by one statement; its text never changes, its state does."""

    class State(models.TextChoices):
        """The last that is known of a card; the whole of it stands in ``CardEvent``."""

        MADE = "made", _("made")
        WITHDRAWN = "withdrawn", _("withdrawn before posting")
        RELEASED = "released", _("released to the printer")
        PRINTED = "printed", _("printed")
        SPOILED = "spoiled", _("spoiled in printing")
        ANNOUNCED = "announced", _("announced to bpost")
        POSTED = "posted", _("posted")
        RETURNED = "returned", _("returned")
        REPLACED = "replaced", _("replaced by another card")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_constraint=False, db_index=False, related_name="cards")
    # None: made at a counter (convocations.models.counter.Duplicate); then position and bundle say nothing.
    run = models.ForeignKey(PrintRun, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="cards")
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False, related_name="cards")
    entry_id = models.BigIntegerField(null=True, help_text="voters.Entry, of a voter on the frozen list")
    added_entry_id = models.BigIntegerField(null=True, help_text="voters.AddedEntry, of one added by decision")
    token = models.CharField(max_length=12, db_collation="C")
    issue = models.SmallIntegerField()
    list_number = models.IntegerField()
    station = models.ForeignKey(Station, models.PROTECT, db_constraint=False, db_index=False, related_name="cards")
    template = models.CharField(max_length=60, db_collation="C", help_text="convocations.cards.TemplateKey.name")
    household = models.CharField(max_length=60, db_collation="C")
    last_name = models.CharField(max_length=120)
    first_names = models.CharField(max_length=160, blank=True)
    ballots = models.SmallIntegerField()
    street_name = models.CharField(max_length=120)
    house_number = models.CharField(max_length=20, blank=True)
    box_number = models.CharField(max_length=20, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    place = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    moved = models.BooleanField(help_text="the address is not that on the list")
    slot = models.SmallIntegerField(null=True, help_text="beginning of the advised time, in minutes after midnight")
    mail_id = models.CharField(max_length=18, blank=True, db_collation="C")
    position = models.IntegerField(help_text="place in the order of printing, and so its page in the file, from 1")
    bundle = models.IntegerField(help_text="consecutive cards of one station, from 0")
    state = models.CharField(max_length=9, choices=State, default=State.MADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "token"], name="card_token_once"),
            models.UniqueConstraint(fields=["municipality", "election", "person", "issue"], name="card_issue_once"),
            models.UniqueConstraint(fields=["municipality", "run", "position"], name="card_position_once"),
            models.UniqueConstraint(fields=["municipality", "run", "person"], name="card_once_a_run"),
            models.CheckConstraint(condition=Q(entry_id=None) ^ Q(added_entry_id=None), name="card_of_one_entry"),
        ]
        indexes = [
            models.Index(fields=["municipality", "person"], name="card_by_person"),
            models.Index(fields=["municipality", "mail_id"], condition=~Q(mail_id=""), name="card_by_mail_id"),
        ]

    def __str__(self) -> str:
        return f"card {self.pk}"


class CardEvent(models.Model):
    """What happened to a card; only ever added to."""

    class Kind(models.TextChoices):
        """As a state of a card says it, and what was done about it afterwards."""

        WITHDRAWN = "withdrawn", _("withdrawn before posting")
        RELEASED = "released", _("released to the printer")
        PRINTED = "printed", _("printed")
        SPOILED = "spoiled", _("spoiled in printing")
        ANNOUNCED = "announced", _("announced to bpost")
        ADDRESS_PROBLEM = "address_problem", _("address not recognised by bpost")
        POSTED = "posted", _("posted")
        RETURNED = "returned", _("returned")
        HANDLED = "handled", _("dealt with")
        REPLACED = "replaced", _("replaced by another card")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    card = models.ForeignKey(Card, models.PROTECT, db_constraint=False, db_index=False, related_name="events")
    kind = models.CharField(max_length=15, choices=Kind)
    # cause, code, note, file
    details = models.JSONField(default=dict)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["municipality", "card"], name="card_event_by_card")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class RunFile(models.Model):
    """A file of a run: for the printer, for looking at, for bpost."""

    class Kind(models.TextChoices):
        """What it is for."""

        CARDS = "cards", _("cards")
        PROOF = "proof", _("proof set")
        MANIFEST = "manifest", _("list of the cards")
        FILES = "files", _("list of the files")
        BACK = "back", _("back sides")
        WITHDRAWN = "withdrawn", _("pages to be taken out")
        SUMS = "sums", _("checksums")
        BPOST = "bpost", _("list for bpost")
        ANSWER = "answer", _("answer of bpost")
        PRINTER = "printer", _("report of the printer")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    run = models.ForeignKey(PrintRun, models.PROTECT, db_index=False, related_name="files")
    kind = models.CharField(max_length=9, choices=Kind)
    name = models.CharField(max_length=120)
    file = models.CharField(max_length=300, help_text="name in the storage")
    sha256 = models.CharField(max_length=64)
    pages = models.IntegerField(default=0)
    size = models.BigIntegerField(help_text="bytes")
    # of cards: number, of, paper, position, first, last, stations, readback; of a list for bpost: mode, form, references, items, problems; of an answer or report: what it said
    details = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "run", "name"], name="run_file_name_once")]

    def __str__(self) -> str:
        return self.name


class HourWish(models.Model):
    """A household asked to be advised an earlier or a later hour. Kept for one election, by one of its voters."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="hour_wishes")
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False, related_name="hour_wishes")
    wish = models.SmallIntegerField(choices=[(-1, _("earlier")), (1, _("later"))])
    recorded_at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "election", "person"], name="hour_wish_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.wish}"


class CardCase(models.Model):
    """A card that asks for a look: an address that bpost does not know, a spoiled print, a letter that came back, a voter of whom something changed."""

    class Kind(models.TextChoices):
        """Why."""

        ADDRESS = "address", _("address not recognised by bpost")
        NOT_SENT = "not_sent", _("not in the list for bpost")
        SPOILED = "spoiled", _("spoiled in printing")
        RETURNED = "returned", _("letter returned")
        CHANGED = "changed", _("changed after the release")

    class State(models.TextChoices):
        """open → done."""

        OPEN = "open", _("open")
        DONE = "done", _("done")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    card = models.ForeignKey(Card, models.PROTECT, db_constraint=False, db_index=False, related_name="cases")
    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=40, blank=True, help_text="of bpost, or the cause of a return")
    detail = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    note = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "card", "kind", "code"], condition=Q(state="open"), name="card_case_open_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by_name="", state="open")
                | Q(closed_at__isnull=False, state="done") & ~Q(closed_by_name=""),
                name="card_case_closed_by",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state", "kind"], name="card_case_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
