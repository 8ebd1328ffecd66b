"""The national survey: what the document prints comes back from its answers, and what it contradicts is told."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dotpop_addin.presets import presets
from dotpop_addin.problems import ERROR, WARNING, ProblemsFound
from dotpop_addin.survey import demonstration, write_questionnaire
from dotpop_addin.survey.answers import Answers, published_answers
from dotpop_addin.survey.contradictions import (
    BY_READING,
    FOUND,
    NO_FIGURE,
    NOT_FOUND,
    OTHER_BASE,
    compatible,
    elsewhere,
    incoherent,
    verdicts,
)
from dotpop_addin.survey.counting import count
from dotpop_addin.survey.form import FORM, HEADERS, WELCOME
from dotpop_addin.survey.questions import MOST, REASONS, SEVERAL, questionnaire
from dotpop_addin.survey.reading import read
from dotpop_addin.survey.template import workbook

Dotpop = Callable[..., tuple[int, str, str]]
ASKED = questionnaire()
NINE = list(published_answers().values())
ANSWERS = [one.answers for one in NINE]
LIST = 255
"""Characters that Excel takes in a list written in a rule."""
PAGES = [
    "L'essentiel",
    *("Organisation", "Activités spécifiques", "Segmentation", "Maille"),
    *("Pondération", "Contribution", "Trajectoire", "Communication"),
    *("Réponses", "Sans réponse", "Contradictions"),
]


@pytest.fixture(scope="module")
def nine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration. Not to be changed: copy its files."""
    folder = tmp_path_factory.mktemp("survey")
    demonstration(folder)
    return folder


@pytest.fixture(scope="module")
def synthesis(nine: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(nine / "synthese_enquete.xlsx")


@pytest.fixture
def returned(nine: Path, tmp_path: Path) -> Path:
    """Two questionnaires filled in, which the test may change."""
    folder = tmp_path / "reçus"
    folder.mkdir()
    for code in ("grand-est", "occitanie"):
        shutil.copy(nine / "reponses_enquete" / f"{code}.xlsx", folder)
    return folder


def cell_of(sheet: openpyxl.worksheet.worksheet.Worksheet, question: str, header: str) -> str:
    """The address of an answer."""
    row = next(cell.row for cell in sheet["A"] if cell.value == question)
    return f"{'ABCDEFG'[HEADERS.index(header)]}{row}"


def change(path: Path, question: str, header: str, value: object) -> str:
    """Types something in a questionnaire; returns where."""
    book = openpyxl.load_workbook(path)
    address = cell_of(book[FORM], question, header)
    book[FORM][address] = value
    book.save(path)
    return address


def texts(sheet: openpyxl.worksheet.worksheet.Worksheet) -> str:
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str))


def three(**answers: tuple[object, object, object]) -> list[Answers]:
    """Three made-up regions; by question what each says: a code, several, a reason after « ? », None for a blank cell."""
    regions = [Answers("Une"), Answers("Deux"), Answers("Trois")]
    for code, said in answers.items():
        for region, one in zip(regions, said, strict=True):
            if isinstance(one, str) and one.startswith("?"):
                region.reasons[code] = one[1:]
            elif one is not None:
                region.values[code] = one if isinstance(one, tuple) else (one,)  # type: ignore[assignment]
    return regions


# Counting, by hand


def test_a_missing_answer_is_never_a_no_and_shares_are_of_those_who_answered() -> None:
    found = count(ASKED.questions["ORG_BASES"], three(ORG_BASES=("oui", None, "non")))
    assert (found.of("oui"), found.of("non"), found.share("oui")) == (1, 1, 0.5)
    assert (found.answered, found.missing) == (("Une", "Trois"), ("Deux",))


def test_reasons_are_counted_apart_and_out_of_the_base() -> None:
    said = three(TRA_ECARTS=("10_15", "?ne_sait_pas", "?sans_objet"))
    found = count(ASKED.questions["TRA_ECARTS"], said)
    assert (found.answered, found.share("10_15"), found.missing) == (("Une",), 1.0, ())
    assert found.reasons == {"sans_objet": ("Trois",), "ne_sait_pas": ("Deux",), "pas_decide": ()}


def test_a_region_stands_under_each_of_its_answers_and_counts_once_in_the_base() -> None:
    said = three(CON_METRIQUES=(("journees", "file_active"), ("file_active",), None))
    found = count(ASKED.questions["CON_METRIQUES"], said)
    assert dict(found.chose) == {"journees": ("Une",), "file_active": ("Une", "Deux"), "file_ponderee": ()}
    assert (found.share("file_active"), found.share("journees"), found.of("*")) == (1.0, 0.5, 2)


def test_a_question_that_another_answer_exempts_is_not_missing() -> None:
    said = three(ORG_GT=("oui", "non", None))
    found = count(ASKED.questions["ORG_GT_FREQUENCE"], said)
    assert (found.not_due, found.missing) == (("Deux",), ("Une", "Trois"))


def test_numbers_frequencies_and_dates_have_a_spread_or_a_year() -> None:
    numbers = count(ASKED.questions["PON_NOMBRE"], three(PON_NOMBRE=(2.0, 11.0, 5.0)))
    often = count(ASKED.questions["ORG_FREQUENCE"], three(ORG_FREQUENCE=("2_an", "trimestre", "2_mois")))
    days = count(ASKED.questions["ORG_DATE"], three(ORG_DATE=(date(2022, 6, 1), date(2023, 6, 1), date(2022, 9, 1))))
    nobody = count(ASKED.questions["PON_NOMBRE"], three())
    assert (numbers.spread, often.spread, nobody.spread) == ((2, 5, 11), (2, 4, 6), None)
    assert {year: len(who) for year, who in days.chose.items()} == {"2022": 2, "2023": 1}
    assert nobody.share("oui") is None


# What the document prints

PUBLISHED = [
    # question, choice, published, computed from the annexes, verdict
    ("ORG_DATE", "2022", "9 sur 9 (« dans toutes les régions »)", "7 sur 8", NOT_FOUND),
    ("ORG_FREQUENCE", "", "entre 2 et 6", "entre 2 et 6", FOUND),
    ("ORG_GT", "oui", "8 sur 9", "8 sur 9", FOUND),
    ("ORG_BASES", "oui", "3 sur 7", "3 sur 7", FOUND),
    ("ORG_BASES", "oui", "3 sur 9", "3 sur 7", OTHER_BASE),
    ("ORG_RESULTATS_GT", "oui", "3 sur 8", "2 sur 7", BY_READING),
    ("SEG_SEGMENTATION", "oui", "7 sur 9", "7 sur 9", FOUND),
    ("GEO_MAILLE", "geo_pmsi", "la plupart des régions", "0 sur 2", NO_FIGURE),
    ("PON_NOMBRE", "", "entre 2 et 11", "entre 2 et 11", FOUND),
    ("CON_METRIQUES", "*", "6 sur 9", "6 sur 9", FOUND),
    ("CON_ANAP", "oui", "peu de régions", "1 sur 5", NO_FIGURE),
    ("TRA_LOGIQUE", "rattrapage", "6 sur 7", "6 sur 7", FOUND),
    ("TRA_LOGIQUE", "rattrapage", "6 sur 9", "6 sur 7", OTHER_BASE),
    ("COM_APRES", "etablissement", "3", "3 sur 5", FOUND),
    ("COM_AVIS", "non", "3", "3 sur 7", FOUND),
    ("COM_QUALITE", "descendante", "2", "2 sur 8", FOUND),
    ("COM_QUALITE", "ecoute", "4", "4 sur 8", FOUND),
    ("COM_QUALITE", "construction", "2", "2 sur 8", FOUND),
    ("COM_QUALITE", "construction", "2 sur 9 (« se considèrent »)", "2 sur 8", OTHER_BASE),
]


@pytest.mark.parametrize(("number", "expected"), list(enumerate(PUBLISHED)), ids=[f"{one[0]} {one[2]}" for one in PUBLISHED])
def test_each_published_count_is_found_or_its_contradiction_is_told(number: int, expected: tuple[str, ...]) -> None:
    found = verdicts(ASKED, NINE)
    one = found[number]
    assert len(found) == len(PUBLISHED)
    assert (one.published.question, one.published.choice, one.printed, one.computed, one.verdict) == expected


def test_the_count_of_simulations_depends_on_how_one_row_is_read_and_two_counts_leave_two_readings_of_six() -> None:
    one = published_answers()["centre-val-de-loire"]
    kept = compatible(ASKED, NINE, one)
    assert len(one.readings) == 6
    assert [sorted(reading) for reading in kept] == [
        ["ORG_RESULTATS_FED", "ORG_RESULTATS_GT"],
        ["ORG_MARGE", "ORG_RESULTATS_GT"],
    ]
    assert all(reading["ORG_RESULTATS_GT"] == "oui" for reading in kept)


def test_what_another_page_says_otherwise_and_answers_that_do_not_go_together_are_told() -> None:
    assert next((odd.region, odd.found, odd.other) for odd in elsewhere(ASKED, NINE)) == (
        "Auvergne-Rhône-Alpes",
        "11 (annexe p. 36)",
        "7 indicateurs listés (diapositive 14)",
    )
    found = {(odd.region, odd.topic) for odd in incoherent(ASKED, ANSWERS)}
    not_updated = {(region, "Avis publiés à jour") for region in ("Grand Est", "Hauts-de-France", "Centre-Val de Loire")}
    assert found == {*not_updated, ("Provence-Alpes-Côte d'Azur", "Parts 85 % et 15 % dans le calcul")}


@pytest.mark.parametrize(
    ("region", "share"),
    list(zip(published_answers(), (39, 11, 27, 43, 43, 23, 27, 30, 22), strict=True)),
)
def test_the_active_patients_give_back_the_printed_share_of_former_oqn(region: str, share: int) -> None:
    values = published_answers()[region].answers.values
    assert round(100 * values["SEG_FA_OQN"][0] / values["SEG_FA_TOTAL"][0]) == share  # type: ignore[operator]


# The same facts elsewhere

SAME = [
    # question, hypothesis, answer → value of the preset (None: unknown there)
    ("SEG_SEGMENTATION", "ENV_SEGMENTATION", {"oui": "OUI", "non": "NON"}),
    ("ORG_MARGE", "ENV_MARGE", {"2": 0.02, "aucune": 0.0, "1_2": None}),
    ("PON_IMPACT", "IND_IMPACT_LIMITE", {"moins_1": 0.01, "1_2": 0.02}),
    ("CON_AGES", "FLUX_AGES", {"oui": "OUI", "non": "NON"}),
    ("CON_GRANULARITE", "ACT_GRANULARITE", {"nature": "nature de prise en charge", "forme": "forme d'activité"}),
    ("TRA_LOGIQUE", "TRJ_LOGIQUE", {"rattrapage": "rattrapage", "convergence": "convergence"}),
    (
        "CON_METRIQUES",
        "ACT_METRIQUE",
        {"journees": "journées et actes", "file_active": "file active", "file_ponderee": "file active pondérée"},
    ),
]


@pytest.mark.parametrize("code", presets())
@pytest.mark.parametrize(("question", "hypothesis", "values"), SAME, ids=[one[0] for one in SAME])
def test_presets_hold_what_the_survey_says(code: str, question: str, hypothesis: str, values: dict[str, object]) -> None:
    said, preset = published_answers()[code].answers.values.get(question, ()), presets()[code]
    wanted = values[str(said[0])] if len(said) == 1 else None
    assert preset.cells[hypothesis][0] == wanted
    assert (hypothesis in preset.unknown) == (wanted is None)


def test_presets_and_survey_agree_on_the_weighting_of_former_oqn() -> None:
    for code, one in published_answers().items():
        said, (segments,) = one.answers.values.get("CON_OQN"), one.answers.values["SEG_SEGMENTATION"]
        divided = "si l'enveloppe est segmentée" if segments == "oui" else "toujours"
        wanted = None if said is None else divided if said == ("oui",) else "jamais"
        assert presets()[code].cells["ACT_OQN_DIVISE"][0] == wanted, code
        assert presets()[code].name == one.answers.region


# The questionnaire


def test_the_questionnaire_is_sound() -> None:
    for question in ASKED.questions.values():
        assert bool(question.choices) == (question.kind in ("one", "several")), question.code
        labels = list(question.labels.values())
        assert len(",".join(labels)) <= LIST
        assert not [label for label in labels if "," in label]
        assert question.kind != SEVERAL or sum(not choice.alone for choice in question.choices) <= MOST
        if question.asked_if:
            assert question.asked_if[1] in ASKED.questions[question.asked_if[0]].labels
    assert len(",".join(ASKED.regions)) <= LIST


@pytest.mark.parametrize("one", NINE, ids=[one.code for one in NINE])
def test_each_published_answer_belongs_to_a_question_and_its_choices(one: object) -> None:
    answers = published_answers()[one.code].answers  # type: ignore[attr-defined]
    assert answers.region in ASKED.regions
    assert {*answers.values, *answers.reasons, *answers.details} <= set(ASKED.questions)
    assert not set(answers.values) & set(answers.reasons)
    assert set(answers.reasons.values()) <= set(REASONS.values())
    for code, values in answers.values.items():
        labels = ASKED.questions[code].labels
        assert not labels or set(values) <= set(labels)


def test_the_blank_questionnaire_has_lists_unlocked_answers_and_locked_questions(tmp_path: Path) -> None:
    write_questionnaire(tmp_path / "enquete.xlsx")
    book = openpyxl.load_workbook(tmp_path / "enquete.xlsx")
    assert book.sheetnames == [WELCOME, FORM]
    sheet = book[FORM]
    rules = {str(area): rule.formula1 for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges}
    answer = cell_of(sheet, "ORG_GT", "Réponse")
    assert rules[answer] == '"Oui,Non"'
    assert rules[cell_of(sheet, "ORG_GT", "Sans réponse : pourquoi")] == '"Sans objet,Ne sait pas,Pas encore décidé"'
    assert not sheet[answer].protection.locked
    assert sheet[cell_of(sheet, "ORG_GT", "2e réponse")].protection.locked
    assert not sheet[cell_of(sheet, "CON_METRIQUES", "3e réponse")].protection.locked
    assert sheet.protection.sheet
    with pytest.raises(ProblemsFound, match="existe déjà"):
        write_questionnaire(tmp_path / "enquete.xlsx")


# Reading back


def test_the_nine_questionnaires_are_read_back_as_they_were_filled_in(nine: Path) -> None:
    found, warnings = read([nine / "reponses_enquete"], ASKED)
    assert warnings == []
    by_region = {one.region: one for one in found}
    for one in NINE:
        again = by_region[one.answers.region]
        assert (again.values, again.reasons, again.details) == (one.answers.values, one.answers.reasons, one.told.details)


FAULTS = [
    # question, column, what is typed, what is told
    ("ORG_GT", "Réponse", "Peut-être", "Groupe technique : « Peut-être »"),
    ("ORG_DATE", "Réponse", "printemps 2022", "Premier comité : texte « printemps 2022 »"),
    ("PON_NOMBRE", "Réponse", -3, "Nombre d'indicateurs : nombre -3"),
    ("ORG_GT", "Sans réponse : pourquoi", "Ne sait pas", "ORG_GT : une réponse, et la raison de ne pas répondre"),
    ("ORG_GT", "2e réponse", "Non", "ORG_GT : plus d'une réponse"),
    ("CON_METRIQUES", "2e réponse", "Journées et actes", "CON_METRIQUES : « Journées et actes » en double"),
    ("ASR_TCA", "2e réponse", "2023", "ASR_TCA : « Aucune année » avec une autre réponse"),
    ("ORG_MARGE", "Code", None, "question ORG_MARGE absente"),
    ("ORG_MARGE", "Code", "ORG_GT", "question ORG_GT en double"),
]


@pytest.mark.parametrize(("question", "header", "typed", "told"), FAULTS, ids=[one[3] for one in FAULTS])
def test_a_fault_is_told_with_its_sheet_and_nothing_is_written(
    question: str, header: str, typed: object, told: str, returned: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    path = returned / "grand-est.xlsx"
    if question == "ASR_TCA":
        change(path, question, "Réponse", "Aucune année")
    change(path, question, header, typed)
    status, _, errors = dotpop("enquete", returned, "--out", tmp_path / "synthese.xlsx")
    assert status == 1
    assert told in errors
    assert f"{path} · Feuille {FORM}" in errors
    assert not (tmp_path / "synthese.xlsx").exists()


def test_the_faults_of_all_files_are_told_at_once_and_no_file_disappears(returned: Path) -> None:
    address = change(returned / "grand-est.xlsx", "ORG_GT", "Réponse", "Peut-être")
    book = openpyxl.load_workbook(returned / "occitanie.xlsx")
    book[WELCOME]["B5"] = None
    book.save(returned / "occitanie.xlsx")
    (returned / "abîmé.xlsx").write_bytes(b"PK\x03\x04 rien")
    (returned / "note.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(ProblemsFound) as found:
        read([returned], ASKED)
    told = {(Path(one.file).name, one.sheet, one.cell) for one in found.value.problems if one.severity == ERROR}
    assert told == {
        ("abîmé.xlsx", "", ""),
        ("grand-est.xlsx", FORM, address),
        ("note.pdf", "", ""),
        ("occitanie.xlsx", WELCOME, "B5"),
    }


def test_two_different_files_of_a_region_are_refused_and_a_copy_does_not_count(returned: Path) -> None:
    shutil.copy(returned / "occitanie.xlsx", returned / "occitanie (1).xlsx")
    found, warnings = read([returned], ASKED)
    assert len(found) == 2
    assert [one.found for one in warnings] == ["copie exacte de occitanie (1).xlsx"]
    change(returned / "occitanie (1).xlsx", "ORG_GT", "Réponse", "Oui")
    with pytest.raises(ProblemsFound) as refused:
        read([returned], ASKED)
    errors = [one for one in refused.value.problems if one.severity == ERROR]
    assert len(errors) == 2
    assert "plusieurs fichiers différents pour Occitanie" in errors[0].found


def test_an_answer_typed_otherwise_is_read_and_told(returned: Path) -> None:
    change(returned / "grand-est.xlsx", "ORG_GT", "Réponse", " NON ")
    found, warnings = read([returned], ASKED)
    assert next(one for one in found if one.region == "Grand Est").values["ORG_GT"] == ("non",)
    assert [(one.found, one.severity) for one in warnings] == [("Groupe technique : texte «  NON  »", WARNING)]


def test_lines_may_be_sorted(returned: Path) -> None:
    path = returned / "grand-est.xlsx"
    before = {one.region: one.values for one in read([path], ASKED)[0]}
    book = openpyxl.load_workbook(path)
    sheet = book[FORM]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_col=7)]
    for place, row in enumerate(reversed(rows), start=6):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(place, column)
            if type(cell).__name__ != "MergedCell":
                cell.value = value
                cell.number_format = "dd/mm/yyyy" if isinstance(value, date) else "General"
    book.save(path)
    assert {one.region: one.values for one in read([path], ASKED)[0]} == before


def test_a_folder_without_questionnaire_says_so(tmp_path: Path, dotpop: Dotpop) -> None:
    (tmp_path / "vide").mkdir()
    status, _, errors = dotpop("enquete", tmp_path / "vide", "--out", tmp_path / "synthese.xlsx")
    assert status == 1
    assert "aucun fichier" in errors


@pytest.mark.libreoffice
def test_a_questionnaire_saved_by_libreoffice_says_the_same(nine: Path, tmp_path: Path) -> None:
    from cases.office import Office

    source = nine / "reponses_enquete" / "grand-est.xlsx"
    with Office() as office:
        found, warnings = read([office.resave(source, tmp_path / "grand-est.xlsx")], ASKED)
    (before,), _ = read([source], ASKED)
    assert warnings == []
    assert (found[0].values, found[0].reasons, found[0].details) == (before.values, before.reasons, before.details)


# The synthesis


def test_the_synthesis_has_its_pages_and_a_chart_for_each_theme_with_choices(synthesis: openpyxl.Workbook) -> None:
    assert synthesis.sheetnames == PAGES
    assert [name for name in PAGES[:9] if len(synthesis[name]._charts) != 1] == []


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("L'essentiel", "Segmentation entre ex-DAF et ex-OQN : 7 sur 9."),
        ("L'essentiel", "Groupe technique en place : 8 sur 9."),
        ("L'essentiel", "Accès du groupe technique aux bases de données : 3 sur 7 (2 sans réponse)."),
        ("L'essentiel", "Rattrapage : 6 sur 7 (2 sans réponse)."),
        ("L'essentiel", "5 comptes publiés sur 19 ne se retrouvent pas tels quels"),
        ("Contradictions", "9 sur 9 (« dans toutes les régions »)"),
        ("Contradictions", "7 sur 8 (annexe p. 32)"),
        ("Contradictions", "Hauts-de-France : 2023."),
        ("Contradictions", "11 (annexe p. 36), mais 7 indicateurs listés (diapositive 14)."),
        ("Contradictions", "6 lectures, dont 2 possibles avec les comptes publiés"),
        ("Activités spécifiques", "9 cases remplies sur 13, on ne sait pas lesquelles"),
        ("Sans réponse", "Activités spécifiques régionales (tout)"),
    ],
)
def test_a_page_says_what_it_must(page: str, told: str, synthesis: openpyxl.Workbook) -> None:
    assert told in texts(synthesis[page])


def test_a_table_gives_count_base_share_and_who(synthesis: openpyxl.Workbook) -> None:
    rows = [tuple(row) for row in synthesis["Trajectoire"].iter_rows(values_only=True)]
    line = next(row for row in rows if row[0] == "    Rattrapage")
    assert line[1:5] == (6, None, 7, pytest.approx(6 / 7))
    assert line[5] == "Auvergne-Rhône-Alpes, Grand Est, Occitanie, Nouvelle-Aquitaine, Centre-Val de Loire, Bretagne"


def test_the_command_gives_the_counts_to_a_program(nine: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    status, out, _ = dotpop("enquete", nine / "reponses_enquete", "--out", tmp_path / "synthese.xlsx", "--json")
    told = json.loads(out)
    assert (status, told["status"], len(told["regions"])) == (0, "ok", 9)
    assert told["counts"]["SEG_SEGMENTATION"]["counts"] == {"oui": 7, "non": 2}
    assert told["counts"]["TRA_LOGIQUE"]["without"] == {"Non renseigné": ["Île-de-France", "Provence-Alpes-Côte d'Azur"]}
    assert [one["verdict"] for one in told["published"]].count(OTHER_BASE) == 3


def test_the_same_answers_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert workbook(ASKED, ANSWERS[0]) == workbook(ASKED, ANSWERS[0])


def test_new_and_demo_write_the_questionnaires(tmp_path: Path, dotpop: Dotpop) -> None:
    assert dotpop("new", "enquete", tmp_path / "enquete.xlsx")[0] == 0
    status, _, errors = dotpop("new", "enquete", tmp_path / "autre.xlsx", "--preset", "occitanie")
    assert (status, "sans --preset" in errors) == (1, True)
    assert dotpop("demo", "enquete", "--out", tmp_path / "demo")[0] == 0
    assert len(list((tmp_path / "demo" / "reponses_enquete").glob("*.xlsx"))) == 9
    assert (tmp_path / "demo" / "synthese_enquete.xlsx").is_file()


def test_three_regions_give_their_counts_and_a_region_that_says_nothing_counts_nowhere(
    tmp_path: Path, dotpop: Dotpop
) -> None:
    folder = tmp_path / "reçus"
    folder.mkdir()
    said = three(ORG_GT=("oui", "non", None), TRA_LOGIQUE=("rattrapage", "?pas_decide", None))
    for region, one in zip(("Corse", "Normandie", "Mayotte"), said, strict=True):
        (folder / f"{region}.xlsx").write_bytes(workbook(ASKED, replace(one, region=region)))
    assert dotpop("enquete", folder, "--out", tmp_path / "synthese.xlsx")[0] == 0
    book = openpyxl.load_workbook(tmp_path / "synthese.xlsx")
    told = texts(book["L'essentiel"])
    assert "3 régions répondent : Corse, Mayotte, Normandie." in told
    assert "Groupe technique en place : 1 sur 2 (1 sans réponse)." in told
    assert "Rattrapage : 1 sur 1 (2 sans réponse)." in told
    assert "aucun nombre" in told
    line = next(row for row in book["Trajectoire"].iter_rows(values_only=True) if row[0] == "    Pas encore décidé")
    assert line[1:6] == (None, 1, None, None, "Normandie")


def test_a_questionnaire_that_is_read_is_never_written_over_and_a_former_synthesis_there_is(
    returned: Path, dotpop: Dotpop
) -> None:
    target = returned / "grand-est.xlsx"
    before = target.read_bytes()
    status, _, errors = dotpop("enquete", returned, "--out", target)
    assert (status, "grand-est.xlsx : c'est l'un des fichiers lus" in errors) == (1, True)
    assert target.read_bytes() == before
    for _ in range(2):
        status, out, _ = dotpop("enquete", returned, "--out", returned / "synthese.xlsx")
        assert (status, "2 régions répondent" in out) == (0, True)


def test_the_demonstration_keeps_a_questionnaire_that_someone_changed(nine: Path, tmp_path: Path) -> None:
    shutil.copytree(nine, tmp_path, dirs_exist_ok=True)
    demonstration(tmp_path)
    change(tmp_path / "reponses_enquete" / "bretagne.xlsx", "ORG_GT", "Réponse", "Non")
    with pytest.raises(ProblemsFound, match=r"bretagne\.xlsx : ce questionnaire n'est plus celui"):
        demonstration(tmp_path)
