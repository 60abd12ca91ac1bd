"""One contender of ``benchmarks.documents`` in a process of its own: ``python -m benchmarks.documents_contender NAME COUNT FILE``.

Imports and voters are there before the clock starts; fonts, tables and the file are made while it runs. Prints JSON: CPU seconds of the
process and of what it started, wall seconds, peak memory in MB, and bytes of the file.
"""

import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from benchmarks import documents_content as content
from benchmarks import documents_list_peers as list_peers
from benchmarks import documents_ours as ours
from benchmarks import documents_peers as peers
from documents.stream.forms import CompiledForm

LIBRARIES = {
    "reportlab": ("reportlab.pdfgen.canvas", "reportlab.pdfbase.ttfonts"),
    "typst": ("typst",),
    "weasyprint": ("weasyprint",),
    "fpdf2": ("fpdf",),
}


def work(name: str, count: int, target: Path) -> Callable[[], object]:
    """What is timed."""
    for library in ("segno", *LIBRARIES.get(name.removesuffix("_list"), ())):
        import_module(library)
    if name == "stream_rows":
        # As a worker does: rows come from a generator, none is kept.
        return partial(ours.cards, frozen(target), content.voters(count), count, target)
    if name == "stream_postgres":
        import_module("psycopg")
        return partial(ours.cards, frozen(target), ours.rows_of_database(), count, target)
    voters = list(content.voters(count))
    if name == "stream":
        return partial(ours.cards, frozen(target), voters, count, target)
    if name == "stream_list":
        return partial(ours.lists, voters, target)
    if name == "stream_singles":
        return partial(ours.singles, frozen(target), voters)
    return partial(getattr(list_peers if name.endswith("_list") else peers, name), voters, target)


def frozen(target: Path) -> CompiledForm:
    """The form as a run keeps it: compiled beforehand, once a municipality."""
    return CompiledForm.from_json((target.parent / "form.json").read_text(encoding="utf-8"))


def cpu() -> float:
    """CPU seconds of this process, all threads, and of its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_mb() -> float:
    """The most memory that this process has held; ``ru_maxrss`` would count what its parent held before."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    """Do the work once."""
    name, count, target = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    timed = work(name, count, target)
    # The voters are input: no contender pays for looking through them for garbage.
    gc.collect()
    gc.freeze()
    before = peak_mb()
    started, used = time.perf_counter(), cpu()
    result = timed()
    found = {"cpu_s": cpu() - used, "wall_s": time.perf_counter() - started}
    size = result if isinstance(result, int) else target.stat().st_size
    print(json.dumps({**found, "peak_mb": peak_mb(), "grown_mb": peak_mb() - before, "bytes": size}))


if __name__ == "__main__":
    main()
