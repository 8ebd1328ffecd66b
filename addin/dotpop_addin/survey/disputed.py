"""The page Contradictions: where the document of the first edition does not agree with itself, both figures and their sources."""

from collections.abc import Iterator, Sequence

from dotpop_addin.sheets.page import Page
from dotpop_addin.survey import contradictions
from dotpop_addin.survey.answers import PERIOD, SURVEY, PublishedAnswers
from dotpop_addin.survey.contradictions import Odd, Verdict
from dotpop_addin.survey.sheets import Survey, page, row, sentence, words

WIDTHS = (46.0, 22.0, 22.0, 19.0, 26.0, 78.0)


def disputed_page(survey: Survey) -> Page:
    """Published counts and published answers; answers said otherwise elsewhere; answers that do not go together; unreadable rows."""
    made = page(survey, "Contradictions", "Là où le document de 2024 se contredit", WIDTHS)
    sentence(
        made,
        f"{SURVEY}, {PERIOD}. Chaque compte imprimé dans le texte est refait d'après les réponses imprimées en annexe : cette page "
        "parle du document, non des réponses reçues depuis. Rien n'est choisi à la place du document.",
    )
    made.section("Comptes publiés")
    made.heads("Énoncé", "Publié", "D'après les annexes", "Verdict", "Source", "À savoir", height=24)
    for one in sorted(survey.verdicts, key=lambda one: one.verdict in contradictions.SOUND):
        computed = f"{one.computed} ({survey.asked.questions[one.published.question].source})"
        texts = (one.published.text, one.printed, computed, one.verdict, one.published.source, one.told)
        row(made, [words(text) for text in texts])
    _odd(made, "Réponses dites autrement ailleurs", contradictions.elsewhere(survey.asked, survey.published))
    given = [one.answers for one in survey.published]
    _odd(made, "Réponses qui ne vont pas ensemble", contradictions.incoherent(survey.asked, given))
    made.keep(12)
    made.section("Lignes que l'on ne peut pas lire d'une seule façon")
    sentence(made, "Les cellules vides des annexes sont perdues : la place d'une réponse dans sa ligne ne se retrouve pas toujours.")
    made.heads("Région", "Où", "", "", "Lectures", "Ce que l'on peut lire", height=24)
    for region, where, ways, told in unreadable(survey):
        row(made, [words(region), words(where), None, None, words(ways), words(told)])
    return made


def _odd(made: Page, title: str, found: Sequence[Odd]) -> None:
    made.keep(2 * len(found) + 4)
    made.section(title)
    made.heads("Région", "Question", "", "", "Ici", "Et là", height=24)
    for one in found:
        row(made, [words(one.region), words(one.topic), None, None, words(one.found), words(one.other)])


def unreadable(survey: Survey) -> Iterator[tuple[str, str, str, str]]:
    """Region, where, how many readings, what is known."""
    titles = {theme.code: theme.title for theme in survey.asked.themes}
    for one in survey.published:
        for theme, why in one.unreadable.items():
            yield one.answers.region, titles[theme], "", why
        if one.readings:
            kept = contradictions.compatible(survey.asked, survey.published, one)
            codes = [code for code in survey.asked.questions if any(code in reading for reading in one.readings)]
            where = next(theme.title for theme in survey.asked.themes if codes[0] in {each.code for each in theme.questions})
            ways = f"{len(one.readings)}, dont {len(kept)} possible{'s' if len(kept) > 1 else ''} avec les comptes publiés"
            yield one.answers.region, where, ways, " Ou : ".join(_told(survey, one, reading) for reading in kept)


def _told(survey: Survey, one: PublishedAnswers, reading: contradictions.Reading) -> str:
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
