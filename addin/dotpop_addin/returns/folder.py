"""The returned files of a folder: each one read and checked, then compared with the others and with the region."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from dotpop_addin.books.opening import unreadable
from dotpop_addin.declarations import sent
from dotpop_addin.declarations.kinds import in_sentence
from dotpop_addin.declarations.sent import HOSPITAL
from dotpop_addin.problems import CONFIRM, ERROR, WARNING, Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.returns.answers import Answer, read_answer
from dotpop_addin.returns.checking import ONLY_ONE, check_answer
from dotpop_addin.sending.hospital import POPULATION_ROW
from dotpop_addin.sending.known import Known
from dotpop_model.stages.paediatrics import KIND as PAEDIATRICS
from dotpop_model.vocabulary import OUTSIDE

IGNORED = ("~$", ".", "Thumbs.db", "desktop.ini")
"""How the names of files begin that programs leave behind."""
SAME_REGION = "Le laisser hors de ce dossier, ou choisir le classeur de sa région."


def answers(
    paths: Sequence[Path],
    known: Known | None = None,
    progress: Progress = lambda step: None,
    *,
    leave: Iterable[Path] = (),
    confirmed: Collection[str] = (),
) -> list[Answer]:
    """Every returned file of folders and files, in order of their names. known: the region they are to come back to.

    leave: files that are not returns, such as the list of what was found in them. confirmed: whose values to confirm were
    confirmed: they are read as proposed.
    """
    left = {path.resolve() for path in leave}
    found = []
    for path in [one for one in received_files(paths) if one.resolve() not in left]:
        progress(f"Contrôle : {path.name}")
        found.append(_answer(path, confirmed))
    _compare(found, known)
    if known is not None:
        for answer in found:
            _check_region(answer, known)
    return found


def _answer(path: Path, confirmed: Collection[str]) -> Answer:
    """One file read and checked; one that nobody foresaw is told as unreadable, and does not stop the others."""
    try:
        answer = read_answer(path)
        if answer.code in confirmed:
            answer.accept()
        check_answer(answer)
    except Exception:
        answer = Answer(path, problems=[unreadable(path)])
    return answer


def received_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those of the folders named, subfolders included. Raises ProblemsFound where there is none."""
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith(IGNORED))
            files |= dict.fromkeys(inside)
        elif path.exists():
            files[path] = None
        else:
            raise ProblemsFound(
                [Problem(str(path), "fichier ou dossier introuvable", "des fichiers reçus", "Vérifier le chemin.")]
            )
    if not files:
        action = "Y déposer les fichiers reçus, puis relancer."
        raise ProblemsFound(Problem(str(path), "aucun fichier", "des fichiers reçus", action) for path in paths)
    return list(files)


def _compare(found: list[Answer], known: Known | None) -> None:
    """Two files of one sender, and files of another year than the others."""
    by_sender: dict[tuple[str, str], list[Answer]] = {}
    for answer in found:
        if answer.sending is not None and answer.code:
            by_sender.setdefault((answer.kind, answer.code), []).append(answer)
    for same in by_sender.values():
        _check_single(same)
    years = Counter(answer.year for answer in found if answer.year is not None)
    if known is None and len(years) > 1:
        usual = years.most_common(1)[0][0]
        for answer in found:
            if answer.year is not None and answer.year != usual:
                _wrong_year(answer, usual)


def _check_single(same: list[Answer]) -> None:
    for place, answer in enumerate(same):
        twins = [one for one in same[:place] if one.digest == answer.digest]
        others = [one.path.name for one in same if one.digest != answer.digest]
        if others:
            told = f"plusieurs fichiers différents pour {answer.code} (aussi : {', '.join(dict.fromkeys(others))})"
            action = "Garder le bon et sortir les autres du dossier."
            answer.tell(ERROR, told, "un seul fichier par répondant", action)
        elif twins:
            told = f"copie exacte de {twins[0].path.name}"
            answer.tell(WARNING, told, "un seul fichier par répondant", "Rien à faire : elle ne compte pas.")


def _wrong_year(answer: Answer, year: int | None) -> None:
    action = "Demander le fichier de la bonne année ; ses réponses ne se reprennent pas d'une année à l'autre."
    answer.tell(ERROR, f"fichier de l'année {answer.year}", f"un fichier de l'année {year}", action)


def _check_region(answer: Answer, known: Known) -> None:
    """Whether an answer is of this region, this year, and of a hospital or federation that it has."""
    if answer.sending is None or not answer.about:
        return
    nature = str(answer.about.get(sent.NATURE) or "")
    if nature != known.nature:
        action = "Les données d'une démonstration ou simulées ne se mêlent pas aux réelles : demander le bon fichier."
        answer.tell(ERROR, f"données « {nature} »", f"des données « {known.nature} », comme la région", action)
    about = {name: str(answer.about.get(name) or "") for name in (sent.FIELD, sent.REGION, sent.CODE)}
    if about != {sent.FIELD: known.field.label, sent.REGION: known.region, sent.CODE: known.code}:
        found = f"fichier de la région « {about[sent.REGION]} » ({about[sent.CODE]}), {in_sentence(about[sent.FIELD])}"
        wanted = f"la région « {known.region} » ({known.code}), {in_sentence(known.field.label)}"
        answer.tell(ERROR, found, wanted, SAME_REGION)
    if answer.year is not None and answer.year != known.year:
        _wrong_year(answer, known.year)
    senders = known.hospitals if answer.kind == HOSPITAL else {line["federation"] for line in known.hospitals.values()}
    if answer.code not in senders:
        told = f"« {answer.code} » inconnu de la région"
        action = "L'ajouter au classeur de la région (feuille Établissements), ou écarter ce fichier."
        answer.tell(ERROR, told, "un établissement ou une fédération de la région", action)
    _check_codes(answer, known)
    _check_set_aside(answer, known)
    for line in answer.lines("contested"):
        finess = line.values.get("finess")
        if finess is not None and finess not in known.hospitals and answer.sound("contested", "finess"):
            found = f"FINESS : « {finess} » inconnu de la région"
            answer.tell(ERROR, found, "un établissement de la région", "Corriger le FINESS.", line.place("finess"))


def _check_codes(answer: Answer, known: Known) -> None:
    """Codes that the region no longer has: its workbook could not be read any more with them."""
    territories = {*(line["territory"] for line in known.lines["territories"]), OUTSIDE}
    forms = {line["form"] for line in known.lines["forms"]}
    compartments = {*(line["label"] for line in known.lines["compartments"]), POPULATION_ROW}
    for table, column, codes in (
        ("own_activity", "territory", territories),
        ("own_activity", "form", forms),
        ("allocations", "compartment", compartments),
    ):
        gone = [line for line in answer.lines(table) if line.values.get(column) not in (None, *codes)]
        for line in gone if answer.sound(table, column) else ():
            action = "Renvoyer un fichier à l'établissement (dotpop send), ou rétablir ce code dans la région."
            found = f"« {line.values[column]} », que la région n'a plus"
            answer.tell(ERROR, found, "un code du classeur de la région", action, line.place(column))


def _check_set_aside(answer: Answer, known: Known) -> None:
    """A hospital that would leave the sharing, or enter it: its amounts and those of all the others would move."""
    before = known.hospitals.get(answer.code, {}).get("kind")
    for line in answer.lines("identification"):
        after = line.values.get("kind")
        if before is not None and after is not None and (before == PAEDIATRICS) != (after == PAEDIATRICS):
            word = "sort du partage" if after == PAEDIATRICS else "entre dans le partage"
            found = f"typologie changée : l'établissement {word}"
            answer.tell(CONFIRM, found, "la typologie connue de la région", ONLY_ONE, line.place("kind"))


def waited(found: Iterable[Answer], known: Known) -> list[str]:
    """The hospitals of a region that have sent nothing that could be recognised."""
    there = {answer.code for answer in found if answer.kind == HOSPITAL}
    return [finess for finess in known.hospitals if finess not in there]
