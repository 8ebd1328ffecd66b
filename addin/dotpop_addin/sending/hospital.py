"""The file of a hospital: what the region knows of it, to be confirmed, completed and sent back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dotpop_addin.books.protocol import Value
from dotpop_addin.declarations import sent
from dotpop_addin.declarations.common import AGE_CLASSES, COMMITMENT_STATES
from dotpop_addin.declarations.sent import Sending, sendings
from dotpop_addin.sending.content import Cells, Content, about, merged
from dotpop_addin.sending.known import Known
from dotpop_addin.sending.signals import Limits
from dotpop_model.vocabulary import OUTSIDE, POPULATION

POPULATION_ROW = f"{POPULATION}, hors ASR"
"""What the shared-out allocation is called among the compartments."""
ALLOCATED, SPECIFIC, USED = "Dotations par compartiment (€)", "Activités spécifiques régionales (€)", "Moyens employés (€)"
Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class Asking:
    """A region that asks its hospitals. previous: the same region a year before, the reference; None: what is known now."""

    known: Known
    previous: Known | None = None

    @cached_property
    def _sending(self) -> Sending:
        return sendings(self.known.field)[sent.HOSPITAL]

    @property
    def reference(self) -> str:
        """Where the values of reference come from, in words."""
        if self.previous is None:
            return f"Valeurs connues de l'agence à l'envoi (année {self.known.year})"
        return f"Année {self.previous.year}, classeur {self.previous.file}"

    def hospital(self, finess: str) -> Content:
        """The file of one hospital."""
        known, line = self.known, self.known.hospitals[finess]
        limits = Limits(known.hypotheses.jump, known.hypotheses.jump_least)
        told = about(known, sent.HOSPITAL, finess, line["name"], self.reference, "")
        lines: dict[str, Sequence[Cells]] = {
            "identification": [self._identification(line)],
            "signature": [{}],
            "allocations": self._allocations(finess),
            "own_specific": self._specific(finess),
            "own_activity": self._activity(finess),
            "means": self._means(finess),
            "sums": [{"item": item} for item in totals(self.known)],
            **self._lists,
        }
        return Content(self._sending, line["name"], told, limits, lines)

    def _identification(self, line: Mapping[str, Any]) -> dict[str, Value]:
        named = {one["territory"]: one["name"] for one in self.known.lines["territories"]}
        territory = f"{line['territory']} {named.get(line['territory'], '')}".strip()
        asked = [one for one in self._sending.tables["identification"].columns if one.entry and one.name in line]
        told = {one.name: one.label_of.get(line[one.name], line[one.name]) for one in asked}
        segment = self.known.field.labels("hospitals", "segment")[line["segment"]]
        return {**told, "segment": segment, "territory": territory}

    def _allocations(self, finess: str) -> Lines:
        """The population-based allocation, then the other compartments of the region."""
        others = [one["label"] for one in self.known.lines["compartments"] if one["label"] != POPULATION]
        now, before = (self._amounts(one, finess, others) for one in (self.known, self.previous))
        return merged(now or [], before, ["compartment"], "amount")

    def _amounts(self, known: Known | None, finess: str, others: Sequence[str]) -> Lines | None:
        if known is None:
            return None
        listed = {one["label"] for one in self.known.lines["compartments"]}  # what is no more cannot be asked
        told = {one["compartment"]: one["amount"] for one in known.of("financing", finess) if one["compartment"] in listed}
        told[POPULATION_ROW] = known.hospitals.get(finess, {}).get("allocation")
        return [
            {"compartment": label, "amount": told.get(label)} for label in dict.fromkeys([POPULATION_ROW, *others, *told])
        ]

    def _specific(self, finess: str) -> Lines:
        return merged(self.known.of("specific", finess), self._before("specific", finess), ["activity"], "amount")

    def _activity(self, finess: str) -> Lines:
        lines = merged(
            self.known.of("activity", finess), self._before("activity", finess), ["territory", "age", "form"], "volume"
        )
        names = {one["territory"]: one["name"] for one in self.known.lines["territories"]} | {OUTSIDE: "Hors région"}
        ages = {word: label for label, word in AGE_CLASSES.items()}
        return [{**line, "name": names.get(line["territory"], ""), "age": ages[line["age"]]} for line in lines]

    def _means(self, finess: str) -> Lines:
        states = {word: label for label, word in COMMITMENT_STATES.items()}
        return [{**line, "state": states.get(line["state"])} for line in self.known.of("commitments", finess)]

    def _before(self, table: str, finess: str) -> Sequence[Mapping[str, Any]] | None:
        """The lines of the year before, but those whose codes the region no longer has: nobody could answer them."""
        if self.previous is None:
            return None
        known = self.known
        lists: dict[str, set[Any]] = {
            "activity": set(known.activities),
            "territory": {one["territory"] for one in known.lines["territories"]} | {OUTSIDE},
            "form": {one["form"] for one in known.lines["forms"]},
        }
        lines = self.previous.of(table, finess)
        return [line for line in lines if all(line[name] in codes for name, codes in lists.items() if name in line)]

    @cached_property
    def _lists(self) -> dict[str, Lines]:
        """The lists of the region: the same in every file."""
        measures = self.known.field.labels("forms", "measure")
        forms = [{**one, "measure": measures[one["measure"]]} for one in self.known.lines["forms"]]
        places = {**self.known.territories, OUTSIDE: "Hors région"}
        return {
            "list_forms": forms,
            "list_territories": [{"territory": code, "name": name} for code, name in places.items()],
            "list_specific": [{"activity": activity} for activity in self.known.activities],
        }


def totals(known: Known) -> list[str]:
    """The totals to declare: amounts, then volumes by age and by what they count."""
    counted, measures = {one["measure"] for one in known.lines["forms"]}, known.field.words("forms", "measure")
    volumes = [activity_total(age, measure) for measure, word in measures.items() if word in counted for age in AGE_CLASSES]
    return [ALLOCATED, SPECIFIC, *volumes, USED]


def activity_total(age: str, measure: str) -> str:
    """The name of a total of activity, from its labels.

    >>> activity_total("Adultes", "File active")
    'Activité des adultes (file active)'
    """
    return f"Activité des {age.lower()} ({measure.lower()})"
