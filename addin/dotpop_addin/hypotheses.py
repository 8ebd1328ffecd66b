"""The hypotheses of a field: the file of defaults, and how a value of the sheet "Hypothèses" is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from dotpop_addin import data_files
from dotpop_addin.accepted import bounded
from dotpop_addin.declarations.kinds import Field
from dotpop_model.errors import french
from dotpop_model.hypotheses import Hypotheses

YES_NO = {"OUI": True, "NON": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One hypothesis as declared. name: field of the model. value: default as users read it (None: empty).

    changes_results: one that does not may be absent from an older workbook; its default then holds, and that is told.
    """

    group: str
    code: str
    name: str
    label: str
    kind: str
    unit: str
    valid_from: date
    source: str
    help: str
    value: Any = None
    choices: Mapping[str, str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    changes_results: bool = True

    @property
    def labels(self) -> list[str]:
        """What a drop-down list offers, [] for a number."""
        return list(YES_NO) if self.kind == "yes_no" else list(self.choices or {})

    @property
    def shown(self) -> str:
        """The default as users read it."""
        return _told(self.value, self.kind) if isinstance(self.value, int | float) else str(self.value)

    @property
    def expected(self) -> str:
        """French words for what a valid value is."""
        if self.labels:
            return "l'un de : " + ", ".join(self.labels)
        noun = {"integer": "un nombre entier", "share": "un pourcentage"}.get(self.kind, "un nombre")
        told = bounded(noun, self.minimum, self.maximum, lambda bound: _told(bound, self.kind))
        return f"{told}{' (ou vide)' if self.optional else ''}"

    def parse(self, cell: object) -> Any:
        """The model's value for a cell of the sheet. Raises ValueError when it is not valid."""
        if cell is None:
            if self.optional:
                return None
            raise ValueError
        if self.labels:
            words: Mapping[str, Any] = YES_NO if self.kind == "yes_no" else self.choices or {}
            text = str(cell).strip()
            if text not in words:
                raise ValueError
            return words[text]
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            raise ValueError
        too_low = self.minimum is not None and cell < self.minimum
        too_high = self.maximum is not None and cell > self.maximum
        if too_low or too_high or (self.kind == "integer" and cell != int(cell)):
            raise ValueError
        return int(cell) if self.kind == "integer" else float(cell)


def _told(value: float, kind: str) -> str:
    return f"{french(100 * value)} %" if kind == "share" else french(value)


@cache
def declared(file: str) -> dict[str, Hypothesis]:
    """The hypotheses of a file of defaults by code, in order."""
    return {
        entry["code"]: Hypothesis(group=group["title"], changes_results=group.get("changes_results", True), **entry)
        for group in _document(file)["group"]
        for entry in group["hypothesis"]
    }


@cache
def settled(file: str) -> dict[str, Any]:
    """What the field settles without asking (section "settled" of the file of defaults): values by name in the model."""
    found: Mapping[str, Any] = _document(file).get("settled", {})
    return {name: None if value == "" else value for name, value in found.items()}


@cache
def _document(file: str) -> dict[str, Any]:
    return data_files.read(file)


def complete(field: Field, values: Mapping[str, Any]) -> bool:
    """Whether every hypothesis of the field has a value."""
    return set(values) == {one.name for one in declared(field.hypotheses_file).values()}


def build(field: Field, values: Mapping[str, Any]) -> Hypotheses:
    """The model's hypotheses from its own values by name."""
    found: Hypotheses = field.chain.hypotheses(**values, **settled(field.hypotheses_file))
    return found


def defaults(field: Field) -> Hypotheses:
    """The hypotheses of a field's file of defaults, as the model wants them."""
    return build(field, {one.name: one.parse(one.value) for one in declared(field.hypotheses_file).values()})
