"""What a region of SMR sends, gets back and gives out: in its own words, all its hospitals asked, nobody else's figures."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from cases import sent_smr
from cases.fiche_reader import Fiche, fiches_of, wrong_cells
from cases.filling import ACTIVITY, ALLOCATIONS, IDENTIFICATION, Form, entries, unlocked
from cases.plain import lines, place_of
from cases.sent_smr import ALPHA, FILES, KAPPA, NAMES, SHARED
from cases.small_region import H1

from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.file import FileBook
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.declarations.sent import FEDERATION, HOSPITAL, sendings
from dotpop_addin.declarations.smr import SMR
from dotpop_addin.declarations.smr_results import MONTHS
from dotpop_addin.fiches import write_all
from dotpop_addin.fiches.common import Common
from dotpop_addin.fiches.others import shown
from dotpop_addin.levels import Level
from dotpop_addin.returns.actions import collect_file
from dotpop_addin.returns.folder import answers
from dotpop_addin.sending import send
from dotpop_addin.sending.known import known
from dotpop_addin.synthese import write_synthese
from dotpop_model.vocabulary import COMPARTMENTS

if TYPE_CHECKING:
    from cases.office import Office

Dotpop = Callable[..., tuple[int, str, str]]
FOREIGN = re.compile("file active|sectoris|ex-DAF|ZIS|psychiatr|journées et actes", re.IGNORECASE)
"""Words of psychiatry that no cell of SMR has, but where a source is told."""
SOURCES = ("Explications", "E")
"""Where the fiche tells the sources of hypotheses: some say that they come from psychiatry."""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the region. Not to be changed: copy it."""
    return sent_smr.workbook(tmp_path_factory.mktemp("smr") / "petite_region.xlsx")


@pytest.fixture(scope="module")
def folder(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that it sends. Not to be changed: copy them."""
    target = tmp_path_factory.mktemp("smr") / "envoi"
    send(region, target, Level.FEDERATION)
    return target


@pytest.fixture
def asked(region: Path, tmp_path: Path) -> Path:
    """The region's workbook; the test may change it."""
    return Path(shutil.copy(region, tmp_path / "région.xlsx"))


def texts(path: Path, *, without: tuple[str, str] = ("", "")) -> Iterator[str]:
    """The texts of the cells of a file. without: a column of a sheet that does not count."""
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and (sheet.title, cell.column_letter) != without:
                    yield cell.value


# What leaves


def test_each_hospital_is_asked_those_outside_the_sharing_included(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(FILES.values())


def test_no_word_of_psychiatry_is_in_a_file_that_is_sent(folder: Path) -> None:
    found = [(path.name, text) for path in folder.iterdir() for text in texts(path) if FOREIGN.search(text)]
    assert found == []


def test_the_lists_of_a_file_are_those_of_smr(folder: Path) -> None:
    form = Form(folder / FILES[KAPPA])
    sheet = form.book["Identification"]
    lists = {rule.promptTitle: rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert lists["Statut"] == '"CH,CHR,EBNL,Privé"'
    assert lists["Typologie"] == '"Gériatrie,Pédiatrie,Polyvalent,Spécialisé"'
    told = {name: form.cell(IDENTIFICATION, 0, name).value for name in ("Statut", "Typologie", "Fédération", "Segment")}
    assert told == {"Statut": "EBNL", "Typologie": "Pédiatrie", "Fédération": "FEHAP", "Segment": "ex-DG"}
    counted = [form.cell("T_ListeFormes", line, "Ce que compte le volume").value for line in form.lines("T_ListeFormes")]
    assert counted == ["Journées", "Journées", "Séjours"]
    totals = [form.cell("T_Totaux", line, "Total").value for line in form.lines("T_Totaux")]
    assert totals[2:6] == [
        f"Activité des {age} ({measure})" for measure in ("séjours", "journées") for age in ("adultes", "mineurs")
    ]
    assert form.book["Accueil"]["A2"].value.startswith(f"FINESS {KAPPA} · Dotation populationnelle du SMR · Petite région")


def test_the_compartments_are_those_of_the_region_and_what_is_known_is_there(folder: Path) -> None:
    form = Form(folder / FILES[KAPPA])
    asked = {
        form.cell(ALLOCATIONS, line, "Compartiment").value: form.cell(ALLOCATIONS, line, "Montant (€)").value
        for line in form.lines(ALLOCATIONS)
    }
    assert list(asked) == ["Dotation populationnelle, hors ASR", *sent_smr.OTHERS]
    assert (asked["Dotation populationnelle, hors ASR"], asked["Dotation pédiatrie"]) == (0, 1_000_000)


@pytest.mark.parametrize(("sender", "kind"), [(ALPHA, HOSPITAL), (KAPPA, HOSPITAL), ("FEHAP", FEDERATION)])
def test_only_what_is_asked_is_unlocked(folder: Path, sender: str, kind: str) -> None:
    sending, book = sendings(SMR)[kind], openpyxl.load_workbook(folder / FILES[sender])
    assert [sheet.title for sheet in book.worksheets] == [sheet.name for sheet in sending.sheets]
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    assert unlocked(book) == entries(book, sending)


def test_a_federation_sees_its_paediatric_hospitals_outside_the_sharing(folder: Path) -> None:
    form = Form(folder / FILES["FEHAP"])
    told = {
        form.cell("T_Etablissements_Federation", line, "FINESS").value: [
            form.cell("T_Etablissements_Federation", line, name).value for name in ("Segment", "Position", "Indice")
        ]
        for line in form.lines("T_Etablissements_Federation")
    }
    assert told.keys() == {row[0] for row in sent_smr.ROWS if row[4] == "FEHAP"}
    assert told[KAPPA] == ["ex-DG", "Hors du partage", None]


def test_psychiatry_is_not_asked_for_a_kind() -> None:
    sending = sendings(PSYCHIATRIE)[HOSPITAL]
    assert "Typologie" not in sending.tables["identification"].headers
    assert list(sending.tables["identification"].column("status").choices or ()) == [
        "Public",
        "Privé non lucratif",
        "Privé lucratif",
    ]


def test_a_kind_or_a_federation_that_is_not_known_yet_can_be_asked(asked: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(asked)
    sheet, (left, top, right, _) = place_of(book, "T_Etablissements")
    headers = [sheet.cell(top, column).value for column in range(left, right + 1)]
    for header in ("Typologie", "Fédération"):
        sheet.cell(top + 1, left + headers.index(header)).value = None
    book.save(asked)
    send(asked, tmp_path / "envoi", Level.FEDERATION)
    form = Form(tmp_path / "envoi" / FILES[ALPHA])
    assert [form.cell(IDENTIFICATION, 0, name).value for name in ("Typologie", "Fédération")] == [None, None]


# What comes back


def returned(folder: Path, target: Path, sender: str, changes: Callable[[Form], object] = lambda form: None) -> Path:
    """A file filled in and complete."""
    target.mkdir(exist_ok=True)
    form = Form(Path(shutil.copy(folder / FILES[sender], target / FILES[sender])))
    changes(form)
    return form.complete().save()


def corrected(form: Form) -> None:
    """What CH Alpha corrects: all that it may."""
    form.put(IDENTIFICATION, 0, {"Statut": "CHR", "Typologie": "Polyvalent", "Fédération": "FEHAP"})
    reason = {"Explication de l'écart": "Ouverture d'une unité"}
    form.put(ALLOCATIONS, 0, {"Montant (€)": 2_050_000.5})
    form.put(ALLOCATIONS, form.find(ALLOCATIONS, Compartiment="Molécules onéreuses (MO)"), {"Montant (€)": 7_000})
    line = form.find(ACTIVITY, **{"Territoire_de_résidence": "83", "Classe_d'âge": "Adultes", "Forme": "SEJOURS_HC"})
    form.put(ACTIVITY, line, {"Volume": 999, **reason})
    new = {"Territoire de résidence": "HORS", "Classe d'âge": "Mineurs", "Forme": "POLYVALENT_HP", "Volume": 15}
    form.add(ACTIVITY, [new], "Territoire de résidence")


def test_what_is_typed_comes_in_and_nothing_else_changes(folder: Path, asked: Path, tmp_path: Path) -> None:
    before = {name: lines(asked, name) for name in ("T_Etablissements", "T_Activite", "T_Financements")}
    for sender in FILES:
        returned(folder, tmp_path / "reçu", sender, corrected if sender == ALPHA else lambda form: None)
    found = answers([tmp_path / "reçu"], known(FileBook(asked)))
    severe = [problem for answer in found for problem in answer.problems if problem.severity != "avertissement"]
    assert (len(found), severe) == (len(FILES), [])
    collected = collect_file([tmp_path / "reçu"], asked)
    assert (len(collected.taken), collected.refused, collected.waited) == (len(FILES), [], [])
    now = {name: lines(asked, name) for name in before}
    alpha = before["T_Etablissements"][0] | {"Statut": "CHR", "Typologie": "Polyvalent", "Fédération": "FEHAP"}
    assert now["T_Etablissements"] == [alpha | {"Dotation hors ASR (€)": 2_050_000.5}, *before["T_Etablissements"][1:]]
    key = {"FINESS": ALPHA, "Territoire": "83", "Classe d'âge": "Adultes", "Forme": "SEJOURS_HC"}
    changed = [line for line in now["T_Activite"] if line not in before["T_Activite"]]
    assert [list(line.values()) for line in changed] == [
        [*key.values(), 999],
        [ALPHA, "HORS", "Mineurs", "POLYVALENT_HP", 15],
    ]
    financed = {(line["FINESS"], line["Compartiment"]): line["Montant (€)"] for line in now["T_Financements"]}
    assert financed[ALPHA, "Molécules onéreuses (MO)"] == 7_000
    assert financed[KAPPA, "Dotation pédiatrie"] == 1_000_000
    assert {compartment for _, compartment in financed} == set(sent_smr.OTHERS)
    check(FileBook(asked))


def test_a_hospital_that_would_leave_the_sharing_comes_in_once_confirmed(folder: Path, asked: Path, tmp_path: Path) -> None:
    def leaving(form: Form) -> None:
        form.put(IDENTIFICATION, 0, {"Typologie": "Pédiatrie"})

    returned(folder, tmp_path / "reçu", ALPHA, leaving)
    (answer,) = answers([tmp_path / "reçu"], known(FileBook(asked)))
    told = [(problem.severity, problem.found) for problem in answer.problems if problem.severity != "avertissement"]
    assert told == [("à confirmer", "typologie changée : l'établissement sort du partage")]
    assert collect_file([tmp_path / "reçu"], asked).taken == []
    assert len(collect_file([tmp_path / "reçu"], asked, confirmed=[ALPHA]).taken) == 1


def test_collecting_twice_changes_nothing(folder: Path, asked: Path, tmp_path: Path) -> None:
    returned(folder, tmp_path / "reçu", ALPHA, corrected)
    returned(folder, tmp_path / "reçu", KAPPA)
    assert collect_file([tmp_path / "reçu"], asked).changed
    before = asked.read_bytes()
    assert not collect_file([tmp_path / "reçu"], asked).changed
    assert asked.read_bytes() == before


def test_a_return_of_psychiatry_is_refused_by_a_region_of_smr(
    asked: Path, sound_returns: Mapping[str, Path], dotpop: Dotpop
) -> None:
    before = asked.read_bytes()
    status, output, _ = dotpop("collect", sound_returns[H1], "--into", asked)
    assert (status, asked.read_bytes() == before) == (1, False)  # who was refused is kept
    assert "fichier de la région « Petite région » (00), psychiatrie" in output
    assert "la région « Petite région » (00), SMR" in output
    assert [line["FINESS"] for line in lines(asked, "T_Etablissements")] == list(NAMES)


def test_a_return_of_smr_is_refused_by_a_region_of_psychiatry(
    folder: Path, asking_region: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    returned(folder, tmp_path / "reçu", ALPHA)
    status, output, _ = dotpop("check", tmp_path / "reçu", "--region", asking_region)
    assert status == 1
    assert "fichier de la région « Petite région » (00), SMR" in output
    assert "la région « Petite région » (00), psychiatrie" in output


# The fiches


@pytest.fixture(scope="module")
def calculation(region: Path) -> Calculation:
    return check(FileBook(region))


@pytest.fixture(scope="module")
def fiches(calculation: Calculation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fiche]:
    """The fiches of the region by FINESS."""
    return fiches_of(calculation, tmp_path_factory.mktemp("fiches"))


SLOW = pytest.mark.slow


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("changes", "criteria", "level"),
    [
        pytest.param({}, True, Level.COMPLET, id="with criteria"),
        pytest.param({}, False, Level.FEDERATION, id="without criteria", marks=SLOW),
        pytest.param({"criteria_form": "index"}, True, Level.TOTAUX, id="index of criteria, totals", marks=SLOW),
        pytest.param({"segmented": True, "smallest_count": 2}, True, Level.COMPLET, id="by segment", marks=SLOW),
        pytest.param(
            {"low": 0.9, "high": 1.1, "contribution_by_age": False}, True, Level.COMPLET, id="some neutral", marks=SLOW
        ),
        pytest.param(
            {"minors_weighted": True, "minors_coefficient": 1.0}, True, Level.COMPLET, id="minors count", marks=SLOW
        ),
    ],
)
def test_a_spreadsheet_recalculates_every_formula(
    office: "Office", tmp_path: Path, changes: dict[str, Any], criteria: bool, level: Level
) -> None:
    calculation = varied(sent_smr.workbook(tmp_path / "région.xlsx", sent_smr.tables(criteria=criteria)), changes)
    written = [Fiche(path) for path in write_all(calculation, tmp_path / "fiches", level=level)]
    assert len(written) == len(SHARED)
    assert [different for fiche in written for different in wrong_cells(office, fiche)] == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_spreadsheet_recalculates_every_formula_of_the_demonstration(
    office: "Office", smr_demo_book: Path, tmp_path: Path
) -> None:
    written = [Fiche(path) for path in write_all(check(FileBook(smr_demo_book)), tmp_path / "fiches")]
    assert len(written) == 131
    assert [different for fiche in written for different in wrong_cells(office, fiche)] == []


def varied(book: Path, changes: dict[str, Any]) -> Calculation:
    """A region under other hypotheses."""
    found = check(FileBook(book)).region
    given = replace(found, hypotheses=replace(found.hypotheses, **changes))
    tables = given.field.chain.scope(given.tables, given.hypotheses)
    return Calculation(replace(given, tables=tables), given.field.chain.run(given.tables, given.hypotheses))


def test_no_word_of_psychiatry_is_in_a_fiche(fiches: dict[str, Fiche]) -> None:
    found = [(own, text) for own, fiche in fiches.items() for text in texts(fiche.path, without=SOURCES)]
    assert [one for one in found if FOREIGN.search(one[1])] == []
    told = next(iter(fiches.values())).sheets["Calcul"]
    assert (told["A2"].value, told["A3"].value) == (
        "FINESS 130000001 · ex-DG · 13 Bouches-du-Rhône · diffusion « federation »",
        "Dotation populationnelle du SMR · Petite région · base 2024 · Données : Démonstration (établissements inventés)",
    )


def test_each_amount_of_the_section_is_the_model_s(calculation: Calculation, fiches: dict[str, Fiche]) -> None:
    results: Any = calculation.results
    own = {
        name: {row["finess"]: row for row in getattr(results, name).records()}
        for name in (
            "option_amounts",
            "transition_amounts",
            "delegated",
            "payments",
            "compartment_revenues",
            "contributions",
        )
    }
    for finess, fiche in fiches.items():
        line = {name: rows[finess] for name, rows in own.items()}
        wanted = {
            ("Population, contribution seule", "D"): line["contributions"]["contributed"],
            ("Effet des critères", "D"): line["contributions"]["effect"],
            ("Population corrigée des flux", "D"): line["contributions"]["population"],
            ("Dotation théorique", "D"): line["option_amounts"]["target"],
            ("Sous-dotation", "D"): line["option_amounts"]["under"],
            ("Sur-dotation", "D"): line["option_amounts"]["over"],
            ("Prorata", "F"): line["option_amounts"]["Prorata"],
            ("Transfert", "F"): line["option_amounts"]["Transfert"],
            ("Différence", "D"): line["transition_amounts"]["difference"],
            ("2023", "D"): line["transition_amounts"]["2023"],
            ("2025", "D"): line["transition_amounts"]["2025"],
            ("Total de 2024", "D"): line["delegated"]["total"],
            ("Total versé", "D"): line["payments"]["total"],
            ("Versé − délégué", "D"): 0,
            **{(month, "D"): line["payments"][f"month_{place}"] for place, month in enumerate(MONTHS, start=1)},
        }
        found = {place: figure(fiche, *place) for place in wanted}
        assert found == {place: pytest.approx(value, rel=1e-9, abs=1e-6) for place, value in wanted.items()}
        revenues = {label: figure(fiche, label, "D") for label in COMPARTMENTS}
        assert revenues == {
            label: "(non saisi)" if line["compartment_revenues"][name] != line["compartment_revenues"][name] else amount
            for label, name in COMPARTMENTS.items()
            for amount in [line["compartment_revenues"][name]]
        }


def figure(fiche: Fiche, label: str, column: str) -> Any:
    """The figure of the last line that is called so."""
    sheet = fiche.sheets["Calcul"]
    row = [cell.row for cell in sheet["A"] if cell.value == label or (label.isdigit() and str(cell.value) == label)][-1]
    return sheet[f"{column}{row}"].value


def test_the_criteria_of_the_hospital_and_no_others_are_in_its_fiche(fiches: dict[str, Fiche]) -> None:
    for place, finess in enumerate(SHARED):
        assert fiches[finess].figure("Case-mix", "F") == 1.0 + place / 10
    assert fiches[ALPHA].figure("Contribution (activité)", "B") == pytest.approx(0.7)


def test_without_criteria_nothing_is_said_of_them(region: Path, tmp_path: Path) -> None:
    plain = check(FileBook(sent_smr.workbook(tmp_path / "région.xlsx", sent_smr.tables(criteria=False))))
    fiche = Fiche(write_all(plain, tmp_path / "fiches", level=Level.COMPLET)[0])
    assert "critère" not in "\n".join(str(cell.value) for cell in fiche.sheets["Calcul"]["A"]).lower()
    assert fiche.figure("Population corrigée des flux") == plain.results.indices.records()[0]["population"]


def test_nobody_else_is_named_in_a_fiche_nor_the_hospitals_set_aside(fiches: dict[str, Fiche]) -> None:
    for own, fiche in fiches.items():
        text = fiche.texts()
        assert [one for finess, name in NAMES.items() for one in (finess, name) if one in text] == [own, NAMES[own]]
    assert "Reprise de l'activité de (autre établissement)" in fiches["130000002"].texts()


def test_hospitals_of_paediatrics_have_no_fiche_and_it_is_said(region: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    status, output, errors = dotpop("fiches", region, "--out", tmp_path / "fiches")
    assert (status, errors) == (0, "")
    assert output.strip().endswith("1 établissement de pédiatrie, hors du partage, n'a pas de fiche.")
    assert {path.name[:9] for path in (tmp_path / "fiches").iterdir()} == set(SHARED)


@pytest.mark.parametrize("level", [Level.TOTAUX, Level.CATEGORIE, Level.COMPLET])
def test_what_criteria_change_is_no_second_figure_of_what_is_put_together(
    calculation: Calculation, tmp_path: Path, level: Level
) -> None:
    """Where the care of others is not shown, neither is the population that contribution alone would give."""
    common, written = Common(calculation, level), write_all(calculation, tmp_path, level=level)
    for hospital, path in enumerate(written):
        fiche, given = Fiche(path), shown(common, hospital)
        people = [common.level_of(hospital).by_code[code][f"weighted_{age}"] for code, age in given.together]
        hidden = any(one > 0 for one in people)
        assert (fiche.figure("Population, contribution seule") == "s") == hidden
        labels = [str(cell.value) for cell in fiche.sheets["Calcul"]["A"]]
        assert ("Effet des critères" in labels) == (not hidden)
        alone = str(common.unweighted(hospital))
        assert not hidden or alone not in fiche.texts()
    assert level != Level.TOTAUX or hidden


# The synthesis


@pytest.mark.parametrize("level", list(Level), ids=lambda level: level.word)
def test_a_synthesis_is_in_the_words_of_smr_at_each_level(region: Path, tmp_path: Path, level: Level) -> None:
    target = tmp_path / "synthese.xlsx"
    write_synthese(region, target, level, "FHF" if level == Level.FEDERATION else "")
    found = list(texts(target))
    assert [text for text in found if FOREIGN.search(text)] == []
    assert "SMR · base 2024 · Données : Démonstration (établissements inventés)" in found
    assert ("Séjours" in found or "Journées" in found) == (level in (Level.FEDERATION, Level.COMPLET))
    named = {name for name in NAMES.values() if any(name in text for text in found)}
    everyone = {NAMES[finess] for finess in SHARED}
    own = {row[1] for row in sent_smr.ROWS if row[4] == "FHF"} if level == Level.FEDERATION else set()
    assert named == (everyone if level >= Level.ETABLISSEMENT else own)
