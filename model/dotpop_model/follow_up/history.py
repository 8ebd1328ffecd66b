"""Years of one region side by side: each hospital found in a year, and what each year's trajectory announced of the next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import fsum

from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.trajectory import POT_ORDER, Projection, project
from dotpop_model.tables import Frame, Results, Tables

NAN = float("nan")


@dataclass(frozen=True)
class Year:
    """A region in one year, computed. tables: what is shared out. financing: finess, compartment, amount (€) of the other
    compartments. commitments: finess, commitment, deadline, granted, used, done, state (those of `declarations`)."""

    tables: Tables
    hypotheses: Hypotheses
    results: Results
    financing: Frame
    commitments: Frame

    @property
    def year(self) -> int:
        """The base year: that of its allocations."""
        return self.hypotheses.base_year

    @cached_property
    def projection(self) -> Projection:
        """Its trajectory as simulated, whose means its results do not hold."""
        return project(self.tables, self.hypotheses, self.results.indices)


@dataclass(frozen=True, slots=True)
class Found:
    """A hospital in one year. allocation: D (€). population: P. expected: μ P (€). need: B (€)."""

    name: str
    segment: str
    territory: str
    allocation: float
    population: float
    expected: float
    need: float

    @property
    def index(self) -> float:
        """I = D / (μ P); for hospitals merged, all together (`index.group_index`)."""
        return self.allocation / self.expected

    @property
    def per_head(self) -> float:
        """€ per inhabitant served."""
        return self.allocation / self.population

    @property
    def factors(self) -> tuple[float, float, float]:
        """D, P, μ, whose index is D / (P μ)."""
        return self.allocation, self.population, self.expected / self.population

    def and_also(self, other: "Found") -> "Found":
        """The two together, under this one's identity."""
        sums = {one: getattr(self, one) + getattr(other, one) for one in ("allocation", "population", "expected", "need")}
        return replace(self, **sums)


@dataclass(frozen=True, slots=True)
class Announced:
    """What a trajectory says of a hospital in a later year (€). expected: μ P of that year."""

    allocation: float
    expected: float
    carry_forward: float
    caught_up: float

    @property
    def index(self) -> float:
        return self.allocation / self.expected

    def and_also(self, other: "Announced") -> "Announced":
        """The two together."""
        return Announced(*(getattr(self, one) + getattr(other, one) for one in self.__dataclass_fields__))


Announcements = Mapping[str, Announced]


class History:
    """The years of a region in order, whatever the order they are given in.

    successors: FINESS of a hospital merged into another → that of the other. The merged are one hospital over all years:
    amounts, populations and needs added up, the index that of the group.
    Raises ModelError on fewer than two years, a year in double, a successor that is not one.
    """

    def __init__(self, years: Sequence[Year], successors: Mapping[str, str] | None = None) -> None:
        self._years = {one.year: one for one in sorted(years, key=lambda one: one.year)}
        if len(years) < 2 or len(self._years) < len(years):
            told = ", ".join(str(one.year) for one in years) or "aucune"
            message = f"Suivi : années {told}. Donner au moins deux années, chacune une fois."
            raise ModelError([Fault(message, column="année")])
        raw = {year: _found(one) for year, one in self._years.items()}
        self.successors = _heirs(successors or {}, raw)
        known = {finess: one for year in reversed(self.years) for finess, one in raw[year].items()}  # the first year's last
        self.found = {year: self._folded(lines, known) for year, lines in raw.items()}
        self.announced = {year: self._announced(one) for year, one in self._years.items()}

    @property
    def years(self) -> list[int]:
        return list(self._years)

    @property
    def first(self) -> Year:
        return self._years[self.years[0]]

    @property
    def last(self) -> Year:
        return self._years[self.years[-1]]

    def year(self, year: int) -> Year:
        return self._years[year]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Each year followed and the one before it."""
        return list(zip(self.years, self.years[1:], strict=False))

    @property
    def lacking(self) -> list[int]:
        """The years between the first and the last that are not there."""
        return [year for year in range(self.years[0], self.years[-1]) if year not in self._years]

    @cached_property
    def finess(self) -> list[str]:
        """Every hospital, in the order of the first year that has it."""
        return list(dict.fromkeys(finess for lines in self.found.values() for finess in lines))

    @cached_property
    def segments(self) -> list[str]:
        """The segments that hospitals are in, in the order of the sheets."""
        held = {one.segment for lines in self.found.values() for one in lines.values()}
        return [segment for segment in POT_ORDER if segment in held]

    def who(self, finess: str, year: int) -> Found:
        """The identity of a hospital in a year, or the last known before it, or the first after it."""
        known = [one for one in self.years if finess in self.found[one]]
        before = [one for one in known if one <= year]
        return self.found[before[-1] if before else known[0]][finess]

    def announcements(self, by: int, year: int) -> Announcements:
        """What the trajectory of one year says of another, by hospital; nothing beyond its horizon."""
        return self.announced[by].get(year, {})

    def notified(self, by: int, year: int) -> bool:
        """Whether a year's trajectory binds for another one (the years of notice), or only forecasts it."""
        return 0 < year - by <= self._years[by].hypotheses.notice_years

    def _folded(self, lines: Mapping[str, Found], known: Mapping[str, Found]) -> dict[str, Found]:
        folded: dict[str, Found] = {}
        for finess, one in lines.items():
            heir = self.successors.get(finess, finess)
            folded[heir] = folded[heir].and_also(one) if heir in folded else one
        return {finess: _named_as(one, lines.get(finess, known[finess])) for finess, one in folded.items()}

    def _announced(self, one: Year) -> dict[int, dict[str, Announced]]:
        found: dict[int, dict[str, Announced]] = {}
        for finess, year, said in _announcements(one):
            heir, lines = self.successors.get(finess, finess), found.setdefault(year, {})
            lines[heir] = lines[heir].and_also(said) if heir in lines else said
        return found


DECIMALS = 6  # decimals of a euro: beyond, a sum of cents holds nothing but the noise of floats


def total(amounts: Iterable[float]) -> float:
    """A sum of amounts (€), without the noise of floats; missing where one of them is."""
    return round(fsum(amounts), DECIMALS)


def difference(after: float, before: float) -> float:
    """after − before (€), in the same way."""
    return round(after - before, DECIMALS)


def rate(part: float, whole: float) -> float:
    """part / whole; missing where there is no whole."""
    return part / whole if whole else NAN


def _found(one: Year) -> dict[str, Found]:
    indices = one.results.indices
    columns = [indices.texts(name) for name in ("finess", "name", "segment", "territory")]
    amounts = [indices.floats(name).tolist() for name in ("allocation", "population", "mean", "need")]
    return {
        finess: Found(name, segment, territory, allocation, population, mean * population, need)
        for finess, name, segment, territory, allocation, population, mean, need in zip(*columns, *amounts, strict=True)
    }


def _announcements(one: Year) -> Iterator[tuple[str, int, Announced]]:
    """Hospital, year, what is said: the notified amounts, the mean of that year as simulated."""
    trajectory, mean = one.results.trajectory, one.projection.simulated.mean
    people = dict(zip(one.tables.finess, one.results.indices.floats("population").tolist(), strict=True))
    place = {finess: row for row, finess in enumerate(one.tables.finess)}
    columns = [trajectory.floats(name).tolist() for name in ("year", "allocation", "carry_forward", "caught_up")]
    for finess, year, allocation, carried, caught in zip(trajectory.texts("finess"), *columns, strict=True):
        after = int(year) - one.year
        if after > 0:
            expected = float(mean[after, place[finess]]) * people[finess]
            yield finess, int(year), Announced(allocation, expected, carried, caught)


def _named_as(one: Found, other: Found) -> Found:
    return replace(one, name=other.name, segment=other.segment, territory=other.territory)


def _heirs(successors: Mapping[str, str], raw: Mapping[int, Mapping[str, Found]]) -> dict[str, str]:
    """Each hospital merged, with the one that stands for it in the end."""
    last = list(raw)[-1]
    known = {finess for lines in raw.values() for finess in lines}
    faults, heirs = [], {}
    for finess, heir in successors.items():
        followed = [finess, heir]
        while followed[-1] in successors and len(followed) <= len(successors) + 1:
            followed.append(successors[followed[-1]])
        heirs[finess] = followed[-1]
        strangers = sorted({finess, heir} - known)
        if strangers:
            faults.append(f"{named(strangers)} dans aucune année. Corriger le FINESS.")
        elif finess in raw[last]:
            faults.append(f"{finess} existe encore en {last}. Une fusion remplace un établissement qui a disparu.")
        elif followed[-1] not in raw[last]:
            faults.append(f"{heir} n'existe plus en {last}. Nommer l'établissement qui lui succède.")
    if faults:
        raise ModelError(Fault(message, column="fusion", rows=tuple(successors)) for message in faults)
    return heirs
