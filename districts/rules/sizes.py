"""How many voters a polling station takes: its own sizes, and for what it leaves open the norm of its election."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """At least and at most so many voters; ``None`` is no limit."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Sizes:
    """What holds for a station, and which of the two it was given itself."""

    minimum: int | None
    maximum: int | None
    own_minimum: bool
    own_maximum: bool

    @property
    def own(self) -> bool:
        """Whether anything of it is the station's own."""
        return self.own_minimum or self.own_maximum


NO_LIMITS = Limits()


def effective(own: Limits, norm: Limits) -> Sizes:
    """Return the sizes that hold. Where the norm contradicts a size of the station's own, the own one holds alone."""
    minimum = own.minimum if own.minimum is not None else norm.minimum
    maximum = own.maximum if own.maximum is not None else norm.maximum
    if contradict(own, norm):
        minimum, maximum = own.minimum, own.maximum
    return Sizes(minimum, maximum, own_minimum=own.minimum is not None, own_maximum=own.maximum is not None)


def contradict(own: Limits, norm: Limits) -> bool:
    """Whether the least would lie above the most: an own minimum over the norm's maximum, or the other way round."""
    minimum = own.minimum if own.minimum is not None else norm.minimum
    maximum = own.maximum if own.maximum is not None else norm.maximum
    return minimum is not None and maximum is not None and minimum > maximum


def below_norm(own: Limits, norm: Limits) -> bool:
    """Whether a station was given room for fewer voters than the norm asks for."""
    return norm.minimum is not None and any(size is not None and size < norm.minimum for size in (own.minimum, own.maximum))


def above_norm(own: Limits, norm: Limits) -> bool:
    """Whether a station was given more voters than the norm allows."""
    return norm.maximum is not None and any(size is not None and size > norm.maximum for size in (own.minimum, own.maximum))
