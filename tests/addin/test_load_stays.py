"""Exports of one line per stay: counted by hospital, territory, age and form, in bounded memory; what cannot be is told."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import plain

duckdb = pytest.importorskip("duckdb", reason="extra « stays » is not installed")

Dotpop = Callable[..., tuple[int, str, str]]
HEADER = "FINESS;ZONE;AGE;FORME;PATIENT;JOURS"
STAYS = [
    "010000001;Z1;34;HC;P1;3",
    "010000001;Z1;34;HC;P1;2,5",  # the same patient again
    "010000001;Z1;18;HDJ;P2;1",  # of the same form in the workbook
    "010000001;Z1;17;HC;P3;10",
    "010000001;Z2;50;CMP;P1;0",
    "010000002;Z2;40;HC;P4;",
    "010000002;Z2;40;AD;P4;7",  # a form left out
]
A, M = "Adultes", "Mineurs"
MEASURES: list[Any] = [
    pytest.param(
        {"measure": "lines"},
        [
            ("010000001", "Z1", A, "TP", 3),
            ("010000001", "Z1", M, "TP", 1),
            ("010000001", "Z2", A, "CMP", 1),
            ("010000002", "Z2", A, "TP", 1),
        ],
        0,
        id="stays are counted",
    ),
    pytest.param(
        {"measure": "sum", "column": "JOURS"},
        [("010000001", "Z1", A, "TP", 6.5), ("010000001", "Z1", M, "TP", 10), ("010000001", "Z2", A, "CMP", 0)],
        1,
        id="days are summed, a zero is one, an empty cell gives no line",
    ),
    pytest.param(
        {"measure": "distinct", "column": "PATIENT"},
        [
            ("010000001", "Z1", A, "TP", 2),
            ("010000001", "Z1", M, "TP", 1),
            ("010000001", "Z2", A, "CMP", 1),
            ("010000002", "Z2", A, "TP", 1),
        ],
        0,
        id="a patient counts once in each form, territory and hospital, whatever the values of the export",
    ),
]


def mapping(folder: Path, **other: Any) -> Path:
    """A mapping of stays; the section [stays] as given."""
    section = {"form": "FORME", "adults_from": 18, "measure": "lines"} | other
    lines = [f"{key} = {json.dumps(value)}" for key, value in section.items() if value is not None]
    text = f"""
title = "Séjours d'essai"
separator = ";"
encoding = "utf-8"
decimal = ","
[columns]
finess = "FINESS"
territory = "ZONE"
age = "AGE"
[stays]
{chr(10).join(lines)}
[stays.forms]
HC = "TP"
HDJ = "TP"
CMP = "CMP"
AD = ""
"""
    path = folder / "sejours.toml"
    path.write_text(text, "utf-8")
    return path


def export(folder: Path, lines: list[str], name: str = "sejours.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(("\n".join([HEADER, *lines]) + "\n").encode(encoding))
    return path


@pytest.fixture
def load(dotpop: Dotpop, small_book: Path) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Loads into the small region, in JSON."""

    def run(file: Path, rules: Path, *options: str) -> tuple[int, dict[str, Any]]:
        words = ("load", "activite", file, "--into", small_book, "--mapping", rules, "--replace", "--json", *options)
        status, out, _ = dotpop(*words)
        return status, json.loads(out)

    return run


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(("rules", "expected", "blanks"), MEASURES)
def test_stays_counted_by_hand(
    rules: dict[str, Any], expected: list[Any], blanks: int, kind: str, load: Any, small_book: Path, tmp_path: Path
) -> None:
    file = export(tmp_path, STAYS)
    if kind == "parquet":
        source, file = file, tmp_path / "sejours.parquet"
        words = "FINESS, ZONE, CAST(AGE AS INTEGER) AS AGE, FORME, PATIENT"
        days = "CAST(replace(JOURS, ',', '.') AS DOUBLE) AS JOURS"
        duckdb.sql(f"COPY (SELECT {words}, {days} FROM read_csv('{source}', all_varchar = true)) TO '{file}'")
    status, told = load(file, mapping(tmp_path, **rules))
    assert (status, told["blanks"]) == (0, blanks)
    assert plain.activity(small_book) == expected


def test_ages_may_be_classes(load: Any, small_book: Path, tmp_path: Path) -> None:
    rules = mapping(tmp_path, adults_from=None)
    rules.write_text(rules.read_text("utf-8") + '[ages]\nADU = "adults"\nENF = "minors"\n', "utf-8")
    lines = ["010000001;Z1;ADU;HC;P1;1", "010000001;Z1;ENF;HC;P1;1"]
    assert load(export(tmp_path, lines), rules)[0] == 0
    assert [line[2:] for line in plain.activity(small_book)] == [(A, "TP", 1), (M, "TP", 1)]


def test_the_lines_read_and_those_left_out_are_told(dotpop: Dotpop, small_book: Path, tmp_path: Path) -> None:
    file, rules = export(tmp_path, STAYS), mapping(tmp_path)
    status, out, _ = dotpop("load", "activite", file, "--into", small_book, "--mapping", rules, "--replace")
    assert status == 0
    assert "7 lignes d'export lues, dont 1 de formes laissées de côté" in out
    assert "par seconde" in out


def test_the_example_of_the_guide_is_loaded_as_it_is_printed(demo_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    guide = Path(__file__).parents[2].joinpath("docs", "guide.md").read_text("utf-8")
    rules, file = tmp_path / "rimp.toml", tmp_path / "sejours.csv"
    (block,) = [one for one in guide.split("```") if one.startswith('toml\ntitle = "Séjours RIM-P"')]
    rules.write_text(block.removeprefix("toml"), "utf-8")
    stays = ["01;p1", "30;p1", "02;p2", "99;p3"]
    lines = [f"699900117;01Z1;45;{stay}" for stay in stays]
    file.write_text("\n".join(["FINESS;CODE_GEO;AGE;FORME;NUM_PATIENT", *lines]), "utf-8")
    target = tmp_path / "region.xlsx"
    words = ("load", "activite", file, "--into", demo_book, "--out", target, "--mapping", rules, "--replace")
    status, _, errors = dotpop(*words)
    assert (status, errors) == (0, "")
    assert [line[2:] for line in plain.activity(target)] == [(A, "CMP", 1), (A, "HTP", 2)]


def test_a_finess_that_lost_its_zero_is_told(load: Any, tmp_path: Path) -> None:
    _, found = load(export(tmp_path, ["10000001;Z1;34;HC;P1;1", "010000002;Z1;34;HC;P1;1"]), mapping(tmp_path))
    (told,) = [one for one in found["problems"] if "zéro" in one["found"]]
    assert told["found"] == "FINESS de 8 caractères, un zéro de gauche est sans doute perdu : 10000001"


def test_another_encoding_is_read(load: Any, small_book: Path, tmp_path: Path) -> None:
    rules = mapping(tmp_path)
    rules.write_text(rules.read_text("utf-8").replace('"utf-8"', '"cp1252"'), "utf-8")
    assert load(export(tmp_path, ["010000001;Zé;30;HC;P1;1"], encoding="cp1252"), rules)[0] == 0
    assert plain.activity(small_book) == [("010000001", "Zé", A, "TP", 1)]


def test_everything_that_cannot_be_counted_is_told_at_once(load: Any, small_book: Path, tmp_path: Path) -> None:
    before = small_book.read_bytes()
    wrong = [
        ";Z1;30;HC;P1;1",
        "010000001; ;30;HC;P1;1",
        "010000001;Z1;adulte;HC;P1;1",
        "010000001;Z1;;HC;P1;1",
        "010000001;Z1;30;HX;P1;1",
        "010000001;Z1;30;HX;P1;1",
        "010000001;Z1;30;HC;P1;1.5",
        "010000001;Z1;30;HC;P1;-1",
    ]
    status, told = load(export(tmp_path, [*STAYS, *wrong]), mapping(tmp_path, measure="sum", column="JOURS"))
    assert status == 1
    assert {one["found"] for one in told["problems"]} == {
        "cellule vide colonne FINESS, séjour n° 8",
        "cellule vide colonne ZONE, séjour n° 9",
        "« adulte » colonne AGE, séjour n° 10",
        "cellule vide colonne AGE, séjour n° 11",
        "« HX » colonne FORME, 2 séjours, le premier est le n° 12",
        "nombre illisible colonne JOURS, 2 séjours, le premier est le n° 14",
    }
    assert all(one["expected"] and one["action"] for one in told["problems"])
    assert small_book.read_bytes() == before


def test_a_patient_without_a_number_is_not_counted_as_one(load: Any, tmp_path: Path) -> None:
    status, told = load(export(tmp_path, ["010000001;Z1;30;HC;;1"]), mapping(tmp_path, measure="distinct", column="PATIENT"))
    assert (status, [one["found"] for one in told["problems"]]) == (1, ["cellule vide colonne PATIENT, séjour n° 1"])


def test_many_unknown_values_are_summed_up(load: Any, tmp_path: Path) -> None:
    lines = [f"010000001;Z1;30;F{place:02};P1;1" for place in range(25)]
    status, told = load(export(tmp_path, lines), mapping(tmp_path))
    assert (status, len(told["problems"])) == (1, 20)
    assert told["problems"][-1]["found"] == "« F19 » colonne FORME, séjour n° 20 (et 5 autres valeurs)"


FILES: list[Any] = [
    pytest.param(b"FINESS;ZONE;AGE\n1;Z;3\n", "sejours.csv", "colonnes absentes", id="a column is missing"),
    pytest.param(f"{HEADER}\n1;2;3\n".encode(), "sejours.csv", "pas un tableau CSV régulier, ligne 2", id="a short line"),
    pytest.param(f"{HEADER}\n1;Z1;3;HC;P\xe9;1\n".encode("cp1252"), "sejours.csv", "encodage autre", id="another encoding"),
    pytest.param(f"{HEADER};AGE\n".encode(), "sejours.csv", "colonnes en double", id="a column twice"),
    pytest.param(f"{HEADER}\n".encode(), "sejours.csv", "aucune ligne", id="no line"),
    pytest.param(b"", "sejours.csv", "CSV régulier", id="an empty file"),
    pytest.param(b"PAR1 and nothing", "sejours.parquet", "pas un fichier Parquet", id="not a Parquet file"),
]


@pytest.mark.parametrize(("content", "name", "words"), FILES)
def test_files_that_cannot_be_read(content: bytes, name: str, words: str, load: Any, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    status, told = load(file, mapping(tmp_path))
    assert status == 1
    assert words in told["problems"][0]["found"]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        pytest.param({"measure": "jours"}, "« measure » vaut « jours »", id="an unknown measure"),
        pytest.param({"measure": "sum"}, "« measure » vaut « sum »", id="a sum of nothing"),
        pytest.param({"column": "JOURS"}, "« measure » vaut « lines »", id="a column that is not used"),
        pytest.param({"adults_from": None}, "l'âge se dit par [ages] ou par « adults_from »", id="no age"),
        pytest.param({"adults_from": "18"}, "« adults_from » vaut « 18 »", id="an age that is no number"),
        pytest.param({"form": ""}, "« form » manque", id="no column of forms"),
        pytest.param({"forme": "X"}, "inconnu dans [stays] : forme", id="an unknown key"),
    ],
)
def test_mappings_that_cannot_be_followed(rules: dict[str, Any], words: str, load: Any, tmp_path: Path) -> None:
    status, told = load(export(tmp_path, STAYS), mapping(tmp_path, **rules))
    assert status == 1
    assert words in " ".join(one["found"] for one in told["problems"])


def test_hospitals_are_not_added_from_stays(load: Any, tmp_path: Path) -> None:
    status, told = load(export(tmp_path, STAYS), mapping(tmp_path), "--hospitals")
    assert status == 1
    assert "--hospitals" in told["problems"][0]["found"]


def test_without_the_library_it_is_said(load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    status, told = load(export(tmp_path, STAYS), mapping(tmp_path))
    assert (status, told["problems"][0]["action"][:12]) == (1, "L'installer ")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read as on Linux")
def test_millions_of_stays_take_no_more_memory(small_book: Path, tmp_path: Path) -> None:
    """Six million stays of as many patients: more than they may take, so that they go to disk."""
    file, rules = tmp_path / "sejours.parquet", mapping(tmp_path, measure="distinct", column="PATIENT")
    who = "printf('01%07d', i % 136) AS FINESS, 'Z' || (i % 50) AS ZONE, i % 90 AS AGE, 'HC' AS FORME"
    duckdb.sql(f"COPY (SELECT {who}, 'patient' || i AS PATIENT, 1 AS JOURS FROM range(6000000) t(i)) TO '{file}'")
    program = "import sys; from dotpop_addin.cli import main; status = main()\n"
    # its own peak: what `resource` tells of children counts that of their parents too
    program += "print(open('/proc/self/status').read(), file=sys.stderr); sys.exit(status)"
    command = ["load", "activite", file, "--into", small_book, "--mapping", rules, "--replace", "--json"]
    done = subprocess.run([sys.executable, "-c", program, *map(str, command)], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert sum(line[4] for line in plain.activity(small_book)) == 6_000_000
    peak = int(done.stderr.partition("VmHWM:")[2].split()[0]) / 1024
    assert peak < 900, f"{peak:.0f} MiB"
