"""The small region through the whole way, with every value checked by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cases import plain

Dotpop = Callable[..., tuple[int, str, str]]


def test_the_small_region_gives_its_hand_made_results(small_book: Path, dotpop: Dotpop) -> None:
    status, _, errors = dotpop("run", small_book)
    assert (status, errors) == (0, "")
    rows = plain.table(small_book, "Indices", "T_Indices")
    # H1: 800 inhabitants, flows 30 in, 30 out. H2: 600 × (1 − 25/100). Mean 160 000 / 1 250 = 128 € per head.
    assert [row["Population corrigée des flux (hab.)"] for row in rows] == pytest.approx([800, 450, 1400, 1400])
    assert [row["Indice"] for row in rows] == pytest.approx([75 / 128, 100_000 / 450 / 128, 1, 1])
    assert [row["Position"] for row in rows] == ["Moins doté", "Mieux doté", "Neutre", "Neutre"]
    assert [row["Besoin (€)"] for row in rows] == pytest.approx([128 * 800 - 60_000, 0, 0, 0])
