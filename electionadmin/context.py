"""What the frame of every page shows."""

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the frame's own variables; ``None`` outside a municipality."""
    return {"frame": None}
