"""A small region that asks its hospitals, and what they send back: sound, complete, with round numbers.

The small region with ten times its activity (a jump is only told from twenty patients), two specific activities of which
one has a part without hospital, a financing and commitments. CH Un (H1) has something in every table.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from cases import region_book, small_region
from cases.filling import ACTIVITY, MEANS, SPECIFIC, Form
from cases.small_region import H1, H2, N1, O1

from dotpop_addin.levels import Level
from dotpop_addin.sending import send
from dotpop_model.tables import Frame, Tables

YEAR = 2023
CENTRE, TEAM = "Centre de ressources", "Équipe mobile"
HOSPITALS = {H1: "CH Un", H2: "CH Deux", N1: "Clinique Trois", O1: "Clinique Quatre"}
FEDERATIONS = ("FEHAP", "FHF", "FHP")
FILES = {
    **{finess: f"Retour {YEAR} {finess} {name}.xlsx" for finess, name in HOSPITALS.items()},
    **{name: f"Retour {YEAR} fédération {name}.xlsx" for name in FEDERATIONS},
}
"""Name of the file of each sender."""


def tables() -> Tables:
    """The inputs of the region."""
    small = small_region.tables()
    activity = [{**line, "volume": 10 * line["volume"]} for line in small.activity.records()]
    return replace(
        small,
        activity=Frame.from_rows(small.activity.names, [tuple(line.values()) for line in activity]),
        specific=Frame.from_rows(
            ["activity", "finess", "amount"], [(CENTRE, H1, 1_234.56), (CENTRE, None, 2_365.44), (TEAM, H2, 500.0)]
        ),
    )


FINANCING = Frame.from_rows(["finess", "compartment", "amount"], [(H1, "Activité", 20_000.0), (H2, "Activité", 30_000.0)])
COMMITMENTS = Frame.from_rows(
    ["finess", "commitment", "deadline", "granted", "used", "done", "state", "comment"],
    [
        (H1, "Ouvrir un hôpital de jour", date(2024, 6, 30), 8_000.0, None, None, None, None),
        (H1, "Former deux infirmiers", None, 1_000.0, 400.0, 0.5, "ongoing", "En cours de formation"),
    ],
)


def workbook(path: Path) -> None:
    """The region's workbook, filled in and not calculated."""
    more = {"financing": FINANCING, "commitments": COMMITMENTS}
    region_book.filled("psychiatrie", tables(), more=more).save(path)


def sound(region: Path, folder: Path) -> dict[str, Path]:
    """The files of the region, sent, filled in and complete, by sender."""
    send(region, folder, Level.FEDERATION)
    paths = {sender: folder / name for sender, name in FILES.items()}
    for sender, path in paths.items():
        form = Form(path)
        if sender == H1:
            fill_in(form)
        form.complete().save()
    return paths


def fill_in(form: Form) -> None:
    """What CH Un adds: the end of its commitments, and a line that was not given in each table that takes some."""
    first = {"Moyens employés (€)": 7_500, "Réalisé (%)": 1, "État": "Tenu"}
    form.put(MEANS, 0, first)
    more = {
        "Engagement": "Recruter un psychologue",
        "Moyens accordés (€)": 500,
        "Moyens employés (€)": 0,
        "État": "En cours",
    }
    form.add(MEANS, [more], "Engagement")
    form.add(SPECIFIC, [{"Activité": TEAM, "Montant (€)": 0}], "Activité")
    line = {"Territoire de résidence": "Z2", "Classe d'âge": "Mineurs", "Forme": "TP", "Volume": 12}
    form.add(ACTIVITY, [line], "Territoire de résidence")
