"""Scenarios: a copy of the region with other values, calculated; the region itself untouched; every wrong choice told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dotpop_addin.actions import check
from dotpop_addin.books.file import FileBook
from dotpop_addin.scenarios import choose
from dotpop_addin.verifying import verify
from dotpop_model.chain import run

Dotpop = Callable[..., tuple[int, str, str]]
CHOICES = [
    pytest.param("IDX_BORNE_BASSE=0,9", {"low": 0.9}, id="a decimal comma"),
    pytest.param("ENV_MARGE=1 %", {"regional_margin": 0.01}, id="a percentage"),
    pytest.param("env_marge = 0.01", {"regional_margin": 0.01}, id="a share, the code in small letters"),
    pytest.param("TRJ_LOGIQUE=Convergence", {"logic": "convergence"}, id="a label in another case"),
    pytest.param("TRJ_PLAFOND=", {"ceiling": None}, id="nothing, for no ceiling"),
    pytest.param("TRJ_HORIZON=4", {"horizon": 4}, id="a whole number"),
]


@pytest.mark.parametrize(("choice", "changes"), CHOICES)
def test_a_scenario_is_the_region_with_that_hypothesis(
    choice: str, changes: dict[str, Any], small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    before, target = small_book.read_bytes(), tmp_path / "essai.xlsx"
    region = check(FileBook(small_book)).region
    status, _, errors = dotpop("scenario", small_book, "--set", choice, "--out", target)
    assert (status, errors) == (0, "")
    assert small_book.read_bytes() == before
    found = verify(FileBook(target))
    assert found.differences == []
    wanted = run(region.tables, replace(region.hypotheses, **changes))
    for name, frame in wanted.frames().items():
        for column in frame.names:
            assert str(getattr(found.calculation.results, name)[column].tolist()) == str(frame[column].tolist()), (
                name,
                column,
            )


def test_the_source_says_what_is_replaced(small_book: Path) -> None:
    book = FileBook(small_book)
    assert choose(book, ["ENV_MARGE=1 %", "TRJ_PLAFOND="]) == {"ENV_MARGE": (0.02, 0.01), "TRJ_PLAFOND": (0.05, None)}
    block = book.read("Hypothèses", "T_Hypotheses")
    assert block is not None
    source = next(line[block.headers.index("Source")] for line in block.rows if "ENV_MARGE" in line)
    assert str(source).startswith("Scénario : 0,02 dans la région (Enquête FHF-AdESM 2024")


def test_every_wrong_choice_is_told_and_nothing_is_written(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    wrong = ["IDX_BORNE_BAS=0,9", "ENV_MARGE=200 %", "TRJ_LOGIQUE=autre", "NOT_PAS=à l'euro", "not_pas=au centime"]
    words = [
        "hypothèse inconnue « IDX_BORNE_BAS »",
        "Peut-être IDX_BORNE_BASSE",
        "ENV_MARGE : « 200 % »",
        "l'un de : rattrapage, convergence",
        "NOT_PAS donné deux fois",
    ]
    options = [part for choice in wrong for part in ("--set", choice)]
    status, _, errors = dotpop("scenario", small_book, *options, "--out", tmp_path / "essai.xlsx")
    assert status == 1
    assert [word for word in words if word not in errors] == []
    assert not (tmp_path / "essai.xlsx").exists()


def test_the_region_itself_is_never_the_target(small_book: Path, dotpop: Dotpop) -> None:
    before = small_book.read_bytes()
    status, _, errors = dotpop("scenario", small_book, "--set", "ENV_MARGE=0", "--out", small_book)
    assert (status, "c'est l'un des fichiers lus" in errors) == (1, True)
    assert small_book.read_bytes() == before
