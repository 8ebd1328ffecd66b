"""The page Contradictions: where the document of 2024 does not agree with itself, both figures and their sources."""

from collections.abc import Iterator, Sequence

from dotpop_addin.sheets.page import Page
from dotpop_addin.survey import contradictions
from dotpop_addin.survey.answers import PERIOD, SURVEY, Reading
from dotpop_addin.survey.contradictions import Odd, Verdict
from dotpop_addin.survey.sheets import Survey, page, words
from dotpop_model.errors import counted

WIDTHS = (46.0, 22.0, 22.0, 19.0, 26.0, 78.0)


def disputed_page(survey: Survey) -> Page:
    """Published counts and answers; answers said otherwise elsewhere; that do not go together; rows that cannot be read."""
    made = page(survey, "Contradictions", "Là où le document de 2024 se contredit", WIDTHS)
    made.sentence(
        f"{SURVEY}, {PERIOD}. Chaque compte imprimé dans le texte est refait d'après les réponses imprimées en annexe : "
        "cette page parle du document, non des réponses reçues depuis. Rien n'est choisi à la place du document.",
    )
    made.section("Comptes publiés")
    made.heads("Énoncé", "Publié", "D'après les annexes", "Verdict", "Source", "À savoir", height=24)
    for one in sorted(survey.verdicts, key=lambda one: one.verdict in contradictions.SOUND):
        computed = f"{one.computed} ({survey.asked.questions[one.published.question].source})"
        texts = (one.published.text, one.printed, computed, one.verdict, one.published.source, one.told)
        made.across([words(text) for text in texts])
    _odd(made, "Réponses dites autrement ailleurs", contradictions.elsewhere(survey.asked, survey.published), "mais")
    given = [one.answers for one in survey.published]
    _odd(made, "Réponses qui ne vont pas ensemble", contradictions.incoherent(survey.asked, given), "alors que")
    made.keep(12)
    made.section("Lignes que l'on ne peut pas lire d'une seule façon")
    made.sentence(
        "Les cellules vides des annexes sont perdues : la place d'une réponse dans sa ligne ne se retrouve pas toujours.",
    )
    for region, told in unreadable(survey):
        made.beside(words(region), told)
    return made


def _odd(made: Page, title: str, found: Sequence[Odd], other: str) -> None:
    made.keep(len(found) + 3)
    made.section(title)
    for one in found:
        made.beside(words(one.region), f"{one.topic} : {one.found}, {other} {one.other}.")
    if not found:
        made.sentence("Aucune.")


def unreadable(survey: Survey) -> Iterator[tuple[str, str]]:
    """Region; where, what is known, and the readings of its row that published counts leave possible."""
    for one in survey.published:
        for theme in survey.asked.themes:
            if theme.code in one.unreadable:
                yield one.answers.region, f"{theme.title} : {one.unreadable[theme.code]}."
            if any(question.code in reading for reading in one.readings for question in theme.questions):
                kept = contradictions.compatible(survey.asked, survey.published, one)
                possible = counted(len(kept), "possible")
                ways = f"{len(one.readings)} lectures, dont {possible} avec les comptes publiés"
                yield one.answers.region, f"{theme.title} : {ways}. {' Ou : '.join(_told(survey, way) for way in kept)}"


def _told(survey: Survey, reading: Reading) -> str:
    asked = survey.asked.questions
    return f"{' ; '.join(f'{asked[code].short} : {asked[code].label(value)}' for code, value in reading.items())}."


def as_dict(one: Verdict) -> dict[str, str]:
    """A verdict for a program."""
    published = one.published
    return {
        "question": published.question,
        "text": published.text,
        "published": one.printed,
        "computed": one.computed,
        "verdict": one.verdict,
        "source": published.source,
        "told": one.told,
    }
