"""What is said of where the differences come from, in sentences."""

from collections.abc import Iterator, Sequence

import numpy as np

from dotpop_addin.comparison.explaining import PERIMETER, Change, Explained
from dotpop_addin.comparison.hospitals import Hospitals
from dotpop_addin.declarations.origins import Origin
from dotpop_addin.wording import decimals, percent
from dotpop_model.errors import counted, named
from dotpop_model.shapley import mean_absolute_parts
from dotpop_model.tables import Mask

DATA, HYPOTHESES, MONEY = (str(one) for one in (Origin.DATA, Origin.HYPOTHESES, Origin.MONEY))
LABELS = {DATA: "Données", HYPOTHESES: "Hypothèses", MONEY: "Argent", PERIMETER: "Périmètre"}
SUBJECTS = {DATA: "les données", HYPOTHESES: "les hypothèses", MONEY: "l'argent", PERIMETER: "le périmètre"}
LEAST = 1e-9
"""Relative: under this, a quantity has not changed but for the last bits of floats."""
LEGEND = (
    "Données : activité, populations, valeurs des indicateurs et des critères, établissements et territoires. Hypothèses : "
    "la feuille Hypothèses, les indicateurs et critères retenus avec leurs poids, les poids des formes. Argent : dotations, "
    "enveloppe, activités spécifiques, historique.",
    "Chaque part est la moyenne, sur les six ordres possibles, de ce que change ce groupe quand on passe d'un classeur à "
    "l'autre (valeur de Shapley). Données + hypothèses + argent (+ périmètre) = écart, exactement.",
)


class Words:
    """The sentences about two scenarios. letters: theirs; parts: those that are shown."""

    def __init__(self, found: Explained, hospitals: Hospitals, letters: tuple[str, str], parts: Sequence[str]) -> None:
        self._found, self._hospitals, self._letters, self._parts = found, hospitals, letters, parts

    def refused(self) -> Iterator[str]:
        """Why nothing is split."""
        yield "Le partage des écarts n'est pas calculable ; rien n'est approché. Il faudrait calculer chaque mélange :"
        yield from (f"• {reason}" for reason in self._found.reasons)
        if self._found.finess:
            yield "Pour le partager : donner à un classeur ce que l'autre a de plus, puis relancer la comparaison."
        yield from self._alone()

    def sentences(self) -> Iterator[str]:
        """How much each part does, who moves most and why, who is not compared."""
        change = self._found.changes["index"]
        known = ~np.isnan(change.parts[PERIMETER])
        if known.any():
            yield from self._shares(change, known)
        lost = [self._found.finess[place] for place in np.flatnonzero(~known)]
        if lost:
            yield f"Hors du partage dans un classeur ou un mélange, leur écart n'est pas partagé : {self._named(lost)}."
        yield from self._alone()

    def _shares(self, change: Change, known: Mask) -> Iterator[str]:
        gap = np.abs(change.gap[known])
        mean, told = float(gap.mean()), counted(len(gap), "établissement")
        if not (gap > LEAST).any():
            yield f"Aucun indice ne change ({told})."
            return
        first, other = self._letters
        moved = f"l'indice change de {decimals(mean, 4)} en moyenne ({told}, écart absolu)"
        yield f"De {first} à {other}, {moved}. De cet écart :"
        shares = mean_absolute_parts({part: change.parts[part][known] for part in self._parts})
        for part, share in sorted(shares.items(), key=lambda one: -one[1]):
            yield f"• {SUBJECTS[part]} : {_share(share, mean)}."
        yield self._most(change, known)

    def _most(self, change: Change, known: Mask) -> str:
        """Which hospital changes most, and what does it."""
        place = int(np.argmax(np.where(known, np.abs(change.gap), -1.0)))
        gap, own = float(change.gap[place]), {part: float(change.parts[part][place]) for part in self._parts}
        why = max(own, key=lambda part: own[part] * np.sign(gap))
        before, after = (decimals(float(one[place]), 4) for one in (change.before, change.after))
        subject = self._named([self._found.finess[place]])
        reason = f"d'abord par {SUBJECTS[why]} ({_plus(own[why])})"
        return f"{subject} bouge le plus : de {before} à {after} ({_plus(gap)}), {reason}."

    def _alone(self) -> Iterator[str]:
        first, other = self._letters
        for letter, codes in zip(self._letters, self._found.only, strict=True):
            if codes:
                yield f"Seulement dans {letter}, sans écart à expliquer : {self._named(codes)}."
        if any(self._found.only):
            yield (
                "Les mélanges se calculent sans eux, ni leur activité. Périmètre : ce que leur présence change aux autres "
                f"(dans {first}, sans eux moins avec eux ; dans {other}, avec eux moins sans eux)."
            )

    def _named(self, codes: Sequence[str]) -> str:
        return named([f"{self._hospitals.about(code)['name']} ({code})" for code in codes])


def _share(share: float, mean: float) -> str:
    """A part of the mean absolute change; below nil, it goes against the changes."""
    if abs(share) <= LEAST:
        return "rien"
    told = percent(share / mean, 0) if abs(share / mean) >= 0.005 else "moins de 1 %"
    return f"{decimals(share, 4)}, soit {told}" + (" (va contre les écarts)" if share < 0 else "")


def _plus(value: float) -> str:
    return f"{'+' if value > 0 else ''}{decimals(value, 4)}"
