"""What people put in the folder of the answers: two files of one hospital, files of others, of another year, of programs."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cases.damaging import FILE, Told, error, in_hand, old_office, says, typed, warning
from cases.sent_region import FILES
from cases.small_region import H1, H2

SECOND = "Retour 2023 010000001 CH Un (corrigé).xlsx"


@dataclass(frozen=True)
class Folder:
    """A folder being filled in. sound: sound answers by sender. region: the workbook of the region."""

    path: Path
    sound: Mapping[str, Path]
    region: Path

    def put(self, sender: str, name: str = "", *damages: Callable[[Path], None]) -> Path:
        """An answer under a name ("" for its own), damaged or not."""
        target = self.path / (name or FILES[sender])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.sound[sender], target)
        for damage in damages:
            damage(target)
        return target


@dataclass(frozen=True)
class FolderCase:
    """A folder, and the problems that must be told of each of its files. against: whether the region is known."""

    name: str
    fill: Callable[[Folder], object]
    told: Mapping[str, Sequence[Told]]
    against: bool = True


def _twice_and_otherwise(folder: Folder) -> None:
    folder.put(H1)
    folder.put(H1, SECOND, in_hand(typed("Dotations", C7=60_001), typed("Totaux", C7=80_001)))


def _twice_the_same(folder: Folder) -> None:
    folder.put(H1)
    folder.put(H1, "rappel/" + SECOND)


def _three_of_which_two_are_the_same(folder: Folder) -> None:
    _twice_and_otherwise(folder)
    folder.put(H1, "copie.xlsx")


def _under_the_name_of_another(folder: Folder) -> None:
    folder.put(H1, FILES[H2])


def _of_another_region(folder: Folder) -> None:
    folder.put(H1, "", in_hand(says(Région="Autre région", Code_région="99")))


def _of_another_year(folder: Folder) -> None:
    folder.put(H1, "", in_hand(says(Année=2022)))
    folder.put(H2)


def _of_another_year_than_most(folder: Folder) -> None:
    for finess, year in ((H1, 2022), (H2, 2023)):
        folder.put(finess, "", in_hand(says(Année=year)))
    folder.put("FHF")


def _of_an_unknown_hospital(folder: Folder) -> None:
    folder.put(H1, "Retour 2023 010000099.xlsx", in_hand(says(FINESS="010000099", Destinataire="CH Neuf")))


def _of_an_unknown_federation(folder: Folder) -> None:
    folder.put("FHF", "UGECAM.xlsx", in_hand(says(FINESS="UGECAM", Destinataire="UGECAM")))


def _federation_twice(folder: Folder) -> None:
    folder.put("FHF")
    folder.put("FHF", "FHF bis.xlsx", in_hand(typed("Établissements", K7="À revoir")))


def _what_programs_leave(folder: Folder) -> None:
    folder.put(H1)
    for name in (f"~${FILES[H1]}", f".~lock.{FILES[H1]}#", "Thumbs.db", "desktop.ini", ".DS_Store"):
        (folder.path / name).write_bytes(b"\0\1")


def _region_among_the_answers(folder: Folder) -> None:
    folder.put(H1)
    shutil.copy(folder.region, folder.path / "Classeur de la région.xlsx")


def _mails(folder: Folder) -> None:
    (folder.path / "Réponse du CH.eml").write_text("From: dim@exemple.fr\nSubject: Réponse\n", "utf-8")
    (folder.path / "Réponse du CH.msg").write_bytes(old_office("__substg1.0_0037001F"))


def _names_in_other_letters(folder: Folder) -> None:
    folder.put(H1, "RETOUR 010000001.XLSX")
    folder.put(H2, "Retour 010000002 (1).xls")


def _subfolders(folder: Folder) -> None:
    folder.put(H1, f"lundi/{FILES[H1]}")
    folder.put(H2, f"mardi/relance/{FILES[H2]}")
    folder.put("FHF", "mercredi/fédération.xlsx")


def _sheets_of_another(folder: Folder) -> None:
    """CH Un pastes what it holds of CH Deux over the lines that were given to it."""
    pasted = typed("Dotations", B7=100_000, C7=100_000, B8=30_000, C8=30_000)
    folder.put(H1, "", in_hand(pasted, typed("Totaux", C7=130_000)))


def _sound(*names: str) -> dict[str, list[Told]]:
    return {name: [] for name in names}


TWO = "plusieurs fichiers différents pour 010000001 (aussi : {})"
CASES = [
    FolderCase(
        "two different files of one hospital",
        _twice_and_otherwise,
        {FILES[H1]: [error(FILE, TWO.format(SECOND))], SECOND: [error(FILE, TWO.format(FILES[H1]))]},
    ),
    FolderCase(
        "the same file twice",
        _twice_the_same,
        {FILES[H1]: [], SECOND: [warning(FILE, f"copie exacte de {FILES[H1]}", "Rien à faire")]},
    ),
    FolderCase(
        "three files of one hospital, two of which are the same",
        _three_of_which_two_are_the_same,
        {
            SECOND: [error(FILE, TWO.format(f"{FILES[H1]}, copie.xlsx"))],
            FILES[H1]: [error(FILE, TWO.format(SECOND))],
            "copie.xlsx": [error(FILE, TWO.format(SECOND))],
        },
    ),
    FolderCase(
        "a file under the name of another hospital's",
        _under_the_name_of_another,
        {FILES[H2]: [error(FILE, "le nom du fichier dit 010000002, son contenu 010000001")]},
    ),
    FolderCase(
        "a file of another region",
        _of_another_region,
        {FILES[H1]: [error(FILE, "fichier de la région « Autre région » (99), psychiatrie")]},
    ),
    FolderCase(
        "a file of another year than the region's",
        _of_another_year,
        {FILES[H1]: [error(FILE, "fichier de l'année 2022", "Demander le fichier de la bonne année")], FILES[H2]: []},
    ),
    FolderCase(
        "a file of another year than most",
        _of_another_year_than_most,
        {FILES[H1]: [error(FILE, "fichier de l'année 2022")], **_sound(FILES[H2], FILES["FHF"])},
        against=False,
    ),
    FolderCase(
        "a hospital that the region does not have",
        _of_an_unknown_hospital,
        {"Retour 2023 010000099.xlsx": [error(FILE, "« 010000099 » inconnu de la région")]},
    ),
    FolderCase(
        "a federation that the region does not have",
        _of_an_unknown_federation,
        {"UGECAM.xlsx": [error(FILE, "« UGECAM » inconnu de la région")]},
    ),
    FolderCase(
        "two different files of one federation",
        _federation_twice,
        {
            "FHF bis.xlsx": [error(FILE, f"plusieurs fichiers différents pour FHF (aussi : {FILES['FHF']})")],
            FILES["FHF"]: [error(FILE, "plusieurs fichiers différents pour FHF (aussi : FHF bis.xlsx)")],
        },
    ),
    FolderCase("what programs leave", _what_programs_leave, _sound(FILES[H1])),
    FolderCase(
        "the region's workbook among the answers",
        _region_among_the_answers,
        {"Classeur de la région.xlsx": [error(FILE, "classeur d'une région, et non un retour")], FILES[H1]: []},
    ),
    FolderCase(
        "mails among the answers",
        _mails,
        {
            "Réponse du CH.eml": [error(FILE, "fichier texte (.csv, .txt)")],
            "Réponse du CH.msg": [error(FILE, "un message Outlook (.msg)")],
        },
    ),
    FolderCase(
        "names in other letters, and another extension",
        _names_in_other_letters,
        {"RETOUR 010000001.XLSX": [], "Retour 010000002 (1).xls": [warning(FILE, "extension « .xls »", "Le renommer")]},
    ),
    FolderCase("files in subfolders", _subfolders, _sound(FILES[H1], FILES[H2], "fédération.xlsx")),
    FolderCase(
        "the lines of another hospital pasted with their references",
        _sheets_of_another,
        {
            FILES[H1]: [
                error("Dotations!A7", "cellule verrouillée modifiée sur cette ligne"),
                error("Dotations!A8", "cellule verrouillée modifiée sur cette ligne"),
            ]
        },
    ),
]
