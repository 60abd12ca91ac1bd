"""Administration whose every change is an event of the platform's trail. Nothing is deleted: it ends or is switched off."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from core import audit
from core.actor import PLATFORM
from core.tenancy import tenant

if TYPE_CHECKING:
    from django.forms import ModelForm

    from core.http import Request

SECRET_FIELDS = frozenset({"password", "password1", "password2", "usable_password"})


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Records who added or changed what, with the fields before and after."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Return False, whoever asks."""
        return False

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        """Save, then record."""
        super().save_model(request, obj, form, change)
        fields = [name for name in form.changed_data if name not in SECRET_FIELDS]
        ours = cast("Request", request)
        with tenant(PLATFORM):
            audit.record(
                municipality_id=PLATFORM,
                kind="admin.changed" if change else "admin.added",
                by=ours.actor,
                at=ours.now,
                target=f"{self.opts.model_name}:{obj.pk}",
                before={name: _shown(form.initial.get(name)) for name in fields} if change else None,
                after={name: _shown(form.cleaned_data.get(name)) for name in fields},
            )


def _shown(value: Any) -> str | int | bool | None:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
