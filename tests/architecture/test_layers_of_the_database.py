"""What import-linter cannot see: foreign keys by name, queries in views, clocks in rules, kinds without words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey

from core import jobs, pages

ROOT = Path(__file__).resolve().parents[2]
# Bottom to top, as pyproject.toml has them.
LAYERS = ("core", "municipalities", "documents", "delivery", "elections", "districts", "voters", "convocations", "electionadmin")
PACKAGES = [name for name in LAYERS if (ROOT / name).is_dir()]


def _modules(*names: str) -> Iterator[Path]:
    """The files that hold one kind of thing: ``views.py`` and every file under ``views/``."""
    for package in PACKAGES:
        for name in names:
            yield from (ROOT / package).glob(f"{name}.py")
            yield from (ROOT / package / name).rglob("*.py")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _place(path: Path, node: ast.expr | ast.stmt) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def test_no_foreign_key_points_upward() -> None:
    wrong = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and model._meta.app_label in LAYERS and field.related_model._meta.app_label in LAYERS
        if LAYERS.index(field.related_model._meta.app_label) > LAYERS.index(model._meta.app_label)
    ]

    assert wrong == []


def test_no_query_stands_in_a_view_or_a_form() -> None:
    wrong = [
        _place(path, node)
        for path in _modules("views", "forms", "api", "admin", "tables")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    # An empty set, filled in by the form itself, is no query.
    allowed = {
        place for place in wrong if "objects.none()" in (ROOT / place.split(":")[0]).read_text().splitlines()[int(place.split(":")[1]) - 1]
    }

    assert [place for place in wrong if place not in allowed] == []


CLOCKS = {"now", "today", "utcnow", "localdate", "localtime"}


def test_no_clock_stands_in_rules_services_or_selectors() -> None:
    wrong = [
        _place(path, node)
        for path in _modules("rules", "services", "selectors", "sql")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS and not node.args)
            or (isinstance(node.func, ast.Name) and node.func.id in {"localdate", "now"} and not node.args)
        )
    ]

    assert wrong == []


def _length(path: Path, function: ast.FunctionDef) -> int:
    """Lines of the body, without its docstring and the lines on which the formatter closes a bracket."""
    lines = path.read_text(encoding="utf-8").splitlines()[function.body[0].end_lineno : function.end_lineno]
    return sum(bool(line.strip(" )]},")) for line in lines)


def test_no_view_is_longer_than_25_lines() -> None:
    wrong = [
        f"{_place(path, node)} {node.name}: {length}"
        for path in _modules("views")
        for node in _tree(path).body
        if isinstance(node, ast.FunctionDef) and (length := _length(path, node)) > 25
    ]

    assert wrong == []


def test_no_file_is_longer_than_400_lines() -> None:
    wrong = {
        str(path.relative_to(ROOT)): lines
        for package in PACKAGES
        for pattern in ("*.py", "*.c", "*.h")
        for path in (ROOT / package).rglob(pattern)
        if "migrations" not in path.parts and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert wrong == {}


def test_no_package_has_a_junk_drawer() -> None:
    junk = {"utils", "helpers", "managers", "signals", "misc"}

    assert [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.stem in junk] == []


def test_nothing_listens_to_signals() -> None:
    wrong = [
        str(path)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"\bSignal\(|@receiver\b|\.connect\(.*sender", path.read_text(encoding="utf-8"))
    ]

    assert wrong == []


def _constants(function: str, argument: str) -> Iterator[tuple[str, str]]:
    """The texts given as ``argument`` to calls of ``function``, with their places; a pattern for one that is put together."""
    module, _, name = function.rpartition(".")
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(_tree(path)):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name):
                    continue
                if not (isinstance(node.func.value, ast.Name) and node.func.value.id == module):
                    continue
                for keyword in node.keywords:
                    if keyword.arg == argument and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                        yield keyword.value.value, _place(path, node)


def test_every_kind_of_work_has_a_label_and_a_queue() -> None:
    asked = {kind for how in ("jobs.enqueue", "jobs.enqueue_once") for kind, _ in _constants(how, "kind")}

    assert asked - set(jobs.LABELS) == set()
    assert set(jobs.LABELS) == set(jobs.QUEUES)
    assert set(jobs.QUEUES.values()) <= {"interactive", "bulk", "print", "delivery"}


def _audit_kinds() -> dict[str, str]:
    return dict(_constants("audit.record", "kind"))


def test_every_kind_of_event_has_words_and_is_documented() -> None:
    documented = set(
        re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs/operations/audit.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    kinds = _audit_kinds()

    assert {kind: place for kind, place in kinds.items() if kind not in pages.EVENTS} == {}
    assert {kind: place for kind, place in kinds.items() if kind not in documented} == {}
    assert documented == set(pages.EVENTS)


def test_every_kind_of_approval_has_words() -> None:
    asked = {kind for kind, _ in _constants("approvals.request", "kind")}

    assert asked - set(pages.APPROVALS) == set()


@pytest.mark.parametrize("package", settings.FIRST_PARTY_APPS)
def test_pairs_of_who_and_when_are_kept_together_by_the_database(package: str) -> None:
    """``ended_at`` with ``ended_by_name`` and the like: one never stands without the other."""
    optional_pairs = [
        (model, stem)
        for model in apps.get_app_config(package).get_models()
        for stem in {field.name.removesuffix("_at") for field in model._meta.get_fields() if field.name.endswith("_at") and field.null}
        if any(field.name == f"{stem}_by_name" for field in model._meta.get_fields())
    ]

    unguarded = [
        f"{model.__name__}.{stem}"
        for model, stem in optional_pairs
        if not any(re.search(rf"{stem}_(at|by)", str(constraint.deconstruct())) for constraint in model._meta.constraints)
    ]

    assert unguarded == []
