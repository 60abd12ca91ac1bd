"""Keeping the screen texts: `python -m electionadmin.messages update|check|compile [package …]`.

Screen texts are English msgids in Python and templates; Dutch and French lie in `locale/<lang>/<package>.po`, one file a
package, so that people who work on different packages never touch the same file. Babel reads and writes them: no gettext
binaries are needed. Catalogues that belong to no package of ours (`allauth.po`: texts that a library lacks) are checked and
compiled, and never changed by `update`.

Runs without Django settings, because the start-up script compiles before anything else.
"""

import argparse
import hashlib
import io
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("nl", "fr")

# Folders of templates that are not a package: they are kept with the file that a translator would look in.
TEMPLATE_PACKAGES = {"": "components", "django_tables2": "components", "allauth": "account", "admin": "components"}

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# Long texts of one kind that are kept apart from the rest of their package: the file and its catalogue.
PARTS = {"voters/words/explanations.py": "voters_verdicts"}

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""

# The compiled file carries the digest of its sources under this context, so that an up-to-date one is recognised at once.
DIGEST_CONTEXT = "electionadmin.messages"

PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")

TextKey = tuple[str, str]  # (context or "", singular)


@dataclass(frozen=True)
class Source:
    """A text found in the code: where it is and, for a counted text, its plural."""

    singular: str
    plural: str | None
    context: str | None
    files: tuple[str, ...]


def package_of(path: Path) -> str | None:
    """The package whose catalogue holds the texts of `path` (relative to the root); None where texts are not collected."""
    top = path.parts[0]
    if path.as_posix() in PARTS:
        return PARTS[path.as_posix()]
    if top == "templates" and path.suffix in {".html", ".txt"}:
        folder = path.parts[1] if len(path.parts) > 2 else ""
        return TEMPLATE_PACKAGES.get(folder, folder)
    if path.suffix == ".py" and top != "tests" and (ROOT / top / "__init__.py").exists():
        return top
    return None


def source_files() -> Iterator[tuple[str, Path]]:
    """Every file that may hold a text, with its package."""
    tops = [folder for folder in sorted(ROOT.iterdir()) if folder.is_dir() and not folder.name.startswith(".")]
    for top in tops:
        if top.name != "templates" and not (top / "__init__.py").exists():
            continue
        for path in sorted(top.rglob("*")):
            if path.is_file() and (package := package_of(path.relative_to(ROOT))):
                yield package, path


def read_python_form(path: Path) -> bytes:
    """The file as Python source: a template is turned into calls of gettext by Django itself."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # A template's own indentation means nothing in Python.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    return text.encode()


def collect() -> dict[str, dict[TextKey, Source]]:
    """All texts of the project by package."""
    found: dict[str, dict[TextKey, Source]] = defaultdict(dict)
    for package, path in source_files():
        place = path.relative_to(ROOT).as_posix()
        stream = io.BytesIO(read_python_form(path))
        for _, message, _, context in extract("python", stream, keywords=KEYWORDS):
            singular, plural = (message, None) if isinstance(message, str) else (message[0], message[1])
            if not singular:
                continue
            key = (context or "", singular)
            known = found[package].get(key)
            files = (*known.files, place) if known and place not in known.files else (known.files if known else (place,))
            found[package][key] = Source(singular, plural or (known.plural if known else None), context, files)
    return dict(found)


def catalogue_paths(language: str) -> list[Path]:
    return sorted((ROOT / "locale" / language).glob("*.po"))


def read_catalogue(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(catalogue: Catalog) -> Iterator[tuple[TextKey, Message]]:
    for message in catalogue:
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[0]
            yield (message.context or "", singular), message


def translated(message: Message | None) -> bool:
    if message is None:
        return False
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(strings) and all(strings)


def dump(catalogue: Catalog, language: str) -> bytes:
    """The catalogue as text: sorted, without line numbers or dates, so that a change shows only what changed."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, omit_header=True, sort_output=True, include_lineno=False)
    header = HEADER.format(language=language, plural_forms=Catalog(locale=language).plural_forms)
    return header.encode() + buffer.getvalue().lstrip(b"\n")


def update(packages: Iterable[str] = ()) -> list[Path]:
    """Add new texts (untranslated, or as another package says them) and drop unused ones; returns the files changed."""
    wanted = set(packages)
    found = collect()
    changed = []
    for language in LANGUAGES:
        elsewhere = {
            key: message
            for path in catalogue_paths(language)
            for key, message in entries(read_catalogue(path, language))
            if translated(message)
        }
        existing = {path.stem for path in catalogue_paths(language)}
        for package in sorted(set(found) | {name for name in existing if (ROOT / name / "__init__.py").exists()}):
            if wanted and package not in wanted:
                continue
            path = ROOT / "locale" / language / f"{package}.po"
            old = dict(entries(read_catalogue(path, language)))
            new = Catalog(locale=language)
            for key, source in found.get(package, {}).items():
                new.add(
                    source.singular if source.plural is None else (source.singular, source.plural),
                    string=_carry(source, old.get(key), elsewhere.get(key)),
                    context=source.context,
                    locations=[(file, 0) for file in sorted(source.files)],
                    flags=[flag for flag in (old[key].flags if key in old else ()) if flag == "fuzzy"],
                    user_comments=old[key].user_comments if key in old else (),
                )
            content = dump(new, language)
            if not len(new):
                path.unlink(missing_ok=True)
            elif not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                changed.append(path)
    return changed


def _carry(source: Source, own: Message | None, other: Message | None) -> str | tuple[str, ...]:
    """The translation to keep: this package's, else another's of the same text and shape, else none."""
    for message in (own, other):
        if message and translated(message) and isinstance(message.string, str) == (source.plural is None):
            return message.string if isinstance(message.string, str) else tuple(message.string or ())
    return "" if source.plural is None else ("", "")


def check(packages: Iterable[str] = ()) -> list[str]:
    """What is wrong with the translations, one sentence each; empty when all is well."""
    wanted = set(packages)
    found = {name: sources for name, sources in collect().items() if not wanted or name in wanted}
    problems = []
    for language in LANGUAGES:
        catalogues = {path.stem: read_catalogue(path, language) for path in catalogue_paths(language)}
        for package, sources in sorted(found.items()):
            have = dict(entries(catalogues.get(package, Catalog(locale=language))))
            problems += [
                f"{language}/{package}.po: no translation of {source.singular!r} ({source.files[0]})"
                for key, source in sources.items()
                if not translated(have.get(key))
            ]
        said: dict[TextKey, tuple[str, object]] = {}
        for package, catalogue in catalogues.items():
            for key, message in entries(catalogue):
                in_use = package not in found or key in found[package]
                if not in_use or not translated(message):
                    continue
                first, string = said.setdefault(key, (package, message.string))
                if string != message.string:
                    problems.append(f"{language}/{package}.po: {key[1]!r} is said otherwise in {first}.po (use a context)")
                if not wanted or package in wanted:
                    problems += [f"{language}/{package}.po: {problem}" for problem in faults(message)]
    return problems


def faults(message: Message) -> list[str]:
    """Faults of one translated text: marked fuzzy, or other placeholders than the English one has."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    problems = [f"{ids[0]!r} is marked fuzzy"] if message.fuzzy else []
    wanted, allowed = set(PLACEHOLDER.findall(ids[-1])), set(PLACEHOLDER.findall(" ".join(ids)))
    for position, string in enumerate(strings):
        has = set(PLACEHOLDER.findall(string))
        # The singular may say "one" where the plural says the number.
        complete = has <= allowed if position == 0 and len(strings) > 1 else has == wanted
        if not complete:
            problems.append(f"placeholders of {ids[0]!r} differ: {sorted(has)} for {sorted(wanted)}")
    return problems


def compile_all() -> list[Path]:
    """Merge a language's catalogues into the file that Django loads; returns the files written (none when up to date)."""
    written = []
    for language in LANGUAGES:
        paths = catalogue_paths(language)
        if not paths:
            continue
        digest = hashlib.sha256(b"\0".join(path.name.encode() + path.read_bytes() for path in paths)).hexdigest()
        target = ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"
        if target.exists() and digest.encode() in target.read_bytes():
            continue
        merged = Catalog(locale=language, fuzzy=False)
        for path in paths:
            for _, message in entries(read_catalogue(path, language)):
                if translated(message) and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
        merged.add("digest", digest, context=DIGEST_CONTEXT)
        target.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and moved: two processes that start together never read half a file.
        partial = target.with_suffix(f".{os.getpid()}.tmp")
        with partial.open("wb") as file:
            write_mo(file, merged)
        partial.replace(target)
        written.append(target)
    return written


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m electionadmin.messages", description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("update", "check", "compile"))
    parser.add_argument("packages", nargs="*", help="only these packages (update and check)")
    options = parser.parse_args(arguments)
    if options.action == "check":
        problems = check(options.packages)
        sys.stdout.write("".join(f"{problem}\n" for problem in problems))
        return 1 if problems else 0
    changed = update(options.packages) if options.action == "update" else compile_all()
    sys.stdout.write("".join(f"{path.relative_to(ROOT)}\n" for path in changed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
