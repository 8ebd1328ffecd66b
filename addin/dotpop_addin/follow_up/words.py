"""The words of follow-up: labels read → code words."""

STATES = {
    "Suivi": "followed",
    "Change de segment": "moved",
    "Apparaît": "appeared",
    "Disparaît": "vanished",
    "Fusionne": "merged",
}
MOVEMENTS = {"Se rapproche": "nearer", "S'éloigne": "away", "Stable": "same"}
VERDICTS = {"Atteint": "reached", "En route": "on_way", "En retard": "late"}
OUTCOMES = {"Réalisé": "actual", "Revu": "reviewed"}
PERIMETERS = {"Présents chaque année": "constant", "De l'année": "year"}
WINNERS = {"Plus": "more", "Moins": "less", "Autant": "same"}
LINES = {"Nouvelle ligne": "appeared", "Ligne absente": "vanished"}
