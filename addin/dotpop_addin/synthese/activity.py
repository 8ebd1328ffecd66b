"""The activity by hospital, form of care and age, small counts withheld with what would give them away."""

from dotpop_addin.declarations.common import AGE_CLASSES
from dotpop_addin.declarations.kinds import Column, Kind, Table
from dotpop_addin.disclosure import Reading
from dotpop_addin.region import Region
from dotpop_model.disclosure import SECRET, STATE
from dotpop_model.tables import Frame, Mask
from dotpop_model.vocabulary import OUTSIDE

GROUPINGS = [("finess", "form", "age"), ("finess", "form"), ("form", "age"), ("form",)]
"""Counts are added up within a form only: across forms, one patient would count several times."""
EVERYONE = "Ensemble"
COLUMNS = (
    Column(header="FINESS", name="finess", kind=Kind.FINESS, help="Identifiant.", width=12),
    Column(header="Raison sociale", name="name", kind=Kind.TEXT, help="Nom.", width=34),
    Column(header="Forme d'activité", name="form", kind=Kind.TEXT, help="Forme.", width=38),
    Column(header="Mesure", name="measure", kind=Kind.TEXT, help="Ce que l'on compte.", width=18),
    *(
        Column(header=label, name=word, kind=Kind.COUNT, help="Nombre.", width=13)
        for label, word in (*AGE_CLASSES.items(), ("Total", "total"))
    ),
)
TABLE = Table("counts", "T_Effectifs", "Activité par établissement et forme", COLUMNS)


def counts(reading: Reading, region: Region) -> tuple[Frame, dict[str, Mask]]:
    """A line per hospital and form, then one per form for all of them; and where each column is withheld."""
    by_age, by_hospital, form_by_age, by_form = reading.counts(GROUPINGS)
    cells: dict[tuple[str, str, str], tuple[float, bool]] = {}
    for frame in (by_age, by_hospital, form_by_age, by_form):
        for row in frame.records():
            key = row.get("finess", EVERYONE), row["form"], row.get("age", "total")
            cells[key] = row["volume"], row[STATE] == SECRET
    forms = region.tables.forms
    labels, measures = (dict(zip(forms.texts("form"), forms.texts(name), strict=True)) for name in ("label", "measure"))
    told = region.field.labels("forms", "measure")
    hospitals = reading.disclosure.tables.hospitals
    names = dict(zip(hospitals.texts("finess"), hospitals.texts("name"), strict=True))
    names |= {OUTSIDE: "Hors région", EVERYONE: "Tous les établissements de ce tableau"}
    lines = list(dict.fromkeys((finess, form) for finess, form, _ in cells))
    columns: dict[str, list[object]] = {
        "finess": [finess for finess, _ in lines],
        "name": [names[finess] for finess, _ in lines],
        "form": [labels[form] for _, form in lines],
        "measure": [told[measures[form]] for _, form in lines],
    }
    secret: dict[str, Mask] = {}
    for column in (*AGE_CLASSES.values(), "total"):
        found = [cells.get((*line, column), (float("nan"), False)) for line in lines]
        columns[column] = [value for value, _ in found]
        secret[column] = Frame({"secret": [hidden for _, hidden in found]})["secret"].astype(bool)
    return Frame(columns), secret
