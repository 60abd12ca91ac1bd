"""Routes of what changes after the list date: mutations, the ledger, the change sheet, decisions."""

from django.urls import path

from elections import converters
from voters.views import decision_steps, decisions, ledger, mutations

__all__ = ["converters", "urlpatterns"]

_ELECTION = "<str:nis>/<date:election_date>/"
_DECISIONS = f"{_ELECTION}decisions/"

urlpatterns = [
    path("<str:nis>/mutations/", mutations.mutation_list, name="mutation_list"),
    path("<str:nis>/mutations/new/", mutations.mutation_new, name="mutation_new"),
    path("<str:nis>/mutations/<int:pk>/", mutations.mutation_events, name="mutation_events"),
    path(f"{_ELECTION}ledger/", ledger.ledger_list, name="ledger_list"),
    path(f"{_ELECTION}ledger/file/", ledger.ledger_export, name="ledger_export"),
    path(f"{_ELECTION}ledger/sheet/", ledger.ledger_sheet, name="ledger_sheet"),
    path(f"{_ELECTION}ledger/sheet/file/", ledger.ledger_sheet_file, name="ledger_sheet_file"),
    path(_DECISIONS, decisions.decision_list, name="decision_list"),
    path(f"{_DECISIONS}new/<int:pk>/", decisions.decision_new, name="decision_new"),
    path(f"{_DECISIONS}<int:pk>/", decisions.decision_detail, name="decision_detail"),
    path(f"{_DECISIONS}<int:pk>/decide/", decision_steps.decision_decide, name="decision_decide"),
    path(f"{_DECISIONS}<int:pk>/cancel/", decision_steps.decision_cancel, name="decision_cancel"),
    path(f"{_DECISIONS}<int:pk>/withdraw/", decision_steps.decision_withdraw, name="decision_withdraw"),
]
