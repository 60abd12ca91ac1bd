"""Measurements: each figure is a ratio against a floor or a peer, in one run, on the same input (docs/adr/0001-record-decisions.md).

A benchmark is a module here with ``run(size: str | None) -> dict[str, object]``; ``python -m benchmarks [NAME] [--size SIZE]`` runs it.
"""
