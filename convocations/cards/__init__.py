"""What stands on a convocation card or an invitation, and how it looks: pure, without Django, clock or database.

``card`` holds what a run must say of a voter and a station, and what it becomes in the slots of a form. A run takes its forms
from ``convocations.selectors.templates.forms_for``, by ``TemplateKey.name`` (``convocations.sql.preparing`` says which), and asks for each page::

    forms = forms_for(municipality, election)                       # {"convocation-belgian-paper-nl": CompiledForm, …}
    composer.page(name, page_values(forms[name], card), record=…)
    composer.layers({name: layer_values(form, block, language=…) for name, form in forms.items()}, record=…)

``Facts`` for the read-back: ``token=qr_text(card)``, found by ``CODE_PATTERN``; ``once`` is ``election_day(date, language)``.
"""
