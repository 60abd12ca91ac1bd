"""The first page of a municipality: what to do now, and its elections."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from electionadmin import home
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@requires(Permission.VIEW)
@require_safe
def municipality_home(request: HttpRequest, *, nis: str) -> HttpResponse:
    """The next step of four, and the elections."""
    ours = cast("MunicipalRequest", request)
    progress = home.progress(municipality=ours.municipality)
    steps = [
        {"title": step.title, "state": "done" if done else ("now" if step is progress.now else "todo"), "hint": "", "url": ""}
        for step, done in progress.steps
    ]
    actions = []
    if progress.now and ours.actor.may(progress.now.permission) and (url := _page(progress.now, nis)):
        actions = [{"label": progress.now.action, "url": url, "kind": "primary", "reason": ""}]
    return render(request, "electionadmin/home.html", {"now": progress.now, "steps": steps, "actions": actions})


def _page(step: home.Step, nis: str) -> str:
    try:
        return reverse(step.url_name, kwargs={"nis": nis})
    except NoReverseMatch:
        return ""  # of an election, and reached through it
