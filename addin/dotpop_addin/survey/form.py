"""What the workbook of the questionnaire is made of, for whoever writes it and whoever reads it back."""

from dotpop_addin.declarations.kinds import Column, Kind
from dotpop_addin.survey.questions import MOST, REASONS, Questionnaire

WELCOME, FORM = "Mode d'emploi", "Questionnaire"
CODE, QUESTION, REASON, DETAIL = "Code", "Question", "Sans réponse : pourquoi", "Précisions"
ANSWERS = ("Réponse", "2e réponse", "3e réponse")[:MOST]
HEADERS = (CODE, QUESTION, *ANSWERS, REASON, DETAIL)
VERSION, REGION, WHO, ROLE, DAY = "Version du questionnaire", "Région", "Qui répond", "Fonction", "Date de la réponse"
REASON_COLUMN = Column(
    header=REASON,
    name="reason",
    kind=Kind.CHOICE,
    help="Sans objet, ne sait pas, pas encore décidé : une cellule vide ne vaut pas non.",
    choices=REASONS,
    required=False,
)
DETAIL_COLUMN = Column(header=DETAIL, name="detail", kind=Kind.TEXT, help="Ce que la réponse ne dit pas.", required=False)


def identity(asked: Questionnaire) -> dict[str, Column]:
    """What is asked of who answers, by label."""
    regions = {region: region for region in asked.regions}
    columns = (
        Column(header=REGION, name="region", kind=Kind.CHOICE, help="Choisir dans la liste.", choices=regions),
        Column(header=WHO, name="who", kind=Kind.TEXT, help="Nom de la personne qui répond.", required=False),
        Column(header=ROLE, name="role", kind=Kind.TEXT, help="Par exemple : président du comité.", required=False),
        Column(header=DAY, name="day", kind=Kind.DATE, help="Jour/mois/année.", required=False),
    )
    return {column.header: column for column in columns}
