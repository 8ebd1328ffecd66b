"""Speed as ratios measured in one run: the machine may be noisy, the ratio says what the program costs.

Run `python benchmarks/benchmark.py`; `--long` adds lots of workbooks, other programs, growth and a million stays (minutes).
Each line: what, measured, limit, and whether it holds. Exit status 1 when a limit is missed.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import growth
import lots
import one
import peers
import stays
from measuring import Row

from dotpop_addin.files import demonstration

PARTS = {"one": one.rows, "lots": lots.rows, "peers": peers.rows, "growth": growth.rows, "stays": stays.rows}
"""Each measures from the demonstrations of both fields, within a folder of its own."""


def main() -> int:
    """Prints the table."""
    options = argparse.ArgumentParser(description="Speed against its limits.")
    options.add_argument("--long", action="store_true", help="all of it: minutes")
    options.add_argument("--only", choices=PARTS, nargs="+", help="some parts of it")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = list(measured(given.only or (list(PARTS) if given.long else ["one"]), Path(name)))
    print("\n".join(map(str, found)))
    if hasattr(os, "getloadavg"):
        print(f"(processes that wanted a core in the last minutes: {os.getloadavg()[1]:.1f}, for {os.cpu_count()} cores)")
    return int(not all(row.holds for row in found))


def measured(parts: Iterable[str], folder: Path) -> Iterable[Row]:
    demos = {field: folder / f"{field}.xlsx" for field in ("psychiatrie", "smr")}
    for field, demo in demos.items():
        demonstration(field, demo)
    for part in parts:
        place = folder / part
        place.mkdir()
        yield from PARTS[part](demos, place)


if __name__ == "__main__":
    sys.exit(main())
