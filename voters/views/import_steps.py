"""What is decided about a register file: ask, approve or refuse, take back, stop, compare again."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import approvals
from municipalities.access import MunicipalRequest, recently_authenticated, requires
from municipalities.rules import Permission
from voters.models import RegisterImport
from voters.services import imports
from voters.views.imports import import_of
from voters.words.import_page import page

MOVED = (imports.WrongStateError, imports.RegisterMovedError, imports.AnotherMergingError, approvals.NotOpenError)


def _again(request: MunicipalRequest, nis: str, pk: int, error: Exception) -> HttpResponse:
    """The page as it is now, with why the step was not taken."""
    context = page(import_of(request, pk), actor=request.actor, nis=nis)
    if isinstance(error, imports.GuardsNotAcceptedError):
        context["error"] = _("Tick each remark first: you let the file through knowingly. Nothing has changed.")
        return render(request, "voters/imports/detail.html", context, status=422)
    if isinstance(error, imports.RegisterMovedError):
        context["error"] = _("Another file was brought in meanwhile: compare this one again first. Nothing has changed.")
    elif isinstance(error, imports.AnotherMergingError):
        context["error"] = _("Another file is being brought in now. Try again when it is done. Nothing has changed.")
    elif isinstance(error, approvals.SamePersonError):
        context["error"] = _("You asked for this yourself: somebody else decides. Nothing has changed.")
    else:
        context["error"] = _("This was decided or stopped meanwhile. Nothing has changed by what you did now.")
    return render(request, "voters/imports/detail.html", context, status=409)


@require_POST
@requires(Permission.REQUEST_APPROVAL)
def register_import_request(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Ask a second person; the guards are accepted one by one."""
    found = import_of(request, pk)
    accepted = request.POST.getlist("guard")
    try:
        imports.request_import_approval(register_import=found, accepted_guards=accepted, by=request.actor, at=request.now)
    except (*MOVED, imports.GuardsNotAcceptedError) as error:
        return _again(request, nis, pk, error)
    messages.success(request, _("Asked. As soon as a colleague approves, the differences are brought in."))
    return redirect("register_import_detail", nis=nis, pk=pk)


@require_POST
@requires(Permission.APPROVE)
def register_import_approve(request: MunicipalRequest, nis: str, pk: int) -> HttpResponseBase:
    """Approve, or refuse with a reason."""
    found = import_of(request, pk)
    if request.POST.get("decision") == "approve":
        return _approve(request, nis, found)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        context = page(found, actor=request.actor, nis=nis)
        context["approval_error"] = _("Give the reason: the one who asked reads it.")
        return render(request, "voters/imports/detail.html", context, status=422)
    try:
        imports.refuse_import(register_import=found, reason=reason[:2000], by=request.actor, at=request.now)
    except (*MOVED, approvals.SamePersonError) as error:
        return _again(request, nis, pk, error)
    return redirect("register_import_detail", nis=nis, pk=pk)


@recently_authenticated
def _approve(request: MunicipalRequest, nis: str, found: RegisterImport) -> HttpResponse:
    try:
        imports.approve_import(register_import=found, by=request.actor, at=request.now)
    except (*MOVED, approvals.SamePersonError) as error:
        return _again(request, nis, found.pk, error)
    return redirect("register_import_detail", nis=nis, pk=found.pk)


@require_POST
@requires(Permission.REQUEST_APPROVAL)
def register_import_withdraw(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Take the question back."""
    try:
        imports.withdraw_import(register_import=import_of(request, pk), by=request.actor, at=request.now)
    except MOVED as error:
        return _again(request, nis, pk, error)
    return redirect("register_import_detail", nis=nis, pk=pk)


@require_POST
@requires(Permission.IMPORT)
def register_import_cancel(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Stop the import wherever it is."""
    try:
        imports.cancel_import(register_import=import_of(request, pk), by=request.actor, at=request.now)
    except MOVED as error:
        return _again(request, nis, pk, error)
    return redirect("register_import_detail", nis=nis, pk=pk)


@require_POST
@requires(Permission.IMPORT)
def register_import_again(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Compare the same file with the register as it is now."""
    try:
        imports.compare_again(register_import=import_of(request, pk), by=request.actor, at=request.now)
    except MOVED as error:
        return _again(request, nis, pk, error)
    return redirect("register_import_detail", nis=nis, pk=pk)
