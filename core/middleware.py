"""What every request carries: one clock reading, a number for the log, and the network address it came from."""

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import quote, urlencode

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

if TYPE_CHECKING:
    from core.http import Request

UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"


class RequestContextMiddleware:
    """Set ``request.now`` and ``request.address`` and bind the request's number to every log line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ours = cast("Request", request)
        ours.now = timezone.now()
        ours.address = client_address(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=uuid.uuid4().hex[:12])
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            # Pages hold personal data, and one address answers with a page or with its fragment: neither may be kept.
            patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Show a NUL that was sent as what it is, an unknown sign, as bytes that are no UTF-8 are: no database keeps one."""
        request.GET, request.POST = without_nul(request.GET), without_nul(request.POST)  # type: ignore[assignment]  # neither can be changed


def without_nul(sent: QueryDict) -> QueryDict:
    """The same, unless there is a NUL in it."""
    if not any("\0" in text for name, values in sent.lists() for text in (name, *values)):
        return sent
    shown = [(name, text) for name, values in sent.lists() for text in values]
    return QueryDict(urlencode(shown).replace("%00", quote(UNKNOWN)))


def client_address(request: HttpRequest) -> str:
    """The address of the client; behind ``TRUSTED_PROXIES`` proxies, the one that the outermost of them saw."""
    trusted: int = settings.TRUSTED_PROXIES
    if trusted:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= trusted:
            return hops[-trusted][:60]
    return str(request.META.get("REMOTE_ADDR", ""))[:60]
