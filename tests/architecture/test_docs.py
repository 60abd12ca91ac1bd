"""What the documents promise is there: links, pictures, sections, commands; and what the code says of them."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "user" / "pictures"
LARGEST, LARGEST_TOGETHER = 150_000, 9_000_000
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^()\s]+)\)")
# docs/formats/register.md §5 and docs/formats/register.md, "Guards"
NAMED = re.compile(r"docs/[\w./-]*\w/?(?:(?: §(?P<section>\d+)(?: and §(?P<also>\d+))?)|,? \"(?P<title>[^\"]+)\")?")
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


def test_every_command_stands_in_a_document() -> None:
    commands = [path.stem for path in _files() if path.match("*/management/commands/*.py") and path.stem != "__init__"]
    words = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in _documents())))

    assert commands
    assert [command for command in commands if command not in words] == []


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
