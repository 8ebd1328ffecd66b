"""Scenarios: a copy of a region where some hypotheses take other values, calculated."""

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dotpop_addin.actions import Calculation, calculate
from dotpop_addin.books.file import FileBook
from dotpop_addin.books.saving import now
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.hypotheses import Hypothesis, declared
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.reading import shown
from dotpop_addin.region import identify
from dotpop_addin.targets import check_region

NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")


def scenario_file(source: Path, choices: Sequence[str], out: Path, progress: Progress = lambda step: None) -> Calculation:
    """Writes a copy of a region with other values ("CODE=VALUE"), calculated; the region itself is not touched.

    Raises ProblemsFound with every choice that is wrong, or what the calculation finds; nothing is written then.
    """
    check_region(out, source)
    progress("Ouverture")
    book = FileBook(source)
    choose(book, choices)
    calculation = calculate(book, progress)
    progress("Enregistrement")
    book.save(out)
    return calculation


def choose(book: FileBook, choices: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    """Writes hypotheses, each with a source that says what it replaces; gives code → (value before, value now)."""
    field = identify(book)
    sheet, table = field.sheet_of["hypotheses"].name, field.tables["hypotheses"]
    block = book.read(sheet, table.excel)
    lines = {} if block is None else {str(line[block.headers.index("Code")]): row for row, line in enumerate(block.rows)}
    wanted, problems = _parsed(book.name, field, choices)
    lacking = [code for code in wanted if code not in lines]
    problems += [
        Problem(book.name, f"hypothèse {code} absente du classeur", "sa ligne", "La rétablir.", sheet) for code in lacking
    ]
    if problems or block is None:
        raise ProblemsFound(problems)
    place = {column.name: block.headers.index(column.header) for column in table.columns}
    changed = {}
    for code, value in wanted.items():
        row = lines[code]
        before, source = block.rows[row][place["value"]], block.rows[row][place["source"]]
        changed[code] = (before, value)
        told = f"Scénario : {'vide' if before is None else shown(before)} dans la région ({source})"
        cells = {"value": value, "valid_from": f"{now():%d/%m/%Y}", "source": told}
        book.write_cells(sheet, {block.address(row, place[name]): cell for name, cell in cells.items()})
    return changed


def _parsed(file: str, field: Field, choices: Sequence[str]) -> tuple[dict[str, Any], list[Problem]]:
    """The values asked for, by code; and what is wrong in them."""
    known = declared(field.hypotheses_file)
    wanted: dict[str, Any] = {}
    problems: list[Problem] = []
    for choice in choices:
        code, equal, text = (part.strip() for part in choice.partition("="))
        code = code.upper()
        if not equal:
            problems.append(Problem(file, f"« {choice} »", "CODE=VALEUR", "Écrire par exemple IDX_BORNE_BASSE=0,9."))
        elif code not in known:
            near = difflib.get_close_matches(code, known, 1)
            action = f"Peut-être {near[0]}." if near else "Voir la feuille Hypothèses."
            problems.append(Problem(file, f"hypothèse inconnue « {code} »", "un code de la feuille Hypothèses", action))
        elif code in wanted:
            problems.append(Problem(file, f"{code} donné deux fois", "une seule valeur", "N'en garder qu'une."))
        else:
            value = typed(known[code], text)
            try:
                known[code].parse(value)
            except ValueError:
                found = f"{code} : « {text} »"
                problems.append(Problem(file, found, known[code].expected, "Corriger la valeur."))
            wanted[code] = value
    return wanted, problems


def typed(one: Hypothesis, text: str) -> Any:
    """What a user types for a hypothesis, as a cell holds it: "5 %" or "0,05" for a share, a label in any case, "" for none.

    >>> from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
    >>> known = declared(PSYCHIATRIE.hypotheses_file)
    >>> typed(known["ENV_MARGE"], "5 %"), typed(known["ENV_SEGMENTATION"], "non"), typed(known["TRJ_PLAFOND"], "")
    (0.05, 'NON', None)
    """
    if not text:
        return None
    if one.labels:
        return next((label for label in one.labels if label.lower() == text.lower()), text)
    percent = text.endswith("%")
    bare = text.removesuffix("%").replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    if not NUMBER.fullmatch(bare):
        return text
    number = float(bare.replace(",", "."))
    if percent:
        return round(number / 100, 12) if one.kind == "share" else text
    return int(number) if number == int(number) and one.kind != "share" else number
