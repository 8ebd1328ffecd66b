"""A million stays: rows a second and memory, against pandas reading the same file and grouping it."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import Row, least, spent_by_python

ROWS = 1_000_000
PANDAS = """
import sys, pandas as pd
stays = pd.read_csv(sys.argv[1], sep=";", dtype={"FINESS": str, "ZONE": str})
stays["age"] = stays["AGE"].ge(18)
print(len(stays.groupby(["FINESS", "ZONE", "age", "FORME"], sort=False).size()))
"""
OURS = """
import sys
from pathlib import Path
from dotpop_addin.mappings import read_mapping
from dotpop_addin.stays.counting import stay_lines
rules = read_mapping(sys.argv[2])
print(len(stay_lines(Path(sys.argv[1]), rules, rules.stays)[0].lines))
"""
MAPPING = """
title = "Séjours"
separator = ";"
encoding = "utf-8"
decimal = ","
[columns]
finess = "FINESS"
territory = "ZONE"
age = "AGE"
[stays]
form = "FORME"
measure = "lines"
adults_from = 18
[stays.forms]
"""


def rows(demos: dict[str, Path], folder: Path) -> Iterable[Row]:
    export, mapping = folder / "stays.csv", folder / "stays.toml"
    _export(export)
    mapping.write_text(MAPPING + "".join(f'F{one} = "F{one}"\n' for one in range(12)))
    pandas, ours = least([lambda: spent_by_python(PANDAS, export), lambda: spent_by_python(OURS, export, mapping)], 3)
    for name, one in (("pandas", pandas), ("ours", ours)):
        print(f"(1 M stays, {name}: {one.seconds:.2f} s, processor {one.processor:.2f} s, peak {one.peak:.0f} MiB)")
    yield Row("stays counted in a second, whole process, by the clock", ROWS / ours.seconds, None, "/s")
    yield Row(
        "pandas.read_csv and groupby / counting the same million stays, by the clock",
        pandas.seconds / ours.seconds,
        None,
        "×",
    )
    yield Row("the same by the processor, all threads", pandas.processor / ours.processor, None, "×")
    yield Row("peak while a million stays are counted", ours.peak, 512, "MiB")
    yield Row("that peak / the peak of pandas", ours.peak / pandas.peak, 1, "×")


def _export(path: Path) -> None:
    random = np.random.default_rng(1)
    columns = {
        "FINESS": [f"{130_000_000 + one}" for one in random.integers(0, 150, ROWS)],
        "ZONE": [f"{one:05d}" for one in random.integers(1, 40, ROWS)],
        "AGE": random.integers(0, 100, ROWS),
        "FORME": [f"F{one}" for one in random.integers(0, 12, ROWS)],
        "PATIENT": [f"P{one}" for one in random.integers(0, 400_000, ROWS)],
        "JOURS": random.integers(1, 60, ROWS),
    }
    pd.DataFrame(columns).to_csv(path, sep=";", index=False)
