"""The file of a federation: its hospitals, their figures as far as the level of disclosure goes, room to contest them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dotpop_addin.declarations import sent
from dotpop_addin.declarations.sent import sendings
from dotpop_addin.disclosure import Disclosure, Reader
from dotpop_addin.levels import ADMITTED_FROM, MEANINGS, MEMBERS, Level
from dotpop_addin.sending.content import Content, about
from dotpop_addin.sending.known import Known
from dotpop_addin.sending.signals import Limits

Line = dict[str, Any]
WITHHELD = "À cette diffusion, les établissements et leurs chiffres n'y figurent pas : les contester par leur FINESS."
NOT_COMPUTED = "Le classeur de la région ne se calcule pas encore : populations, indices et besoins manquent."
APART = "Hors du partage"
"""In place of the position of a hospital that is not shared out to: of paediatrics."""
BEFORE_CALCULATION = ("finess", "name", "segment", "territory", "allocation", "words")


def federations(named: Iterable[str | None]) -> list[str]:
    """The federations that are asked, from those of the hospitals of a region."""
    return sorted({name for name in named if name} - {"Autre"})


def content(known: Known, name: str, level: Level, disclosure: Disclosure | None) -> Content:
    """The file of one federation. disclosure: None where the region cannot be computed yet."""
    lines: list[Line] = []
    columns: dict[str, Sequence[str]] = {}
    said = [f"Diffusion choisie par l'agence : « {level.word} », {MEANINGS[level]}."]
    if level < ADMITTED_FROM[MEMBERS]:
        said.append(WITHHELD)
    elif disclosure is None:
        lines, columns = _uncomputed(known, name), {"observed": BEFORE_CALCULATION}
        said.append(NOT_COMPUTED)
    else:
        lines = _computed(known, disclosure, name)
    told = about(known, sent.FEDERATION, name, name, "", level.word)
    limits = Limits(known.hypotheses.jump, known.hypotheses.jump_least)
    sending = sendings(known.field)[sent.FEDERATION]
    given: dict[str, Sequence[Line]] = {"observed": lines, "signature": [{}]}
    return Content(sending, name, told, limits, given, columns, said)


def _uncomputed(known: Known, name: str) -> list[Line]:
    """What is known of the hospitals of a federation before any calculation."""
    own = [line for line in known.lines["hospitals"] if line["federation"] == name]
    segments = known.field.labels("hospitals", "segment")
    return [{**line, "segment": segments[line["segment"]]} for line in own]


def _computed(known: Known, disclosure: Disclosure, name: str) -> list[Line]:
    """The results of the hospitals of a federation, as far as it may see them."""
    positions, segments = known.field.labels("indices", "position"), known.field.labels("hospitals", "segment")
    results = disclosure.to(Reader(federation=name)).results.indices.records()
    own = [line for line in results if line["federation"] == name]
    shared = set(disclosure.results.indices.texts("finess"))
    apart = [line for line in known.lines["hospitals"] if line["federation"] == name and line["finess"] not in shared]
    return [
        *(
            {**line, "segment": segments[line["segment"]], "position": positions[line["position"]]} | _whole(line)
            for line in own
        ),
        *({**line, "segment": segments[line["segment"]], "position": APART} for line in apart),
    ]


def _whole(line: Mapping[str, Any]) -> Line:
    """The same without numbers that are missing."""
    return {name: None for name, value in line.items() if value != value}
