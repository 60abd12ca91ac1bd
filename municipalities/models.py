"""The tenant, the people who work in it, and what they may do there."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.roles import ROLE_LABELS


class Municipality(models.Model):
    """A municipality (gemeente). Public facts only: the one table with tenants that every role may read."""

    nis_code = models.CharField(
        _("NIS code"), max_length=5, unique=True, validators=[RegexValidator("^[0-9]{5}$", _("A NIS code is five digits, such as 23027."))]
    )
    name = models.CharField(_("name"), max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = [models.CheckConstraint(condition=models.Q(nis_code__regex=r"^[0-9]{5}$"), name="nis_code_five_digits")]

    def __str__(self) -> str:
        return f"{self.name} ({self.nis_code})"


class User(AbstractUser):
    """A person who signs in. Belongs to no municipality; memberships say where they work and as what."""

    language = models.CharField(
        _("language"), max_length=2, default="nl", choices=[("nl", "Nederlands"), ("fr", "Français"), ("en", "English")]
    )

    @property
    def full_name(self) -> str:
        """The name that the audit trail and the screens show."""
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A role that somebody holds in a municipality, from and until a moment."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=ROLE_LABELS.items())
    granted_by_name = models.CharField(max_length=200)
    granted_at = models.DateTimeField()
    ended_by_name = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "user", "role"], condition=models.Q(ended_at=None), name="one_live_membership"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by_name="") | (models.Q(ended_at__isnull=False) & ~models.Q(ended_by_name="")),
                name="membership_ended_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class SupportSession(models.Model):
    """Platform staff in one municipality: for a stated reason, for a limited time, logged."""

    municipality = models.ForeignKey(Municipality, models.PROTECT)
    user = models.ForeignKey(User, models.PROTECT)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("opened_at")), name="support_session_ends")]

    def __str__(self) -> str:
        return f"{self.user} {self.opened_at:%Y-%m-%d %H:%M}"


class PostalPlace(models.Model):
    """A place of a postcode. Public facts, as a list of bpost has them; only ``municipalities.sql`` writes them (docs/adr/0022-names-of-places.md)."""

    postcode = models.CharField(_("postcode"), max_length=4)
    name_nl = models.CharField(_("name in Dutch"), max_length=80, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=80, blank=True)
    main = models.BooleanField(_("main place"), help_text=_("written where only the postcode is known"))

    class Meta:
        verbose_name = _("postcode")
        verbose_name_plural = _("postcodes")
        constraints = [
            models.UniqueConstraint(fields=["postcode", "name_nl", "name_fr"], name="postal_place_once"),
            models.UniqueConstraint(fields=["postcode"], condition=models.Q(main=True), name="one_main_place_a_postcode"),
            models.CheckConstraint(condition=models.Q(postcode__regex=r"^[0-9]{4}$"), name="postcode_four_digits"),
            models.CheckConstraint(condition=~models.Q(name_nl="", name_fr=""), name="postal_place_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.postcode} {self.name_nl or self.name_fr}"


class MunicipalityName(models.Model):
    """What a municipality of the country is called, on this platform or not, there still or merged; written as ``PostalPlace`` is."""

    nis_code = models.CharField(_("NIS code"), max_length=5, unique=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=80, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("name of a municipality")
        verbose_name_plural = _("names of municipalities")
        constraints = [
            models.CheckConstraint(condition=models.Q(nis_code__regex=r"^[0-9]{5}$"), name="municipality_name_of_a_nis_code"),
            models.CheckConstraint(condition=~models.Q(name_nl="", name_fr=""), name="municipality_name_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.name_nl or self.name_fr} ({self.nis_code})"


class PlaceByHand(models.Model):
    """What a municipality itself calls the place of a postcode outside it, on cards that it makes from then on. Of nobody in particular."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    country = models.CharField(max_length=2, blank=True, help_text="ISO code, empty for Belgium")
    postcode = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    put_at = models.DateTimeField()
    put_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "country", "postcode"], name="place_by_hand_once"),
            models.CheckConstraint(condition=~models.Q(name="") & ~models.Q(postcode=""), name="place_by_hand_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.postcode} {self.name}"
