"""An answer that the browser may keep and asks about each time: one hash, and nothing sent when it still holds."""

import hashlib

from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from municipalities.access import MunicipalRequest


def kept(request: MunicipalRequest, content: str, kind: str) -> HttpResponse:
    """The content, or 304 where the browser has it already."""
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8", headers={"Cache-Control": "private, no-cache"})
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer if isinstance(answer, HttpResponse) else response
