"""Convocation cards and voters lists by the merge stream, against ReportLab, typst, WeasyPrint and fpdf2 on the same content.

Every contender runs in a process of its own, round by round; the least CPU of its rounds counts. Kerning: the stream (cards), typst and
WeasyPrint kern; ReportLab and fpdf2 do not. All peers are given our QR modules. The file of the last round is read back: valid by qpdf,
one token on each page, name and address there, codes of a sample decoded
(of ours the text between the sampled pages is read from the operators, of the others laid out by PDFium). Sizes: ``small`` to try it, ``full`` (the default).
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connections
from pypdfium2 import PdfDocument

from benchmarks import documents_content as content
from benchmarks import documents_ours
from benchmarks.scratch import scratch_database
from documents.stream import native
from documents.stream.readback import Facts, ReadBack, read_back, warnings

ROOT = Path(__file__).resolve().parent.parent
CARDS = {
    "full": {"stream": 60_000, "reportlab": 4_000, "typst": 1_500, "weasyprint": 60, "fpdf2": 300},
    "small": {"stream": 5_000, "reportlab": 500, "typst": 200, "weasyprint": 10, "fpdf2": 50},
}
LISTS = {
    "full": {"reportlab_list": 15_000, "typst_list": 5_000, "fpdf2_list": 3_000, "weasyprint_list": 500},
    "small": {"reportlab_list": 2_000, "typst_list": 1_000, "fpdf2_list": 500, "weasyprint_list": 100},
}
OTHERS = {
    "full": {
        "stream_python": 60_000,
        "stream_list": 150_000,
        "stream_list_python": 150_000,
        **LISTS["full"],
        "stream_singles": 20_000,
    },
    "small": {
        "stream_python": 5_000,
        "stream_list": 20_000,
        "stream_list_python": 20_000,
        **LISTS["small"],
        "stream_singles": 1_000,
    },
}
"""``…_python`` is ours without its compiled core."""
MEMORY = {"full": 500_000, "small": 20_000}
LEAST = {"reportlab": 15, "typst": 45, "weasyprint": 5_000}
LEAST_LISTS = {"reportlab_list": 6, "typst_list": 38, "weasyprint_list": 800}
"""How many times slower a peer is at least."""
ROUNDS = 3
SAMPLE = 60


def run(size: str | None) -> dict[str, Any]:
    """Measure, read back and judge."""
    size = size or "full"
    environment, note = peers_environment()
    with tempfile.TemporaryDirectory(prefix="documents-") as folder:
        bench = _Bench(Path(folder), environment)
        (Path(folder) / "form.json").write_text(documents_ours.form().to_json(), encoding="utf-8")
        for _ in range(ROUNDS):
            for name, count in (CARDS[size] | OTHERS[size]).items():
                bench.round(name, count)
        listed = {**LISTS[size], "stream_list": OTHERS[size]["stream_list"]}
        lists_read = {name: bench.check_list(name, count) for name, count in listed.items() if name in bench.best}
        read = {name: bench.check(name, count) for name, count in CARDS[size].items() if name in bench.best}
        same = all(bench.digest(name) == bench.digest(f"{name}_python") for name in ("stream", "stream_list"))
        bench.round("stream_rows", MEMORY[size])
        with database(MEMORY[size]) as server:
            environment.update(server)
            bench.round("stream_postgres", MEMORY[size])
    report = {
        name: bench.figures(name, count)
        for name, count in (CARDS[size] | OTHERS[size] | dict.fromkeys(("stream_rows", "stream_postgres"), MEMORY[size])).items()
        if name in bench.best
    }
    ratios = {
        name: round(report[name]["cpu_us"] / report["stream"]["cpu_us"], 1) for name in CARDS[size] if name in report and name != "stream"
    }
    ratios |= {name: round(report[name]["cpu_us"] / report["stream_list"]["cpu_us"], 1) for name in LISTS[size] if name in report}
    return {
        "size": size,
        "compiled_core": native.core is not None,
        "goals": goals(report, ratios, read, lists_read, same=same),
        "times_slower_than_the_stream": ratios,
        "same_bytes_without_the_core": same,
        "contenders": report,
        "read_back": {name: _told(found) for name, found in read.items()},
        "missing": bench.missing,
        "note": note,
        "loop_ns": loop(),
    }


@contextmanager
def database(count: int) -> Iterator[dict[str, str]]:
    """A table with so many voters, and the variables by which libpq finds it."""
    columns = ", ".join(f"{name} {'integer' if name == 'number' else 'text'}" for name in content.Voter._fields)
    with scratch_database("documents") as name, connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_voter ({columns}, PRIMARY KEY (number))")
        with cursor.copy("COPY bench_voter FROM STDIN") as copy:
            for voter in content.voters(count):
                copy.write_row(voter)
        owner = connections["owner"].settings_dict
        yield {f"PG{key}": str(owner[key]) for key in ("HOST", "PORT", "USER", "PASSWORD")} | {"PGDATABASE": name}


def peers_environment() -> tuple[dict[str, str], str]:
    """The environment in which the peers can be imported: fetched once from the lock, under ``var``, with their hashes."""
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "cache" / "bench-peers"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    lock = hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
    if (folder / "done").exists() and (folder / "done").read_text() == lock:
        return environment, "peers from uv.lock"
    uv, listed = str(Path(sys.executable).parent / "uv"), folder / "requirements.txt"
    folder.mkdir(parents=True, exist_ok=True)
    export = [uv, "export", "--frozen", "--only-group", "bench", "--no-emit-project", "--quiet", "--output-file", str(listed)]
    install = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder), "--require-hashes", "-r", str(listed)]
    for command in (export, install):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            return environment, f"peers could not be had: {done.stderr.strip().splitlines()[-1:]}"
    (folder / "done").write_text(lock)
    return environment, "peers from uv.lock"


class _Bench:
    """Runs contenders and keeps the best of each."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.best: dict[str, dict[str, float]] = {}
        self.missing: dict[str, str] = {}

    def round(self, name: str, count: int) -> None:
        """Run it once more; a peer that does not run is left out, and said so. Ours must run."""
        if name in self.missing:
            return
        contender, python, _ = name.partition("_python")
        command = [sys.executable, "-m", "benchmarks.documents_contender", contender, str(count), str(self.folder / f"{name}.pdf")]
        environment = {**self.environment, "DOCUMENTS_CORE": "python"} if python else self.environment
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            if name.startswith("stream"):
                raise RuntimeError(done.stderr)
            self.missing[name] = done.stderr.strip().splitlines()[-1]
            return
        found, best = json.loads(done.stdout), self.best.get(name)
        if best is not None:
            found = {key: min(value, best[key]) for key, value in found.items()}
        self.best[name] = found

    def check(self, name: str, count: int) -> ReadBack:
        """Read the file of the last round back, every page of it."""
        facts = (
            Facts(voter.token, texts=(voter.name, voter.street, voter.place), once=(content.ELECTION,), codes=(voter.qr,))
            for voter in content.voters(count)
        )
        return read_back(self.folder / f"{name}.pdf", facts, token=content.TOKENS, sample=SAMPLE, quick=name == "stream")

    def check_list(self, name: str, count: int) -> str:
        """Whether the file of the last round is valid, and each page holds the texts of its voters and its number; what is wrong, empty if nothing."""
        path, pages = self.folder / f"{name}.pdf", content.list_pages(list(content.voters(count)))
        if told := warnings(path):
            return told[0]
        with closing(PdfDocument(path)) as document:
            if len(document) != len(pages):
                return f"{len(document)} pages instead of {len(pages)}"
            for number, voters in enumerate(pages, 1):
                shown = "".join(document[number - 1].get_textpage().get_text_range().split())
                for voter in voters:
                    if lacking := [text for text in content.list_row(voter) if "".join(text.split()) not in shown]:
                        return f"page {number}: {lacking[0]}"
        return ""

    def digest(self, name: str) -> str:
        """The SHA-256 of the file of the last round."""
        with (self.folder / f"{name}.pdf").open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def figures(self, name: str, count: int) -> dict[str, Any]:
        """What is reported of a contender."""
        best = self.best[name]
        return {
            "n": count,
            "cpu_us": round(best["cpu_s"] / count * 1e6, 2),
            "per_second_per_core": round(count / best["cpu_s"]),
            "wall_s": round(best["wall_s"], 2),
            "mb_per_1000": round(best["bytes"] / count / 1000, 4),
            "peak_mb": round(best["peak_mb"], 1),
            "grown_mb": round(best["grown_mb"], 1),
        }


def goals(
    report: dict[str, Any], ratios: dict[str, float], read: dict[str, ReadBack], lists_read: dict[str, str], *, same: bool
) -> dict[str, Any]:
    """What is asked, what was seen, and whether it is met; not met where the peer could not be had."""
    cards, rows = report["stream"], report["stream_rows"]
    seen = [
        ("cards: at least 70,000 a second and core", cards["per_second_per_core"], cards["per_second_per_core"] >= 70_000),
        ("cards: at most 0.56 MB for 1,000", cards["mb_per_1000"], cards["mb_per_1000"] <= 0.56),
        ("cards: at most 130 MB for a worker that makes 500,000", rows["peak_mb"], rows["n"] >= 500_000 and rows["peak_mb"] <= 130),
        (
            "cards: at most 130 MB for 500,000 from PostgreSQL",
            report["stream_postgres"]["peak_mb"],
            rows["n"] >= 500_000 and report["stream_postgres"]["peak_mb"] <= 130,
        ),
        *((f"cards: {name} at least {least:,} x slower", ratios.get(name), ratios.get(name, 0) >= least) for name, least in LEAST.items()),
        (
            "lists: at least 180,000 voters a second and core",
            report["stream_list"]["per_second_per_core"],
            report["stream_list"]["per_second_per_core"] >= 180_000,
        ),
        *(
            (f"lists: {name.removesuffix('_list')} at least {least:,} x slower", ratios.get(name), ratios.get(name, 0) >= least)
            for name, least in LEAST_LISTS.items()
        ),
        ("every timed list holds its voters, and is valid", lists_read, not any(lists_read.values())),
        (
            "single files: at least 25,000 a second and core",
            report["stream_singles"]["per_second_per_core"],
            report["stream_singles"]["per_second_per_core"] >= 25_000,
        ),
        ("the compiled core changes no byte", same, same),
        (
            "every timed file of cards reads back",
            sorted(name for name, found in read.items() if found.ok),
            all(found.ok for found in read.values()),
        ),
    ]
    return {name: {"seen": value, "met": met} for name, value, met in seen}


def _told(found: ReadBack) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "pages": found.pages,
        "tokens": found.tokens,
        "codes_decoded": f"{found.decoded} of {found.sampled}",
        "problems": dict(found.counts),
        "first": [f"page {one.page}: {one.kind}: {one.detail}" for one in found.problems[:3]],
    }


def loop() -> float:
    """Nanoseconds of a turn of an empty loop: how fast this machine was while it measured."""
    started = time.process_time()
    for _ in range(5_000_000):
        pass
    return round((time.process_time() - started) / 5e6 * 1e9, 1)
