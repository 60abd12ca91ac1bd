"""What the documents promise is there: links, pictures, sections, paths, names, commands, settings; and what the code says of them."""

import argparse
import pkgutil
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class

from electionadmin.launcher.__main__ import parser

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "user" / "pictures"
LARGEST, LARGEST_TOGETHER = 150_000, 9_000_000
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^()\s]+)\)")
# docs/formats/register.md §5 and docs/formats/register.md, "Guards"
NAMED = re.compile(r"docs/[\w./-]*\w/?(?:(?: §(?P<section>\d+)(?: and §(?P<also>\d+))?)|,? \"(?P<title>[^\"]+)\")?")
COMMAND_LINE = re.compile(r"\./run (?P<what>[a-z-]+)(?: (?P<name>[a-z_]+))?(?P<rest>[^`\n|#]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
ENVIRONMENT = re.compile(r"(?:env\.\w+|environ\.get)\(\s*\"([A-Z_0-9]+)\"|\"([A-Z_0-9]+)\" (?:not )?in os\.environ")
CODE = {".py", ".html", ".css", ".js", ".toml", ".sh", ".yml", ".csv", ""}


@cache
def _files() -> tuple[Path, ...]:
    """Every file of the project that git would keep, new ones too; without git, whatever lies there."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        listed = [str(path) for path in found if not {".venv", "var", ".git"} & set(path.parts)]
    return tuple(ROOT / name for name in listed if (ROOT / name).is_file())


def _documents() -> list[Path]:
    return [path for path in _files() if path.suffix == ".md" and "vendor" not in path.parts]


def _links(document: Path) -> Iterator[tuple[bool, str]]:
    """Whether it is a picture, and where it leads."""
    for picture, target in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        yield bool(picture), unquote(target)


@cache
def _anchors(document: Path) -> frozenset[str]:
    """The sections of a document as GitHub names them in an address."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.*?) *$", text, flags=re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", _documents(), ids=_name)
def test_every_link_leads_somewhere(document: Path) -> None:
    wrong = []
    for _picture, link in _links(document):
        if re.match(r"[a-z]+:", link):
            continue
        place, _sign, section = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        if not target.exists() or ROOT not in target.parents or (section and section not in _anchors(target)):
            wrong.append(link)

    assert wrong == []


def test_every_document_that_code_names_is_there() -> None:
    wrong = []
    for path in _files():
        if path.suffix not in CODE or path.name == "uv.lock" or "vendor" in path.parts or path == Path(__file__):
            continue
        for found in NAMED.finditer(path.read_text(encoding="utf-8", errors="replace")):
            place = ROOT / re.split(r" |,", found[0])[0]
            sections = [f"## {number}. " for number in (found["section"], found["also"]) if number]
            titles = [found["title"]] if found["title"] else []
            if place.parent.name == "adr" and place.name.isdecimal():  # a decision by its number
                place = next(place.parent.glob(f"{place.name}-*.md"), place)
            if not place.exists() or not _has(place, sections, titles):
                wrong.append(f"{_name(path)}: {found[0]}")

    assert wrong == []


def _has(place: Path, sections: list[str], titles: list[str]) -> bool:
    if not sections and not titles:
        return True
    headings = re.findall(r"^#+ .*$", place.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return all(any(heading.startswith(section) for heading in headings) for section in sections) and all(
        any(heading.endswith(title) for heading in headings) for title in titles
    )


def _quoted(document: Path) -> Iterator[str]:
    """What stands between back quotes, outside blocks of code."""
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", document.read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", _documents(), ids=_name)
def test_every_path_of_ours_in_a_document_is_there(document: Path) -> None:
    tops = {_name(path).split("/")[0] for path in _files() if path.parent != ROOT}
    named = {word.split("::")[0].rstrip("/.,;:") for quoted in _quoted(document) for word in quoted.split() if word.split("/")[0] in tops}
    named = {re.sub(r"<\w+>", "*", word) for word in named if re.fullmatch(r"[\w./*<>-]+", word)}

    assert [word for word in named if not any(ROOT.glob(f"{word}*" if word.startswith("docs/adr/") else word))] == []


@pytest.mark.parametrize("document", _documents(), ids=_name)
def test_every_name_of_code_in_a_document_is_there(document: Path) -> None:
    packages = "|".join({path.parent.name for path in _files() if path.name == "__init__.py" and path.parents[1] == ROOT})
    named = {match[0] for quoted in _quoted(document) if (match := re.match(rf"(?:{packages})(?:\.[A-Za-z_]\w*)+", quoted))}

    assert [name for name in named if _is_code(name) and not _leads_somewhere(name)] == []


def _is_code(name: str) -> bool:
    """Kinds of work and events are written like modules: ``districts.changed``."""
    place = ROOT.joinpath(*name.split(".")[:2])
    return name.count(".") > 1 or place.is_dir() or place.with_suffix(".py").is_file()


def _leads_somewhere(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("document", _documents(), ids=_name)
def test_every_command_line_in_a_document_can_be_typed(document: Path) -> None:
    text = re.sub(r"\\\n\s*", " ", document.read_text(encoding="utf-8"))

    assert [line[0] for line in COMMAND_LINE.finditer(text) if not _can_be_typed(line["what"], line["name"], line["rest"])] == []


def _can_be_typed(what: str, name: str | None, rest: str) -> bool:
    if what == "bench" and name:
        return (ROOT / "benchmarks" / f"{name}.py").is_file()
    if what == "manage" and name:
        return name in get_commands() and set(OPTION.findall(rest)) <= _options(name)
    return what in _subcommands()


def _subcommands() -> set[str]:
    [action] = [one for one in parser()._actions if isinstance(one, argparse._SubParsersAction)]
    return set(action.choices)


@cache
def _options(command: str) -> frozenset[str]:
    app = get_commands()[command]
    loaded = app if isinstance(app, BaseCommand) else load_command_class(app, command)
    return frozenset(text for action in loaded.create_parser("manage.py", command)._actions for text in action.option_strings)


def _own_commands() -> list[str]:
    return [path.stem for path in _files() if path.match("*/management/commands/*.py") and path.stem != "__init__"]


def test_the_table_of_commands_has_no_option_that_is_none() -> None:
    rows = re.findall(r"^\| `([a-z_]+)(.*)", (ROOT / "docs/operations/commands.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert {name for name, _row in rows} - {"createsuperuser"} == set(_own_commands())
    assert {name: wrong for name, row in rows if (wrong := set(OPTION.findall(row)) - _options(name))} == {}


def test_every_option_of_our_commands_stands_in_a_document() -> None:
    told = {option for document in _documents() for option in OPTION.findall(document.read_text(encoding="utf-8"))}
    everywhere = {text for action in BaseCommand().create_parser("manage.py", "any")._actions for text in action.option_strings}

    own = {name: {option for option in _options(name) if option.startswith("--")} - everywhere for name in _own_commands()}

    assert {name: lacking for name, options in own.items() if (lacking := options - told)} == {}


def test_every_setting_of_the_environment_is_in_its_table_and_read() -> None:
    table = (ROOT / "docs/operations/settings.md").read_text(encoding="utf-8").split("\n## ")[0]
    told = {name for row in re.findall(r"^\| (`[^|]*) \|", table, flags=re.MULTILINE) for name in re.findall(r"`([A-Z_0-9]+)`", row)}
    read = set[str]()
    for path in _files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] not in {"tests", "benchmarks"} and "launcher" not in path.parts:
            read |= {one or other for one, other in ENVIRONMENT.findall(path.read_text(encoding="utf-8"))}

    assert read - {"SUDO_USER"} == told


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = "\n".join(path.read_text(encoding="utf-8").lower() for path in (ROOT / "docs/adr").glob("*.md"))
    names = {re.split(r"[\[<>=]", wanted)[0] for wanted in project["dependencies"]}

    assert [name for name in names if name not in reasons and name.removeprefix("django-") not in reasons] == []


def test_every_picture_is_used_and_small() -> None:
    shown = {(document.parent / link).resolve() for document in _documents() for picture, link in _links(document) if picture}
    pictures = {path: path.stat().st_size for path in PICTURES.glob("*.png")}

    assert set(pictures) - shown == set()
    assert [_name(path) for path, size in pictures.items() if size > LARGEST] == []
    assert sum(pictures.values()) < LARGEST_TOGETHER


def test_every_page_of_the_guide_is_reached_from_its_first() -> None:
    guide = ROOT / "docs" / "user"
    linked = {(guide / link.partition("#")[0]).resolve() for _picture, link in _links(guide / "README.md")}

    assert {path for path in guide.glob("*.md") if path.name != "README.md"} - linked == set()


def test_nothing_leads_out_of_the_project() -> None:
    outside = re.compile(r"/work/" + "shared")  # where this project was first written; it stands alone

    texts = [path for path in _files() if path.suffix in {*CODE, ".md", ".po"}]

    assert [_name(path) for path in texts if outside.search(path.read_text(encoding="utf-8", errors="replace"))] == []
