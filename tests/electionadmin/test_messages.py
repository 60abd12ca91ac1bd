"""The tool that keeps the screen texts, on a small project of its own."""

import gettext
from pathlib import Path

import pytest

from electionadmin import messages


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "voters").mkdir()
    (tmp_path / "voters" / "__init__.py").write_text("")
    (tmp_path / "voters" / "views.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        "title = _('Voters list')\n"
        "def count(n): return ngettext('%(n)s voter', '%(n)s voters', n) % {'n': n}\n"
        "def state(): return pgettext('list', 'Open')\n"
    )
    (tmp_path / "templates" / "voters").mkdir(parents=True)
    (tmp_path / "templates" / "voters" / "list.html").write_text(
        '{% load i18n %}\n  <h1>\n      {% translate "Voters list" %}\n    </h1>{% translate "100% sure" %}'
        "{% blocktranslate with name=x trimmed %}\n  Dear\n  {{ name }}\n{% endblocktranslate %}"
    )
    (tmp_path / "templates" / "404.html").write_text('{% load i18n %}{% translate "Not found" %}')
    return tmp_path


def translate(project: Path, language: str, **texts: str) -> None:
    path = project / "locale" / language / "voters.po"
    content = path.read_text()
    for msgid, msgstr in texts.items():
        content = content.replace(f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{msgstr}"')
    path.write_text(content)


def test_update_collects_python_and_templates_by_package(project):
    messages.update()

    voters = (project / "locale/nl/voters.po").read_text()
    assert 'msgid "Voters list"' in voters
    assert 'msgid_plural "%(n)s voters"' in voters
    assert 'msgctxt "list"' in voters
    assert 'msgid "Dear %(name)s"' in voters
    assert 'msgid "100%% sure"' in voters
    assert "Not found" not in voters
    assert 'msgid "Not found"' in (project / "locale/nl/components.po").read_text()
    assert (project / "locale/fr/voters.po").exists()


def test_update_keeps_translations_and_drops_unused_texts(project):
    messages.update()
    translate(project, "nl", **{"Voters list": "Kiezerslijst"})

    assert messages.update() == []
    (project / "templates/voters/list.html").write_text("")
    messages.update()

    voters = (project / "locale/nl/voters.po").read_text()
    assert 'msgstr "Kiezerslijst"' in voters
    assert "Dear" not in voters


def test_update_of_one_package_leaves_the_others_alone(project):
    assert [path.name for path in messages.update(["voters"])] == ["voters.po", "voters.po"]
    assert not (project / "locale/nl/components.po").exists()


def test_update_takes_over_what_another_package_says(project):
    messages.update()
    translate(project, "nl", **{"Voters list": "Kiezerslijst"})
    (project / "templates/404.html").write_text('{% load i18n %}{% translate "Voters list" %}')

    messages.update()

    assert 'msgstr "Kiezerslijst"' in (project / "locale/nl/components.po").read_text()


def test_check_names_what_is_missing(project):
    messages.update()

    assert "nl/voters.po: no translation of 'Voters list' (templates/voters/list.html)" in messages.check(["voters"])


@pytest.mark.parametrize(("dutch", "refused"), [("Beste %(name)s", False), ("Beste %(naam)s", True), ("Beste", True)])
def test_check_refuses_other_placeholders(project, dutch, refused):
    messages.update()
    translate(project, "nl", **{"Dear %(name)s": dutch})

    assert any("placeholders of 'Dear %(name)s' differ" in problem for problem in messages.check()) is refused


def test_check_refuses_fuzzy_and_two_translations_of_one_text(project):
    messages.update()
    translate(project, "nl", **{"Voters list": "Kiezerslijst"})
    (project / "locale/nl/allauth.po").write_text('#, fuzzy\nmsgid "Sign in"\nmsgstr "Aanmelden"\n\nmsgid "Voters list"\nmsgstr "Lijst"\n')

    problems = messages.check()

    assert "nl/allauth.po: 'Sign in' is marked fuzzy" in problems
    assert "nl/voters.po: 'Voters list' is said otherwise in allauth.po (use a context)" in problems


def test_compile_merges_the_packages_and_does_nothing_the_second_time(project):
    messages.update()
    translate(project, "nl", **{"Voters list": "Kiezerslijst"})
    (project / "locale/nl/allauth.po").write_text('msgid "Sign in"\nmsgstr "Aanmelden"\n')

    written = messages.compile_all()

    assert project / "locale/nl/LC_MESSAGES/django.mo" in written
    with (project / "locale/nl/LC_MESSAGES/django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Voters list") == "Kiezerslijst"
    assert catalogue.gettext("Sign in") == "Aanmelden"
    assert catalogue.gettext("Not found") == "Not found"
    assert messages.compile_all() == []
    translate(project, "nl", **{"Dear %(name)s": "Beste %(name)s"})
    assert messages.compile_all() == [project / "locale/nl/LC_MESSAGES/django.mo"]
