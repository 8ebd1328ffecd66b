"""The files that are sent to hospitals and federations, filled in by them and read back: sheets, tables, columns.

A column marked `entry` is filled in by the receiver; the others are given and locked, or computed from them (`FORMULAS`).
The tables below have psychiatry's words; `sendings` gives those of any field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from dotpop_addin.declarations.common import AGE_CLASSES, COMMITMENT_STATES, FEDERATIONS, OUTSIDE_HELP, STATUSES, YES_NO
from dotpop_addin.declarations.kinds import Column, Field, Kind, Sheet, Table
from dotpop_model.vocabulary import OUTSIDE

VERSION = "1"
"""Of the files that are sent: a return of another version is refused."""
HOSPITAL, FEDERATION = "Retour d'un établissement", "Retour d'une fédération"
WELCOME, ABOUT = "Accueil", "Ce fichier"
"""The first sheet (what to do, how far one is) and the last one (what the file is, its lists)."""
TOTALS = "Totaux"
LEGEND = ("✎ À remplir", "Donné, verrouillé", "Σ Calculé")
"""What the three looks of cells mean, as each sheet says it."""
KIND, MODEL, FIELD, REGION, CODE, YEAR, FINESS, NAME, NATURE, JUMP, LEAST, REFERENCE, LEVEL, ROWS, VALUES, DIGEST = (
    "Fichier",
    "Version du modèle",
    "Champ",
    "Région",
    "Code région",
    "Année",
    "FINESS",
    "Destinataire",
    "Nature des données",
    "Écart signalé au-delà de",
    "Effectif à partir duquel un écart est signalé",
    "Valeurs de référence",
    "Diffusion",
    "Lignes données",
    "Valeurs envoyées",
    "Empreinte",
)
"""The items of T_Envoi; ROWS (given lines) and VALUES (values sent) have a line for each table that has some."""


def _given(header: str, name: str, kind: Kind, help: str, width: int = 14, **more: object) -> Column:
    return Column(header=header, name=name, kind=kind, help=help, width=width, required=False, **more)  # type: ignore[arg-type]


def _asked(header: str, name: str, kind: Kind, help: str, width: int = 14, **more: object) -> Column:
    return Column(header=header, name=name, kind=kind, help=help, width=width, entry=True, **more)  # type: ignore[arg-type]


SENT = Table(
    "sent",
    "T_Envoi",
    "Ce que ce fichier est",
    (
        _given("Élément", "item", Kind.TEXT, "Ce que la ligne décrit.", 44, key=True),
        _given("Valeur", "value", Kind.TEXT, "Ne rien modifier ici.", 60),
    ),
)
LIST_FORMS = Table(
    "list_forms",
    "T_ListeFormes",
    "Formes d'activité",
    (
        _given("Forme", "form", Kind.CODE, "Code.", 12, key=True),
        _given("Libellé de la forme", "label", Kind.TEXT, "Nom.", 44),
        _given("Ce que compte le volume", "measure", Kind.TEXT, "File active, ou journées et actes.", 20),
    ),
)
LIST_TERRITORIES = Table(
    "list_territories",
    "T_ListeTerritoires",
    "Territoires de résidence",
    (
        _given("Code du territoire", "territory", Kind.CODE, f"Code. {OUTSIDE_HELP}", 12, key=True),
        _given("Nom du territoire", "name", Kind.TEXT, "Nom.", 34),
    ),
)
LIST_SPECIFIC = Table(
    "list_specific",
    "T_ListeASR",
    "Activités spécifiques régionales",
    (_given("Activité spécifique", "activity", Kind.TEXT, "Activité que la région finance.", 60, key=True),),
)
LISTS = (LIST_FORMS, LIST_TERRITORIES, LIST_SPECIFIC)

IDENTIFICATION = Table(
    "identification",
    "T_Identification",
    "L'établissement",
    (
        _asked("Raison sociale", "name", Kind.TEXT, "Nom de l'établissement ; le corriger s'il a changé.", 38),
        _asked("Statut", "status", Kind.CHOICE, "Statut juridique.", 20, choices=STATUSES),
        _asked("Fédération", "federation", Kind.CHOICE, "Fédération d'appartenance.", 14, choices=FEDERATIONS),
        _given("Segment", "segment", Kind.TEXT, "Connu de l'agence ; le contester dans l'observation.", 22),
        _given("Territoire", "territory", Kind.TEXT, "Connu de l'agence ; le contester dans l'observation.", 28),
        _asked("Observation", "words", Kind.TEXT, "Facultatif : ce que l'agence doit savoir.", 60, required=False),
    ),
)
SIGNATURE = Table(
    "signature",
    "T_Signature",
    "Qui répond",
    (
        _asked("Nom", "person", Kind.TEXT, "Qui a rempli ce fichier.", 38),
        _asked("Fonction", "role", Kind.TEXT, "Sa fonction.", 20),
        _asked("Courriel", "mail", Kind.TEXT, "Pour les questions de l'agence.", 14),
        _asked("Date", "day", Kind.DATE, "Jour de la réponse.", 22),
        _asked("Chiffres vérifiés", "certified", Kind.CHOICE, "Oui quand tout a été relu.", 28, choices=YES_NO),
    ),
)
_CHANGE = (
    _given("Écart (%)", "change", Kind.SHARE, "Valeur saisie / référence − 1 : calculé.", 11),
    _given("Signal", "signal", Kind.TEXT, "Ce qui manque, ou un écart à expliquer : calculé.", 26),
    _asked("Explication de l'écart", "reason", Kind.TEXT, "Quand le signal la demande.", 44, required=False),
)
ALLOCATIONS = Table(
    "allocations",
    "T_Dotations",
    "Dotations par compartiment",
    (
        _given("Compartiment", "compartment", Kind.TEXT, "Compartiment de financement.", 44, key=True),
        _given("Référence (€)", "reference", Kind.AMOUNT, "Dernière valeur connue de l'agence.", 18),
        _asked("Montant (€)", "amount", Kind.AMOUNT, "Montant de l'année, 0 s'il n'y en a pas.", 18, minimum=0),
        *_CHANGE,
    ),
)
SPECIFIC = Table(
    "own_specific",
    "T_ASR_Etablissement",
    "Activités spécifiques régionales (ASR)",
    (
        _asked(
            "Activité",
            "activity",
            Kind.TEXT,
            "Choisir dans la liste (feuille Ce fichier).",
            44,
            key=True,
            refers="list_specific.activity",
        ),
        _given("Référence (€)", "reference", Kind.AMOUNT, "Dernière valeur connue de l'agence.", 18),
        _asked("Montant (€)", "amount", Kind.AMOUNT, "Montant de l'année, 0 s'il n'y en a plus.", 18, minimum=0),
        *_CHANGE,
    ),
    rows=8,
)
ACTIVITY = Table(
    "own_activity",
    "T_Activite_Etablissement",
    "Activité par territoire de résidence, âge et forme",
    (
        _asked(
            "Territoire de résidence",
            "territory",
            Kind.CODE,
            f"Où habitent les patients. {OUTSIDE_HELP}",
            14,
            key=True,
            refers="list_territories.territory",
            also=(OUTSIDE,),
        ),
        _given("Nom", "name", Kind.TEXT, "Nom du territoire.", 30),
        _asked("Classe d'âge", "age", Kind.CHOICE, "Âge des patients.", 12, key=True, choices=AGE_CLASSES),
        _asked("Forme", "form", Kind.CODE, "Forme d'activité.", 12, key=True, refers="list_forms.form"),
        _given("Référence", "reference", Kind.COUNT, "Dernière valeur connue de l'agence.", 12),
        _asked("Volume", "volume", Kind.COUNT, "Patients, journées ou actes ; 0 s'il n'y en a plus.", 12, minimum=0),
        *_CHANGE,
    ),
    rows=60,
)
MEANS = Table(
    "means",
    "T_Moyens",
    "Engagements et moyens employés",
    (
        _asked("Engagement", "commitment", Kind.TEXT, "Ce qui a été convenu, en bref.", 44, key=True),
        _asked("Échéance", "deadline", Kind.DATE, "Date convenue (facultatif).", 12, required=False),
        _asked("Moyens accordés (€)", "granted", Kind.AMOUNT, "Donnés pour le tenir.", 18, minimum=0),
        _asked("Moyens employés (€)", "used", Kind.AMOUNT, "Employés à ce jour, 0 si rien ne l'est.", 18, minimum=0),
        _asked(
            "Réalisé (%)",
            "done",
            Kind.SHARE,
            "Part réalisée, de 0 à 100 % (facultatif).",
            11,
            minimum=0,
            maximum=1,
            required=False,
        ),
        _asked("État", "state", Kind.CHOICE, "Où en est l'engagement.", 11, choices=COMMITMENT_STATES),
        _asked("Commentaire", "comment", Kind.TEXT, "Facultatif, en une phrase.", 44, required=False),
    ),
    rows=12,
)
SUMS = Table(
    "sums",
    "T_Totaux",
    "Totaux à déclarer",
    (
        _given("Total", "item", Kind.TEXT, "Ce qui est additionné.", 52, key=True),
        _given("Somme des lignes", "sum", Kind.NUMBER, "Calculé d'après les autres feuilles.", 20),
        _asked("Total déclaré", "declared", Kind.NUMBER, "D'après vos propres comptes, 0 s'il n'y a rien.", 20, minimum=0),
        _given("Écart", "difference", Kind.NUMBER, "Somme − total déclaré : doit être nul.", 16),
    ),
)
OBSERVED = Table(
    "observed",
    "T_Etablissements_Federation",
    "Les établissements de la fédération",
    (
        _given("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        _given("Raison sociale", "name", Kind.TEXT, "Nom.", 38),
        _given("Segment", "segment", Kind.TEXT, "Segment.", 22),
        _given("Territoire", "territory", Kind.CODE, "Code du territoire.", 11),
        _given("Dotation hors ASR (€)", "allocation", Kind.AMOUNT, "De l'année de base.", 18),
        _given("Population corrigée des flux (hab.)", "population", Kind.COUNT, "Population desservie.", 15),
        _given("Dotation par habitant (€)", "per_head", Kind.PER_HEAD, "Dotation / population.", 12),
        _given("Indice", "index", Kind.RATE, "Dotation par habitant / moyenne du segment.", 10),
        _given("Position", "position", Kind.TEXT, "Selon les bornes de la région.", 13),
        _given("Besoin (€)", "need", Kind.AMOUNT, "Ce qui ramène à la moyenne.", 18),
        _asked("Observation", "words", Kind.TEXT, "Facultatif.", 60, required=False),
    ),
)
FIGURES = {
    name: name
    for name in ("Dotation hors ASR (€)", "Population corrigée des flux (hab.)", "Indice", "Segment", "Territoire", "Autre")
}
CONTESTED = Table(
    "contested",
    "T_Contestations",
    "Valeurs contestées",
    (
        _asked("FINESS", "finess", Kind.FINESS, "Établissement concerné.", 12, refers="observed.finess"),
        _asked("Donnée", "figure", Kind.CHOICE, "Ce qui est contesté.", 38, choices=FIGURES),
        _asked("Valeur proposée", "proposed", Kind.TEXT, "Ce qu'elle devrait être.", 22),
        _asked("Motif et source", "words", Kind.TEXT, "Pourquoi, et d'après quoi.", 60),
    ),
    rows=30,
)

FORMULAS: Mapping[str, str] = {
    "change": 'IF(AND(ISNUMBER({value}),N({reference})>0),{value}/{reference}-1,"")',
    "signal": (
        'IF({value}="",IF({waited},"○ à remplir",""),IF(NOT(ISNUMBER({value})),"✖ un nombre est attendu",'
        "IF(AND(ISNUMBER({reference}),ABS({value}-N({reference}))>{jump}*N({reference}),MAX({value},{reference})>={least}),"
        'IF({reason}<>"","✔ expliqué",IF({value}>{reference},"▲ hausse à expliquer","▼ baisse à expliquer")),"✔")))'
    ),
    "difference": 'IF(ISNUMBER({declared}),ROUND({sum}-{declared},2),"")',
}
"""Formula of each computed column, over cells of its line; {jump} and {least} are cells of the last sheet."""
MEASURED = {"allocations": "amount", "own_specific": "amount", "own_activity": "volume"}
"""The column of each table that is compared with its reference."""


@dataclass(frozen=True)
class Sending:
    """One kind of file that is sent, in the words of a field."""

    kind: str
    sheets: tuple[Sheet, ...]
    field: Field

    @property
    def measures(self) -> list[str]:
        """What a volume may count, as users read it."""
        return list(self.field.words("forms", "measure"))

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table by code name."""
        return {table.name: table for sheet in self.sheets for table in sheet.tables}

    @cached_property
    def sheet_of(self) -> dict[str, Sheet]:
        """The sheet of each table, by the table's code name."""
        return {table.name: sheet for sheet in self.sheets for table in sheet.tables}


_ABOUT = Sheet(
    ABOUT, "Ce fichier", "Ce que ce fichier est, et ses listes. Rien n'est à remplir ici.", "welcome", (SENT, *LISTS)
)
_SHEETS: Mapping[str, tuple[Sheet, ...]] = {
    HOSPITAL: (
        Sheet(WELCOME, "", "", "welcome"),
        Sheet(
            "Identification",
            "Identification",
            "Qui est l'établissement, et qui répond.",
            "input",
            (IDENTIFICATION, SIGNATURE),
        ),
        Sheet("Dotations", "Dotations par compartiment", "Ce qui a été notifié à l'établissement.", "input", (ALLOCATIONS,)),
        Sheet(
            "ASR",
            "Activités spécifiques régionales",
            "Les activités que la région finance à part, s'il y en a dans l'établissement.",
            "input",
            (SPECIFIC,),
        ),
        Sheet(
            "Activité",
            "Activité",
            "Une ligne par territoire de résidence, âge et forme ; ajouter celles qui manquent sous les lignes données.",
            "input",
            (ACTIVITY,),
        ),
        Sheet(
            "Engagements",
            "Engagements et moyens employés",
            "Ce qui a été convenu avec l'agence, et ce que les moyens accordés sont devenus.",
            "input",
            (MEANS,),
        ),
        Sheet(TOTALS, "Totaux", "Vos propres totaux, à comparer aux sommes des lignes saisies.", "input", (SUMS,)),
        _ABOUT,
    ),
    FEDERATION: (
        Sheet(WELCOME, "", "", "welcome"),
        Sheet(
            "Établissements",
            "Établissements de la fédération",
            "Leurs chiffres, autant que la diffusion choisie par l'agence le permet ; une observation par établissement.",
            "input",
            (OBSERVED,),
        ),
        Sheet(
            "Contestations",
            "Valeurs contestées",
            "Une ligne par valeur contestée ; l'agence les examine, rien n'est changé sans elle.",
            "input",
            (CONTESTED,),
        ),
        Sheet("Réponse", "Qui répond", "La personne à qui l'agence peut écrire.", "input", (SIGNATURE,)),
        replace(_ABOUT, tables=(SENT,)),
    ),
}


def sendings(field: Field) -> dict[str, Sending]:
    """The files that a field sends, by kind, in its words."""
    own = {table.name: table for table in _own_tables(field)}
    return {
        kind: Sending(
            kind,
            tuple(replace(sheet, tables=tuple(own.get(one.name, one) for one in sheet.tables)) for sheet in sheets),
            field,
        )
        for kind, sheets in _SHEETS.items()
    }


def _own_tables(field: Field) -> tuple[Table, ...]:
    """The tables that a field declares in its own words."""
    hospitals, (first, *others) = field.tables["hospitals"], field.words("forms", "measure")
    measures = ", ou ".join([first, *(one.lower() for one in others)])
    identification = IDENTIFICATION.with_columns(status={"choices": hospitals.column("status").choices})
    if "kind" in [column.name for column in hospitals.columns]:
        kind = hospitals.column("kind")
        asked = _asked(kind.header, kind.name, kind.kind, kind.help, 22, choices=kind.choices)
        identification = identification.having(asked, before="segment")
    return (
        identification,
        LIST_FORMS.with_columns(measure={"help": f"{measures}."}),
        ACTIVITY.with_columns(volume={"help": f"{field.volumes.capitalize()} ; 0 s'il n'y en a plus."}),
    )
