"""Loading activity exports: the mapping file, what is refused, and the real sites of Auvergne-Rhône-Alpes."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases import plain
from cases.region_book import choose
from openpyxl.utils import range_boundaries

from dotpop_addin import loading
from dotpop_addin.books.file import FileBook
from dotpop_addin.files import fill, identify_region, new_workbook
from dotpop_addin.hypotheses import declared
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
        pytest.param(EXPORT.replace("20.5", "inf"), ["« inf » colonne out, ligne 3"], id="infinity"),
        pytest.param(EXPORT.replace("20.5", "nan"), ["« nan » colonne out, ligne 3"], id="not a number"),
        pytest.param(EXPORT.replace("20.5", "1e5"), ["« 1e5 » colonne out, ligne 3"], id="an exponent"),
        pytest.param(EXPORT.replace("20.5", '"20,5"'), ["« 20,5 »", "décimales après « . »"], id="another decimal mark"),
        pytest.param(EXPORT.replace("20.5", "1 234"), ["« 1 234 »", "sans séparateur de milliers"], id="a space"),
        pytest.param(EXPORT.replace("20.5", "1\u202f234"), ["sans séparateur de milliers"], id="a narrow space"),
        pytest.param(EXPORT.replace("010000002,", ","), ["cellule vide colonne site, ligne 4"], id="no FINESS"),
        pytest.param(EXPORT.replace("Z2", " "), ["cellule vide colonne zone, ligne 4"], id="no territory"),
        pytest.param(EXPORT.replace(",M,", ",,"), ["cellule vide colonne age, ligne 3"], id="no age"),
        pytest.param(EXPORT.replace("Z2", "Z\x02"), ["caractère de contrôle", "zone, ligne 4"], id="a control character"),
        pytest.param(EXPORT.replace("5,\n", "5\n", 1), ["ligne 2 : 4 champs", "5 champs"], id="a short row"),
        pytest.param(EXPORT.replace("0,3", "0,3,"), ["ligne 4 : 6 champs"], id="one row with a trailing separator"),
        pytest.param(EXPORT.replace("zone,age", "zone,zone"), ["en double dans l'export : zone"], id="a header twice"),
        pytest.param("site,zone,age,full,out\n", ["export sans aucune ligne"], id="no row"),
        pytest.param("site,zone,age,full,out\n1,Z1,A,,\n", ["sans aucune activité"], id="no activity"),
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
        pytest.param("couleur = 1\n" + MAPPING, ["inconnu dans la correspondance : couleur"], id="an unknown key"),
        pytest.param(MAPPING.replace('separator = ","', ""), ["absent de la correspondance : separator"], id="no separator"),
        pytest.param(
            MAPPING.replace('separator = ","', 'separator = ";;"'), ["« ;; »", "un seul caractère"], id="two marks"
        ),
        pytest.param(
            MAPPING.replace('separator = ","', "separator = 3"), ["« separator » n'est pas un texte"], id="a number"
        ),
        pytest.param(MAPPING.replace("utf-8", "utf-12"), ["« utf-12 », encodage inconnu"], id="an unknown encoding"),
        pytest.param(
            MAPPING.replace('decimal = "."', 'decimal = "::"'), ["« decimal » vaut « :: »"], id="two decimal marks"
        ),
        pytest.param(MAPPING.split("[forms]")[0], ["absent de la correspondance : forms"], id="no [forms]"),
        pytest.param("forms = 3\n" + MAPPING.split("[forms]")[0], ["[forms] n'est pas une section"], id="not a section"),
        pytest.param(MAPPING + "more = [1]\n", ["« more » dans [forms] n'est pas un texte"], id="a form is a list"),
        pytest.param(
            MAPPING.replace("[ages]", 'sexe = "s"\n[ages]'), ["inconnu dans [columns] : sexe"], id="unknown column"
        ),
    ],
)
def test_a_bad_mapping_is_told(dotpop: Dotpop, small_book: Path, tmp_path: Path, text: str, words: list[str]) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, "utf-8")
    status, _, errors = dotpop("load", "activite", export(tmp_path, EXPORT), "--into", small_book, "--mapping", path)
    assert status == 1
    assert [word for word in words if word not in errors] == []


def edited(path: Path, sheet: str, change: Callable[[Any, int, int, int], None]) -> None:
    """Changes the sheet of a table as a user would: change(sheet, header row, first column, last column)."""
    book = openpyxl.load_workbook(path)
    worksheet = book[sheet]
    table = next(one for one in worksheet.tables.values())
    left, top, right, _ = range_boundaries(table.ref)
    change(worksheet, top, left, right)
    table.tableColumns = []
    book.save(path)


def swapped(worksheet: Any, top: int, left: int, right: int) -> None:
    """The first and last columns of a table exchanged, headers included."""
    for row in range(top, worksheet.max_row + 1):
        one, other = worksheet.cell(row, left), worksheet.cell(row, right)
        one.value, other.value = other.value, one.value


def commented(worksheet: Any, top: int, left: int, right: int) -> None:
    worksheet.cell(top, right + 1, "Remarque")
    worksheet.cell(top + 1, right + 1, "à vérifier")


def computed(worksheet: Any, top: int, left: int, right: int) -> None:
    worksheet.cell(top + 1, right, "=1+1")


def renamed(worksheet: Any, top: int, left: int, right: int) -> None:
    worksheet.cell(top, right, "Autre")


WITH_HOSPITALS = MAPPING + '[hospitals]\nfiness = "site"\nname = "site"\nterritory = "zone"\n'


def test_moved_columns_are_read_by_their_headers(dotpop: Dotpop, small_book: Path, tmp_path: Path) -> None:
    tables = {"Activité": "T_Activite", "Établissements": "T_Etablissements", "Formes d'activité": "T_Formes"}
    before = {sheet: plain.table(small_book, sheet, name) for sheet, name in tables.items()}
    for sheet in tables:
        edited(small_book, sheet, swapped)
    path = tmp_path / "m.toml"
    path.write_text(WITH_HOSPITALS, "utf-8")
    file = export(tmp_path, "site,zone,age,full,out\n990000003,Z1,M,7,\n")
    status, out, errors = dotpop(
        "load", "activite", file, "--into", small_book, "--mapping", path, "--append", "--hospitals"
    )
    assert status == 0, errors
    assert "1 ligne d'activité de 1 établissement chargée dans" in out
    assert "1 cellule vide de l'export (non renseigné) n'a pas donné" in out
    assert "1 établissement ajouté," in out
    for sheet in ("Activité", "Établissements"):
        after = plain.table(small_book, sheet, tables[sheet])
        assert list(after[0]) == list(before[sheet][0])
        assert after[:-1] == [line for line in before[sheet] if any(line.values())]
        assert after[-1]["FINESS"] == "990000003"


@pytest.mark.parametrize(
    ("sheet", "change", "asked", "words"),
    [
        pytest.param("Activité", commented, ["--append"], ["« Remarque »", "hors du tableau"], id="extra, append"),
        pytest.param("Activité", commented, ["--replace"], ["« Remarque »", "hors du tableau"], id="extra, replace"),
        pytest.param("Établissements", commented, ["--replace", "--hospitals"], ["« Remarque »"], id="extra, hospitals"),
        pytest.param("Activité", computed, ["--append"], ["formule", "« Volume »"], id="a formula, append"),
        pytest.param("Établissements", computed, ["--replace", "--hospitals"], ["formule"], id="a formula, hospitals"),
        pytest.param("Activité", renamed, ["--replace"], ["colonne « Volume » absente"], id="a column is missing"),
    ],
)
def test_what_rewriting_would_lose_is_refused(
    dotpop: Dotpop,
    small_book: Path,
    tmp_path: Path,
    sheet: str,
    change: Callable[[Any, int, int, int], None],
    asked: list[str],
    words: list[str],
) -> None:
    edited(small_book, sheet, change)
    before, path = small_book.read_bytes(), tmp_path / "m.toml"
    path.write_text(WITH_HOSPITALS, "utf-8")
    status, out, errors = dotpop(
        "load", "activite", export(tmp_path, EXPORT), "--into", small_book, "--mapping", path, *asked
    )
    assert status == 1, out
    assert [word for word in words if word not in errors] == []
    assert small_book.read_bytes() == before


def test_a_separator_at_the_end_of_every_row_is_read_right(
    dotpop: Dotpop, small_book: Path, mapping: Path, tmp_path: Path
) -> None:
    header, *rows = EXPORT.splitlines()
    file = export(tmp_path, "\n".join([header, *(f"{row}," for row in rows)]))
    status, out, _ = dotpop("load", "activite", file, "--into", small_book, "--mapping", mapping, "--replace", "--json")
    assert status == 0
    assert json.loads(out)["lines"] == 4


def test_a_point_is_ambiguous_where_the_decimal_mark_is_a_comma(dotpop: Dotpop, small_book: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(MAPPING.replace('decimal = "."', 'decimal = ","'), "utf-8")
    file = export(tmp_path, EXPORT.replace("20.5", "1.234"))
    status, _, errors = dotpop("load", "activite", file, "--into", small_book, "--mapping", path, "--replace")
    assert status == 1
    assert "« 1.234 » colonne out, ligne 3" in errors


def test_the_metric_is_looked_up_in_the_hypotheses_of_the_field(
    dotpop: Dotpop, small_book: Path, mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(loading, "declared", lambda file: asked.append(file) or declared(file))
    file = export(tmp_path, EXPORT)
    assert dotpop("load", "activite", file, "--into", small_book, "--mapping", mapping, "--replace")[0] == 0
    assert asked == [FIELDS["psychiatrie"].hypotheses_file]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(MAPPING, ["absentes de la section [hospitals] : finess, name, territory"], id="no [hospitals]"),
        pytest.param(WITH_HOSPITALS.replace("name =", "nom ="), ["inconnu dans [hospitals] : nom"], id="unknown key"),
        pytest.param(WITH_HOSPITALS.replace('name = "site"\n', ""), ["[hospitals] : name"], id="no name"),
        pytest.param(
            WITH_HOSPITALS.replace('name = "site"', 'name = "rs"'), ["absentes de l'export : rs"], id="not in the export"
        ),
    ],
)
def test_hospitals_need_their_part_of_the_mapping(
    dotpop: Dotpop, small_book: Path, tmp_path: Path, text: str, words: list[str]
) -> None:
    path, before = tmp_path / "m.toml", small_book.read_bytes()
    path.write_text(text, "utf-8")
    status, _, errors = dotpop(
        "load", "activite", export(tmp_path, EXPORT), "--into", small_book, "--mapping", path, "--replace", "--hospitals"
    )
    assert status == 1
    assert [word for word in words if word not in errors] == []
    assert small_book.read_bytes() == before


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
@pytest.mark.slow
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


def test_a_status_that_the_mapping_does_not_know_is_told(dotpop: Dotpop, small_book: Path, tmp_path: Path) -> None:
    rules = '[hospitals]\nfiness = "site"\nname = "site"\nterritory = "zone"\n'
    rules += '[hospitals.status]\ncolumn = "statut"\nvalues = { "pub" = "Public" }\n'
    mapping = tmp_path / "statuts.toml"
    mapping.write_text(MAPPING + rules, "utf-8")
    file = export(tmp_path, "site,zone,age,full,out,statut\n010000009,Z1,A,5,,pub\n010000008,Z1,A,5,,mixte\n")
    before = small_book.read_bytes()
    status, _, errors = dotpop(
        "load", "activite", file, "--into", small_book, "--mapping", mapping, "--append", "--hospitals"
    )
    assert status == 1
    assert "statut « mixte » colonne statut" in errors
    assert small_book.read_bytes() == before
