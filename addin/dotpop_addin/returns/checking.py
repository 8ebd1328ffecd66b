"""What the lines of a returned file say together: totals, differences from the reference, ages swapped, whose file it is."""

import re
from collections.abc import Mapping
from math import fsum
from typing import Any

from dotpop_addin.declarations import sent
from dotpop_addin.declarations.common import AGE_CLASSES
from dotpop_addin.declarations.sent import HOSPITAL, MEASURED
from dotpop_addin.problems import CONFIRM, ERROR, WARNING
from dotpop_addin.reading import FINESS, shown
from dotpop_addin.returns.answers import Answer
from dotpop_addin.returns.lines import Line, LinesRead
from dotpop_addin.returns.texts import folded, says_unknown
from dotpop_addin.sending.hospital import activity_total
from dotpop_addin.sending.places import SUMMED
from dotpop_addin.sending.signals import Limits, is_jump
from dotpop_model.errors import number
from dotpop_model.sharing import HALF_CENT
from dotpop_model.vocabulary import AGES

FINESS_IN_NAME = re.compile(rf"(?<![0-9A-Za-z]){FINESS.pattern}(?![0-9A-Za-z])")
"""Half a cent: sums of exact cents differ by less than that."""
ONLY_ONE = "Vérifier auprès de l'établissement ; l'agence confirme par « dotpop collect … --confirm FINESS »."


def check_answer(answer: Answer) -> None:
    """Adds to an answer what its lines say together."""
    if answer.sending is None:
        return
    for read in answer.tables.values():
        _check_keys(answer, read)
    _check_name(answer)
    _check_certified(answer)
    if answer.kind != HOSPITAL:
        return
    limits = _limits(answer)
    swapped = limits is not None and _check_ages(answer, limits)
    for table, column in MEASURED.items():
        if limits is not None and not (swapped and table == "own_activity"):
            _check_jumps(answer, table, column, limits)
    _check_totals(answer)


def _check_keys(answer: Answer, read: LinesRead) -> None:
    """Two lines that answer the same question; not those that are told to have been altered."""
    keys = [key for key in read.table.keys if all(key.name in line.values for line in read.lines)]
    first: dict[tuple[Any, ...], Line] = {}
    for line in read.lines if keys else ():
        values = [line.values[key.name] for key in keys]
        alike = tuple(folded(value) if isinstance(value, str) else value for value in values)
        if line.altered or None in values or first.setdefault(alike, line) is line:
            continue
        told = " / ".join(str(key.label_of.get(value, value)) for key, value in zip(keys, values, strict=True))
        found = f"« {told} » en double (déjà en {first[alike].cells[keys[0].name]})"
        action = "Garder une seule ligne, ou les additionner."
        answer.tell(ERROR, found, "une seule ligne par clé", action, line.place(keys[0].name))


def _check_name(answer: Answer) -> None:
    """A name that bears another FINESS than the file: two answers may have been mixed up."""
    named = FINESS_IN_NAME.findall(answer.path.name.upper())
    if answer.kind == HOSPITAL and named and answer.code not in named:
        found = f"le nom du fichier dit {named[0]}, son contenu {answer.code}"
        action = "Demander lequel des deux établissements répond, et son propre fichier."
        answer.tell(ERROR, found, "le fichier de cet établissement", action)


def _check_certified(answer: Answer) -> None:
    for line in answer.lines("signature"):
        if line.values.get("certified") == "no":
            found = "chiffres non vérifiés (« Non »)"
            answer.tell(CONFIRM, found, "« Oui »", ONLY_ONE, line.place("certified"))


def _limits(answer: Answer) -> Limits | None:
    jump, least = answer.number(sent.JUMP), answer.number(sent.LEAST)
    return None if jump is None or least is None else Limits(jump, least)


def _check_jumps(answer: Answer, table: str, column: str, limits: Limits) -> None:
    for line in answer.lines(table):
        value, reference = line.values.get(column), line.values.get("reference")
        if line.altered or not isinstance(reference, int | float) or not is_jump(value, reference, limits):
            continue
        reason = line.values.get("reason")
        reason = None if reason is None or says_unknown(reason) else reason
        found = f"{_told(value)}, pour une référence de {_told(reference)}"
        wanted = f"un écart de {_told(100 * limits.jump)} % au plus, ou son explication"
        if reason:
            answer.tell(WARNING, f"{found} ; expliqué : « {reason} »", wanted, "Lire l'explication.", line.place(column))
        else:
            answer.tell(CONFIRM, found, wanted, f"Expliquer l'écart sur la ligne. {ONLY_ONE}", line.place(column))


def _check_ages(answer: Answer, limits: Limits) -> bool:
    """Whether the volumes of adults look like the reference of minors and the other way round."""
    lines = answer.lines("own_activity")
    volumes, references = _by_age(lines, "volume"), _by_age(lines, "reference")
    adults, minors = AGES
    if not all(references.values()) or not answer.sound("own_activity", "volume"):
        return False

    def close(value: float, reference: float) -> bool:
        return abs(value - reference) <= limits.jump * reference

    if close(volumes[adults], references[adults]) or close(volumes[minors], references[minors]):
        return False
    if not (close(volumes[adults], references[minors]) and close(volumes[minors], references[adults])):
        return False
    first = next(line for line in lines if line.values.get("volume") is not None)
    found = (
        f"adultes {_told(volumes[adults])} et mineurs {_told(volumes[minors])}, pour des références de "
        f"{_told(references[adults])} et {_told(references[minors])} : classes d'âge inversées ?"
    )
    answer.tell(CONFIRM, found, "des volumes proches de leur référence", ONLY_ONE, first.place("volume"))
    return True


def _by_age(lines: list[Line], column: str) -> dict[str, float]:
    sums = dict.fromkeys(AGES, 0.0)
    for line in lines:
        age, value = line.values.get("age"), line.values.get(column)
        if age in sums and isinstance(value, int | float):
            sums[age] += value
    return sums


def _check_totals(answer: Answer) -> None:
    """Each declared total against the sum of its lines, where every one of them could be read."""
    found = sums(answer)
    for line in answer.lines("sums"):
        item, declared = str(line.values.get("item") or ""), line.values.get("declared")
        if declared is None or item not in found:
            continue
        difference = found[item] - declared
        if abs(difference) >= HALF_CENT:
            told = f"{item} : total déclaré {_told(declared)}, somme des lignes {_told(found[item])}"
            action = "Corriger les lignes ou le total : l'un des deux est faux."
            answer.tell(ERROR, f"{told} (écart {_told(difference)})", "deux montants égaux", action, line.place("declared"))


def sums(answer: Answer) -> dict[str, float]:
    """The sums of lines by total, for those whose lines could all be read."""
    found = {
        item: fsum(line.values.get(column) or 0 for line in answer.lines(table))
        for item, (table, column) in SUMMED.items()
        if answer.sound(table, column)
    }
    counted = answer.sound("own_activity", "volume", "age", "form") and answer.sound("list_forms")
    if answer.sending is None or not counted:
        return found
    measures: Mapping[Any, Any] = {
        line.values.get("form"): line.values.get("measure") for line in answer.lines("list_forms")
    }
    for label, age in AGE_CLASSES.items():
        for measure in answer.sending.measures:
            found[activity_total(label, measure)] = fsum(
                line.values.get("volume") or 0
                for line in answer.lines("own_activity")
                if line.values.get("age") == age and measures.get(line.values.get("form")) == measure
            )
    return found


def _told(value: Any) -> str:
    """A cell in French words, to the cent.

    >>> _told(1234.5), _told(-20.0)
    ('1\\u202f234,5', '−20')
    """
    return number(round(value, 2)) if isinstance(value, int | float) else shown(value)
