"""`python -m benchmarks [NAME …] [--size SIZE]`: run the measurements, print one JSON object each."""

import argparse
import importlib
import json
import pkgutil
import sys
import time
from pathlib import Path

import django

FOLDER = Path(__file__).resolve().parent


def names() -> list[str]:
    """Every module of this folder that can be run."""
    found = (module.name for module in pkgutil.iter_modules([str(FOLDER)]) if not module.name.startswith("_"))
    return [name for name in found if "\ndef run(" in (FOLDER / f"{name}.py").read_text(encoding="utf-8")]


def main() -> int:
    """Run what was asked for, or all; a benchmark whose validity check fails makes the exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names())}")
    parser.add_argument("--size", help="town, city, or another size that the benchmark knows")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names()):
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    django.setup()
    for name in options.names or names():
        started = time.monotonic()
        result = importlib.import_module(f"benchmarks.{name}").run(options.size)
        print(json.dumps({"benchmark": name, **result, "took_seconds": round(time.monotonic() - started, 1)}, default=str), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
