"""The words for what the checks of an extraction find."""

from django.utils.functional import Promise

CHECK_LABELS: dict[str, Promise] = {}
CHECK_HINTS: dict[str, Promise] = {}
