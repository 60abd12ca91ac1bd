"""Routes of the texts of cards, the letterhead and the language of a voter."""

from django.urls import path

from convocations.views import blanks, card_settings, languages, letterhead, templates

_ALL = "<str:nis>/<date:election_date>/card-texts/"
_ONE = f"{_ALL}<str:key>/"

urlpatterns = [
    path("<str:nis>/letterhead/", letterhead.card_letterhead, name="card_letterhead"),
    path("<str:nis>/letterhead/save/", letterhead.card_letterhead_save, name="card_letterhead_save"),
    path("<str:nis>/persons/<int:pk>/language/", languages.language_choice, name="language_choice"),
    path("<str:nis>/persons/<int:pk>/language/withdraw/", languages.language_choice_withdraw, name="language_choice_withdraw"),
    path(_ALL, templates.card_template_list, name="card_template_list"),
    path(f"{_ALL}settings/", card_settings.card_settings, name="card_settings"),
    path(_ONE, templates.card_template_detail, name="card_template_detail"),
    path(f"{_ONE}edit/", templates.card_template_edit, name="card_template_edit"),
    path(f"{_ONE}preview/", templates.card_template_preview, name="card_template_preview"),
    path(f"{_ONE}compare/", templates.card_template_compare, name="card_template_compare"),
    path(f"{_ONE}discard/", templates.card_template_discard, name="card_template_discard"),
    path(f"{_ONE}request/", templates.card_template_request, name="card_template_request"),
    path(f"{_ONE}withdraw/", templates.card_template_withdraw, name="card_template_withdraw"),
    path(f"{_ONE}decide/", templates.card_template_decide, name="card_template_decide"),
    path(f"{_ONE}back/<int:number>/", blanks.card_back_picture, name="card_back_picture"),
    path(f"{_ONE}blank/", blanks.card_blank, name="card_blank"),
    path(f"{_ONE}page/<int:number>/<int:sample>/", templates.card_template_picture, name="card_template_picture"),
]
