"""Where the document of the first edition contradicts itself: published counts against published answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from dotpop_addin.survey.answers import Answers, PublishedAnswers, Reading
from dotpop_addin.survey.counting import Count, count
from dotpop_addin.survey.questions import ANY, Published, Questionnaire
from dotpop_addin.wording import decimals

FOUND, OTHER_BASE, BY_READING, NOT_FOUND, NO_FIGURE = (
    "Retrouvé",
    "Autre base",
    "Selon la lecture",
    "Non retrouvé",
    "Pas de chiffre",
)
SOUND = (FOUND, NO_FIGURE)
"""Verdicts that contradict nothing."""


@dataclass(frozen=True)
class Verdict:
    """A published count and what the published answers give. printed, computed: in words. told: what to know of it."""

    published: Published
    verdict: str
    printed: str
    computed: str
    told: str


@dataclass(frozen=True)
class Odd:
    """Something else that does not hold together. found, other: what it says here and there, with their pages."""

    region: str
    topic: str
    found: str
    other: str


def in_words(number: int, base: int | None) -> str:
    """A count and its base.

    >>> in_words(7, 9), in_words(3, None)
    ('7 sur 9', '3')
    """
    return str(number) if base is None else f"{number} sur {base}"


def verdicts(asked: Questionnaire, given: Sequence[PublishedAnswers]) -> list[Verdict]:
    """Every published count beside what the published answers give."""
    return [_verdict(asked, published, given) for published in asked.published]


def _verdict(asked: Questionnaire, published: Published, given: Sequence[PublishedAnswers]) -> Verdict:
    found = _count(asked, published, [one.answers for one in given])
    if published.low is not None and published.high is not None:
        printed, spread = _span(published.low, published.high), found.spread
        computed = _span(spread[0], spread[2]) if spread else "aucun nombre"
        return Verdict(published, FOUND if computed == printed else NOT_FOUND, printed, computed, _bases(found))
    number, base = _computed(published, found, len(given))
    computed = in_words(number, base)
    if published.count is None:
        return Verdict(published, NO_FIGURE, published.words, computed, "Le document ne donne pas de chiffre.")
    printed = in_words(published.count, published.of) + (f" ({published.words})" if published.words else "")
    if number == published.count and published.of in (None, base):
        told = "Le document ne dit pas la base." if published.of is None else _bases(found)
        return Verdict(published, FOUND, printed, computed, told)
    if number == published.count and published.of == len(given):
        told = "Même nombre, rapporté à toutes les régions : les réponses absentes y comptent comme un autre choix."
        return Verdict(published, OTHER_BASE, printed, computed, f"{told} {_bases(found)}")
    ways = [one for one in given if any(published.question in reading for reading in one.readings)]
    right = [
        f"{one.answers.region} ({len(kept)} lectures sur {len(one.readings)})"
        for one in ways
        if (kept := [reading for reading in one.readings if _holds(asked, published, given, {one.code: reading})])
    ]
    if right:
        told = f"Retrouvé selon la façon de lire la ligne de {', '.join(right)}. {_bases(found)}"
        return Verdict(published, BY_READING, printed, computed, told)
    return Verdict(published, NOT_FOUND, printed, computed, _others(published, found))


def _count(asked: Questionnaire, published: Published, answers: Sequence[Answers]) -> Count:
    return count(asked.questions[published.question], answers)


def _computed(published: Published, found: Count, regions: int) -> tuple[int, int]:
    """The count and its base: those who answered, or all where answering at all is what is counted."""
    return found.of(published.choice), regions if published.choice == ANY else len(found.answered)


def _holds(
    asked: Questionnaire, published: Published, given: Sequence[PublishedAnswers], chosen: dict[str, Reading]
) -> bool:
    """Whether a published count is found with readings chosen (by region), its base being those who answered or all."""
    answers = [one.read_as(chosen[one.code]) if one.code in chosen else one.answers for one in given]
    number, base = _computed(published, _count(asked, published, answers), len(given))
    return number == published.count and published.of in (None, base, len(given))


def _span(low: float, high: float) -> str:
    return f"entre {decimals(low, 0)} et {decimals(high, 0)}"


def _bases(found: Count) -> str:
    return f"Sans réponse lisible : {', '.join(found.missing)}." if found.missing else ""


def _others(published: Published, found: Count) -> str:
    """Who chose something else, and what."""
    others = [
        f"{region} : {found.question.label(choice)}"
        for choice, regions in found.chose.items()
        if choice != published.choice
        for region in regions
    ]
    return " ".join(part for part in (f"{' ; '.join(others)}." if others else "", _bases(found)) if part)


def compatible(asked: Questionnaire, given: Sequence[PublishedAnswers], one: PublishedAnswers) -> list[Reading]:
    """The readings of a region's row with which every published count that it bears on can hold."""
    touched = {code for reading in one.readings for code in reading}
    bearing = [published for published in asked.published if published.count is not None and published.question in touched]
    others = [other for other in given if other.readings and other is not one]
    kept = []
    for reading in one.readings:
        around = [dict(zip((other.code for other in others), ways, strict=True)) for ways in _ways(others)]
        if any(all(_holds(asked, published, given, {one.code: reading} | ways) for published in bearing) for ways in around):
            kept.append(reading)
    return kept


def _ways(others: Sequence[PublishedAnswers]) -> Iterator[tuple[Reading, ...]]:
    return product(*(other.readings for other in others))


def elsewhere(asked: Questionnaire, given: Sequence[PublishedAnswers]) -> list[Odd]:
    """Answers that another page says otherwise."""
    found = []
    for one in given:
        for code, told, source in one.elsewhere:
            question = asked.questions[code]
            here = " ; ".join(question.label(value) for value in one.answers.values[code])
            found.append(Odd(one.answers.region, question.short, f"{here} ({question.source})", f"{told} ({source})"))
    return found


def incoherent(asked: Questionnaire, answers: Sequence[Answers]) -> list[Odd]:
    """Answers to a question that another answer makes without object, and « sans objet » where it has one."""
    found = []
    for one in answers:
        for question in asked.questions.values():
            if question.asked_if is None or question.asked_if[0] not in one.values:
                continue
            other = asked.questions[question.asked_if[0]]
            beside = f"{other.short} : {' ; '.join(other.label(value) for value in one.values[other.code])} ({other.source})"
            due, told = one.is_due(question), ""
            if not due and question.code in one.values:
                told = " ; ".join(question.label(value) for value in one.values[question.code])
            elif due and one.reasons.get(question.code) == "sans_objet":
                told = "Sans objet"
            if told:
                found.append(Odd(one.region, question.short, f"{told} ({question.source})", beside))
    return found
