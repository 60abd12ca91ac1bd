"""Where an object named in a trail, a job or a request for approval is shown: ``register_import:12`` and the like; and what came of a job.

What belongs to a package above is known here by name only; electionadmin/pages.py says where each leads.
"""

from collections.abc import Callable

from django.utils.functional import Promise

from core.models import Job

PageOf = Callable[[str, int], str | None]
"""From the NIS code and the object's number to the address of its page, or ``None`` when there is none."""

PAGES: dict[str, PageOf] = {}
OBJECTS: dict[str, Promise] = {}
APPROVALS: dict[str, tuple[Promise, str]] = {}
ResultOf = Callable[[str, Job], str | None]
RESULTS: dict[str, tuple[Promise, ResultOf]] = {}
REFUSALS: dict[str, Callable[[str], str]] = {}
EVENTS: dict[str, Promise] = {}
FIELDS: dict[str, Promise] = {}
VALUES: dict[str, Promise] = {}
"""What the names and the codes in the details of an audit event are called on the screen."""


def register_page(name: str, page: PageOf | None, *, label: Promise) -> None:
    """Say where objects called ``name`` are shown, if anywhere, and what a person calls one."""
    OBJECTS[name] = label
    if page is not None:
        PAGES[name] = page


def register_approval(kind: str, *, label: Promise, shows: str) -> None:
    """Say what a request for approval of ``kind`` is called and which objects (a registered page's name) it is about."""
    APPROVALS[kind] = (label, shows)


def register_result(kind: str, page: ResultOf, *, label: Promise) -> None:
    """Say where the file that came of finished work of ``kind`` is fetched (from the NIS code and the job), and what the link is called."""
    RESULTS[kind] = (label, page)


def register_refusals(kind: str, words: Callable[[str], str]) -> None:
    """Say what the codes mean with which work of ``kind`` is refused, where it is refused with codes."""
    REFUSALS[kind] = words


def in_words(job: Job) -> Job:
    """The job with why it was refused in words; it is not saved."""
    if job.error and job.message and job.error != "interrupted" and job.kind in REFUSALS:
        job.error = REFUSALS[job.kind](job.error)
    return job


def result_label(job: Job) -> Promise | None:
    """What the link to a file that came of finished work is called; ``None`` where there is none, or it is no longer kept."""
    kept = job.state == Job.State.DONE and bool((job.result or {}).get("file"))
    return RESULTS[job.kind][0] if kept and job.kind in RESULTS else None


def result_of(job: Job, *, nis: str) -> str | None:
    """The page of that file."""
    return RESULTS[job.kind][1](nis, job) if result_label(job) else None


def page_of(name: str, *, nis: str, pk: int) -> str | None:
    """The address of one object's page, if it has one."""
    page = PAGES.get(name)
    return page(nis, pk) if page else None


def page_of_target(target: str, *, nis: str) -> str | None:
    """The address behind ``name:number`` of an audit event."""
    name, _, number = target.partition(":")
    name = APPROVALS[name][1] if name in APPROVALS else name
    return page_of(name, nis=nis, pk=int(number)) if number.isdecimal() else None


def target_label(target: str) -> str:
    """``register_import:12`` in words: *register file 12*. What waits for a second person is named as its object."""
    name, _, number = target.partition(":")
    name = APPROVALS[name][1] if name in APPROVALS else name
    return f"{OBJECTS[name]} {number}" if name in OBJECTS else target


def target_of(text: str) -> str:
    """*register file 12* → ``register_import:12``; empty when nothing is called so."""
    label, _, number = text.rpartition(" ")
    names = [name for name, known in OBJECTS.items() if str(known).casefold() == label.casefold()]
    return f"{names[0]}:{number}" if names and number.isdecimal() else ""


def event_label(kind: str) -> Promise | str:
    """What a kind of audit event is called on the screen."""
    return EVENTS.get(kind, kind)
