"""Buildings in which people vote, and the polling stations of an election in them. Every document and portal reads them here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.addresses import Address
from districts.models.districts import District
from elections.models import Election
from municipalities.models import Municipality


class Building(models.Model):
    """A building with one or more rooms to vote in. Kept over elections; closed, never deleted. Positions: WGS84 degrees."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    name = models.CharField(_("name"), max_length=120)
    address = models.ForeignKey(Address, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    postcode = models.CharField(_("postcode"), max_length=4)
    locality = models.CharField(_("locality"), max_length=80, blank=True)
    street_name = models.CharField(_("street"), max_length=120)
    house_number = models.CharField(_("house number"), max_length=20)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    entrance = models.CharField(_("entrance"), max_length=200, blank=True)
    accessibility = models.JSONField(default=dict, help_text="code of districts.rules.accessibility → whether it holds")
    rooms = models.SmallIntegerField(_("rooms"), default=1)
    opening = models.CharField(_("opening"), max_length=200, blank=True, help_text="when the caretaker opens")
    keys = models.CharField(_("keys"), max_length=200, blank=True, help_text="who has them")
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    photo = models.CharField(max_length=300, blank=True, help_text="name in the storage")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="building_once"),
            models.CheckConstraint(condition=models.Q(rooms__gte=1), name="building_has_a_room"),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None) | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="building_position_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Station(models.Model):
    """A polling station (stembureau) of one election: its number, the district whose voters it serves, and its building.

    ``minimum`` and ``maximum`` voters; empty where nothing but the norm of the election holds (elections.StationNorm).
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="stations")
    number = models.IntegerField(_("number"))
    name = models.CharField(_("name"), max_length=120)
    district = models.ForeignKey(District, models.PROTECT, db_index=False, related_name="stations")
    building = models.ForeignKey(Building, models.PROTECT, db_index=False, related_name="stations")
    room = models.CharField(_("room"), max_length=80, blank=True)
    electronic = models.BooleanField(_("electronic voting"), default=False)
    accessible = models.BooleanField(_("accessible"), default=True)
    minimum = models.IntegerField(_("least voters"), null=True, blank=True)
    maximum = models.IntegerField(_("most voters"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "election", "number"], name="station_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="station_number_positive"),
            models.CheckConstraint(
                condition=models.Q(minimum=None) | models.Q(maximum=None) | models.Q(maximum__gte=models.F("minimum")),
                name="station_sizes_in_order",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "district"], name="station_by_district")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
