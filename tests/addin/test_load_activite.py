"""Loading activity exports: the mapping file, what is refused, and the real sites of Auvergne-Rhône-Alpes."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from cases import plain

from dotpop_addin.books.file import FileBook
from dotpop_addin.files import fill, identify_region, new_workbook
from dotpop_addin.region import FIELDS
from dotpop_model.tables import Frame

Dotpop = Callable[..., tuple[int, str, str]]

MAPPING = """
title = "Export d'essai"
separator = ","
encoding = "utf-8"
decimal = "."
[columns]
finess = "site"
territory = "zone"
age = "age"
[ages]
A = "adults"
M = "minors"
[forms]
full = "TP"
out = "CMP"
"""
EXPORT = "site,zone,age,full,out\n010000001,Z1,A,5,\n010000001,Z1,M,,20.5\n010000002,Z2,A,0,3\n"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "essai.toml"
    path.write_text(MAPPING, "utf-8")
    return path


def export(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_mapping_says_which_column_is_which_form(dotpop: Dotpop, small_book: Path, mapping: Path, tmp_path: Path) -> None:
    file = export(tmp_path, EXPORT)
    status, out, _ = dotpop("load", "activite", file, "--into", small_book, "--mapping", mapping, "--replace", "--json")
    assert status == 0
    told = json.loads(out)
    assert (told["lines"], told["hospitals"], told["blanks"]) == (4, 2, 2)
    assert [tuple(line.values()) for line in plain.table(small_book, "Activité", "T_Activite")] == [
        ("010000001", "Z1", "Adultes", "TP", 5),
        ("010000001", "Z1", "Mineurs", "CMP", 20.5),
        ("010000002", "Z2", "Adultes", "TP", 0),
        ("010000002", "Z2", "Adultes", "CMP", 3),
    ]


def test_activity_already_there_is_never_lost_unasked(
    dotpop: Dotpop, small_book: Path, mapping: Path, tmp_path: Path
) -> None:
    file, before = export(tmp_path, EXPORT), small_book.read_bytes()
    status, _, errors = dotpop("load", "activite", file, "--into", small_book, "--mapping", mapping)
    assert status == 1
    assert "contient déjà 11 lignes" in errors
    assert "--replace" in errors
    assert small_book.read_bytes() == before


def test_append_keeps_the_lines_that_were_there(dotpop: Dotpop, small_book: Path, mapping: Path, tmp_path: Path) -> None:
    before = plain.table(small_book, "Activité", "T_Activite")
    file = export(tmp_path, "site,zone,age,full,out\n010000003,Z1,M,7,\n")
    assert dotpop("load", "activite", file, "--into", small_book, "--mapping", mapping, "--append")[0] == 0
    after = plain.table(small_book, "Activité", "T_Activite")
    assert after[:-1] == before
    assert tuple(after[-1].values()) == ("010000003", "Z1", "Mineurs", "TP", 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("site,zone,age,full\n", ["colonnes absentes de l'export : out"], id="a form's column is missing"),
        pytest.param(EXPORT.replace(",M,", ",X,"), ["classe d'âge « X » ligne 3", "A, M"], id="an unknown age"),
        pytest.param(EXPORT.replace("20.5", "n.d."), ["« n.d. » colonne out, ligne 3"], id="a text for a number"),
        pytest.param(EXPORT.replace("20.5", "-4"), ["« -4 » colonne out, ligne 3", "positif"], id="a negative"),
        pytest.param(EXPORT + "010000001,Z1,A,9,\n", ["en double", "010000001"], id="two lines for one key"),
        pytest.param("", ["ce n'est pas un tableau CSV régulier"], id="an empty file"),
        pytest.param('site,zone,age,full,out\n"x,1', ["ce n'est pas un tableau CSV régulier"], id="a broken quote"),
    ],
)
def test_a_bad_export_is_told_and_nothing_written(
    dotpop: Dotpop, small_book: Path, mapping: Path, tmp_path: Path, text: str, words: list[str]
) -> None:
    before = small_book.read_bytes()
    status, out, errors = dotpop(
        "load", "activite", export(tmp_path, text), "--into", small_book, "--mapping", mapping, "--replace"
    )
    assert status == 1
    assert [word for word in words if word not in errors] == []
    assert "Traceback" not in out + errors
    assert small_book.read_bytes() == before


def test_another_encoding_is_said_to_be_so(dotpop: Dotpop, small_book: Path, mapping: Path, tmp_path: Path) -> None:
    file = export(tmp_path, EXPORT.replace("Z2", "Zoné"), "cp1252")
    status, _, errors = dotpop("load", "activite", file, "--into", small_book, "--mapping", mapping, "--replace")
    assert status == 1
    assert "encodage autre que utf-8" in errors


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("title = ", ["correspondance illisible"], id="not TOML"),
        pytest.param(MAPPING.replace('age = "age"', ""), ["correspondance incomplète", "age"], id="no age column"),
        pytest.param(MAPPING.replace('"minors"', '"children"'), ["children"], id="an unknown age class"),
        pytest.param("couleur = 1\n" + MAPPING, ["correspondance illisible", "couleur"], id="an unknown key"),
    ],
)
def test_a_bad_mapping_is_told(dotpop: Dotpop, small_book: Path, tmp_path: Path, text: str, words: list[str]) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, "utf-8")
    status, _, errors = dotpop("load", "activite", export(tmp_path, EXPORT), "--into", small_book, "--mapping", path)
    assert status == 1
    assert [word for word in words if word not in errors] == []


def test_an_unknown_mapping_names_those_shipped(dotpop: Dotpop, small_book: Path, tmp_path: Path) -> None:
    status, _, errors = dotpop("load", "activite", export(tmp_path, EXPORT), "--into", small_book, "--mapping", "nope")
    assert status == 1
    assert "sae_psy" in errors


# --- the real sites ---------------------------------------------------------------------------------------------------


@pytest.mark.shared_data
def test_the_71_real_sites_are_loaded_with_every_volume_reported(dotpop: Dotpop, tmp_path: Path, shared_data: Path) -> None:
    book, source = tmp_path / "ara.xlsx", shared_data / "sae_psy_2023_ara.csv"
    assert dotpop("new", "psychiatrie", book)[0] == 0
    status, out, _ = dotpop("load", "activite", source, "--into", book, "--hospitals", "--json")
    assert status == 0
    assert json.loads(out)["hospitals"] == json.loads(out)["hospitals_added"] == 71
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    columns = [name for name in rows[0] if name[:4] in ("JOU_", "VEN_", "ACT_")]
    volumes = sum(float(row[column]) for row in rows for column in columns if row[column])
    lines = plain.table(book, "Activité", "T_Activite")
    assert sum(line["Volume"] for line in lines) == volumes
    assert {line["FINESS"] for line in lines} <= {row["FINESS"] for row in rows}
    assert {line["Classe d'âge"] for line in lines} == {"Adultes", "Mineurs"}


@pytest.mark.shared_data
def test_the_real_region_runs_at_departement_level_by_contribution(
    dotpop: Dotpop, tmp_path: Path, shared_data: Path
) -> None:
    """Real activity and populations; allocations simulated, said to be, and under pseudonyms: never under a real name."""
    export_file, segments = pseudonymised(shared_data / "sae_psy_2023_ara.csv", tmp_path)
    book = tmp_path / "ara_simulee.xlsx"
    new_workbook("psychiatrie", book)
    prepare(book, segments, departements(shared_data / "population_departements_2026.csv"))
    assert dotpop("load", "activite", export_file, "--into", book)[0] == 0
    status, out, errors = dotpop("run", book, "--json")
    assert status == 0, errors
    told = json.loads(out)
    assert told["region"]["Nature des données"] == "Simulées"
    indices = plain.table(book, "Indices", "T_Indices")
    assert len(indices) == 71
    assert {row["Raison sociale"][:12] for row in indices} == {"Site simulé "}
    populations = departements(shared_data / "population_departements_2026.csv")
    total = sum(people for _, _, people in populations)
    for row in plain.table(book, "Flux", "T_Residus"):  # by contribution, what is served never passes what there is
        assert row["Méthode"] == "Contribution"
        assert 0 < row["Après (hab.)"] <= total * (1 + 1e-12)
    expected = served_by_hand(export_file, segments, populations)
    assert {row["FINESS"]: row["Population corrigée des flux (hab.)"] for row in indices} == pytest.approx(expected)
    controls = {row["Contrôle"]: row for row in plain.table(book, "Contrôles", "T_Controles")}
    assert controls["Établissements dont la dotation baisse"]["Trouvé"] == 0
    assert dotpop("verify", book)[0] == 0
    sheet = openpyxl.load_workbook(book)["Synthèse"]
    assert "Simulées" in sheet["A2"].value


def served_by_hand(
    export_file: Path, segments: dict[str, tuple[str, str]], populations: list[tuple[str, str, int]]
) -> dict[str, float]:
    """Contribution by age class, counted from the export with plain dictionaries and weights of 1."""
    with export_file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    columns = [name for name in rows[0] if name[:4] in ("JOU_", "VEN_", "ACT_")]
    care = {(row["FINESS"], row["DISCIPLINE"]): sum(float(row[name] or 0) for name in columns) for row in rows}
    people = {code: {"GEN": total - total // 5, "INF": total // 5} for code, _, total in populations}
    totals: dict[tuple[str, str, str], float] = {}
    for (finess, age), volume in care.items():
        key = (*segments[finess], age)
        totals[key] = totals.get(key, 0) + volume
    served = dict.fromkeys(segments, 0.0)
    for (finess, age), volume in care.items():
        if volume:
            served[finess] += people[segments[finess][1]][age] * volume / totals[(*segments[finess], age)]
    return served


def pseudonymised(source: Path, folder: Path) -> tuple[Path, dict[str, tuple[str, str]]]:
    """The export under invented codes, and each site's segment and département."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    codes = {finess: f"99{place:07d}" for place, finess in enumerate(dict.fromkeys(row["FINESS"] for row in rows), 1)}
    sectors = {row["FINESS"] for row in rows if row["NB_SECT"] not in ("", "0")}
    segments = {}
    for row in rows:
        own = "oqn" if row["STATUT"] == "prive lucratif" else "sectorised" if row["FINESS"] in sectors else "non_sectorised"
        segments[codes[row["FINESS"]]] = (own, row["DEPARTEMENT"])
        row["FINESS"] = codes[row["FINESS"]]
        row["RAISON_SOCIALE"] = row["COMMUNE"] = row["COMMUNE_INSEE"] = row["FINESS_EJ"] = ""
    target = folder / "sae_pseudonymes.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return target, segments


def departements(source: Path) -> list[tuple[str, str, int]]:
    with source.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["REGION"] == "84"]
    return [(row["DEPARTEMENT"], row["NOM"], int(row["POPULATION"])) for row in rows]


def prepare(path: Path, segments: dict[str, tuple[str, str]], populations: list[tuple[str, str, int]]) -> None:
    """Everything but the activity: simulated allocations (100 € a head of the sites' equal shares), equal weights of 1."""
    book, field = FileBook(path), FIELDS["psychiatrie"]
    forms = [line for line in plain.table(path, "Formes d'activité", "T_Formes") if line["Mesure"] == "Journées et actes"]
    count, codes = len(segments), sorted(segments)
    allocation = [round(1_000_000 + 10_000 * place, 2) for place in range(count)]
    margin = 0.02
    frames = {
        "envelope": Frame({"item": ["Simulation"], "amount": [round(sum(allocation) / (1 - margin), 2)]}),
        "hospitals": Frame(
            {
                "finess": codes,
                "name": [f"Site simulé {place}" for place in range(1, count + 1)],
                "segment": [segments[code][0] for code in codes],
                "territory": [segments[code][1] for code in codes],
                "federation": [None] * count,
                "status": [None] * count,
                "allocation": allocation,
            }
        ),
        "territories": Frame(
            {
                "territory": [code for code, _, _ in populations],
                "name": [name for _, name, _ in populations],
                "level": ["departement"] * len(populations),
                "parent": [None] * len(populations),
                "adults": [people - people // 5 for _, _, people in populations],  # one in five is taken as a minor
                "minors": [people // 5 for _, _, people in populations],
            }
        ),
        "forms": Frame(
            {
                "form": [line["Code"] for line in forms],
                "label": [line["Libellé"] for line in forms],
                "nature": ["full"] * len(forms),
                "measure": ["days_and_acts"] * len(forms),
                "weight": [1.0] * len(forms),
                "nature_weight": [1.0] * len(forms),
            }
        ),
        "campaign": Frame(
            {
                "year": list(range(2024, 2029)),
                "segment": ["all"] * 5,
                "carry_forward": [1_000_000.0] * 5,
                "core_growth": [500_000.0] * 5,
                "earmarked": [200_000.0] * 5,
            }
        ),
    }
    fill(book, field, frames)
    identify_region(book, field, "Auvergne-Rhône-Alpes", "84", "Simulées")
    book.save(path)
    choose(
        path,
        {
            "MAILLE_SECT": "Département",
            "FLUX_METHODE_SECT": "contribution",
            "ACT_METRIQUE": "journées et actes",
            "FLUX_SANS_ACTIVITE": "population non affectée",
        },
    )


def choose(path: Path, values: dict[str, object]) -> None:
    book = openpyxl.load_workbook(path)
    for line in book["Hypothèses"].iter_rows(6):
        if line[1].value in values:
            line[3].value = values[line[1].value]
    book.save(path)
