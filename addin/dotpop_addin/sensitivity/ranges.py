"""What varies in a study, and how far: the ranges shipped, those that the user gives, as factors of the region."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from dotpop_addin import data_files
from dotpop_addin.actions import Calculation
from dotpop_addin.hypotheses import Hypothesis, declared
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.scenarios import typed
from dotpop_model.errors import french
from dotpop_model.sensitivity.factors import MEASURES, Factor, Kind
from dotpop_model.smr import SmrTables

MEASURE_LABELS = dict(zip(MEASURES, ("Reconduction", "Croissance socle", "Mesures thématiques"), strict=True))
MULTIPLE = "fois la valeur de la région"
Range = tuple[float, float]


@cache
def shipped() -> Mapping[str, Any]:
    """The file of ranges."""
    return data_files.read("sensitivity.toml")


def factors(calculation: Calculation, given: Sequence[str] = ()) -> list[Factor]:
    """The factors of a region, numbers first, then weights, money, counts and choices.

    given: "CODE=LOW:HIGH", ranges of the user's own. Raises ProblemsFound with every one that is wrong.
    """
    found = list(_factors(calculation))
    own, problems = _parsed(calculation, given, {one.code: one for one in found if one.ranged})
    if problems:
        raise ProblemsFound(problems)
    return [_ranged(one, *own[one.code], "Plage donnée (--range)") if one.code in own else one for one in found]


def _factors(calculation: Calculation) -> Iterator[Factor]:
    region, ranges = calculation.region, shipped()
    tables, known = region.tables, declared(region.field.hypotheses_file)
    for code, entry in ranges["numbers"].items():
        if code in known and (value := getattr(region.hypotheses, known[code].name)) is not None:
            low, high = (value * entry[end] if entry.get("relative") else entry[end] for end in ("low", "high"))
            one = known[code]
            yield Factor(
                code,
                one.label,
                Kind.NUMBER,
                one.name,
                value,
                min(low, value),
                max(high, value),
                unit=one.unit,
                source=entry["source"],
            )
    weights = [
        ("INDICATEUR", "Poids de l'indicateur", Kind.INDICATOR, tables.indicators, "indicator"),
        ("FORME", "Poids de la forme", Kind.FORM, tables.forms, "form"),
    ]
    if isinstance(tables, SmrTables):
        weights.append(("CRITERE", "Poids du critère", Kind.CRITERION, tables.criteria, "criterion"))
    for code, words, kind, frame, key in weights:
        for name, label in zip(frame.texts(key), frame.texts("label"), strict=True):
            yield _multiple(code, f"{words} « {label} »", kind, name)
    for name, label in MEASURE_LABELS.items():
        if tables.campaign.floats(name).any():
            yield _multiple("CAMPAGNE", f"{label} de chaque année", Kind.CAMPAIGN, name, label)
    source = ranges["weights"]["EFFECTIFS"]["source"]
    yield Factor("EFFECTIFS", "Effectifs de l'activité", Kind.COUNTS, "", 0.5, 0.0, 1.0, unit="tirage", source=source)
    for code in ranges["choices"]["codes"]:
        if code in known:
            yield _choice(known[code], getattr(region.hypotheses, known[code].name))


def _multiple(code: str, label: str, kind: Kind, name: str, shown: str = "") -> Factor:
    entry = shipped()["weights"][code]
    told = f"{code}:{shown or name}"
    return Factor(told, label, kind, name, 1.0, entry["low"], entry["high"], unit=MULTIPLE, source=entry["source"])


def _choice(one: Hypothesis, value: Any) -> Factor:
    others = tuple(word for word in map(one.parse, one.labels) if word != value)
    return Factor(one.code, one.label, Kind.CHOICE, one.name, value, others=others, unit="choix", source="Les autres choix")


def _ranged(one: Factor, low: float, high: float, source: str) -> Factor:
    return Factor(one.code, one.label, one.kind, one.name, one.base, low, high, unit=one.unit, source=source)


def _parsed(
    calculation: Calculation, given: Sequence[str], known: Mapping[str, Factor]
) -> tuple[dict[str, Range], list[Problem]]:
    """The user's ranges by code; and what is wrong in them."""
    file, hypotheses = calculation.region.file, declared(calculation.region.field.hypotheses_file)
    own: dict[str, Range] = {}
    problems: list[Problem] = []
    for text in given:
        code, _, ends = (part.strip() for part in text.partition("="))
        code = next((one for one in known if one.upper() == code.upper()), code)
        low, _, high = (part.strip() for part in ends.partition(":"))
        if code not in known or known[code].kind == Kind.COUNTS:
            action = f"L'un de : {', '.join(one for one in known if one != 'EFFECTIFS')}."
            problems.append(Problem(file, f"« {text} » : rien de ce nom ne varie sur une plage", "CODE=BAS:HAUT", action))
            continue
        one = hypotheses.get(code)
        first, last = (_number(one, end) for end in (low, high))
        example = f"Écrire par exemple {_written(known[code], one)}."
        if code in own:
            problems.append(Problem(file, f"{code} donné deux fois", "une seule plage", "N'en garder qu'une."))
        elif first is None or last is None:
            expected = one.expected if one else "des multiples positifs"
            problems.append(Problem(file, f"« {text} »", f"CODE=BAS:HAUT, {expected}", example))
        elif first >= last:
            problems.append(Problem(file, f"« {text} »", "BAS plus petit que HAUT", example))
        elif not first <= known[code].base <= last:
            base = french(known[code].base)
            expected = f"une plage qui contient la valeur de la région ({base})"
            problems.append(Problem(file, f"« {text} »", expected, "Élargir la plage, ou changer l'hypothèse d'abord."))
        else:
            own[code] = (first, last)
    return own, problems


def _written(factor: Factor, one: Hypothesis | None) -> str:
    """The range of a factor, as users type it."""
    share = one is not None and one.kind == "share"
    ends = (f"{french(100 * end)} %" if share else french(end) for end in (factor.low, factor.high))
    return f"{factor.code}={':'.join(ends)}"


def _number(one: Hypothesis | None, text: str) -> float | None:
    """A bound as users type it; None when it is no number that the hypothesis may have, or no positive multiple."""
    if one is not None:
        try:
            value = one.parse(typed(one, text))
        except ValueError:
            return None
        return None if value is None else float(value)
    try:
        multiple = float(text.replace(",", "."))
    except ValueError:
        return None
    return multiple if 0 <= multiple < float("inf") else None
