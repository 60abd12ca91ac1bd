"""`python -m districts.assignment PROBLEM ANSWER MEMORY_MB CPU_SECONDS DISTRICT …`: one share of the work, within limits (see run.py)."""

import resource
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Solve the districts that are named; the limits hold before anything large is imported."""
    question, answer, memory_mb, cpu_seconds, *districts = arguments
    memory = int(memory_mb) << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_seconds), int(cpu_seconds) + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from .run import read_problem, write_parts  # noqa: PLC0415
    from .solver import solve_parts  # noqa: PLC0415

    problem, weights = read_problem(Path(question))
    write_parts(Path(answer), list(solve_parts(problem, weights, [int(number) for number in districts])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
