"""What is found, in sentences with figures: those of the first page, and those at the head of the others."""

from collections.abc import Iterator
from typing import Any

from dotpop_addin.follow_up.sheets import only
from dotpop_addin.wording import change, decimals, index_of, money, percent, several, signed
from dotpop_model.errors import counted, plural
from dotpop_model.follow_up import FollowUp
from dotpop_model.follow_up.totals import WHOLE

Row = dict[str, Any]
FELT = 5e-6  # of an allocation: a smaller step is none


def essential(found: FollowUp) -> Iterator[tuple[str, str]]:
    """The topics of the first page, in the order of the pages, each in a few sentences."""
    yield "Objectif", objective(found)
    yield "Prévu et réalisé", planned(found, found.history.years[-1])
    yield "Indices", indices(found)
    yield "Engagements", commitments(found)
    yield "Inégalités", inequality(found)
    yield "Préavis", " ".join(reviews(found)[-1:])
    yield "Rythme NHS", pace(found)
    yield "Périmètre", f"{perimeter(found)} Ce qui manque : page 10. Document de travail, où chaque établissement est nommé."


def objective(found: FollowUp) -> str:
    """Whether the objective is on its way."""
    given, years = found.history.first.hypotheses, found.history.years
    row = _whole(found.objective_segments, year=years[-1])
    if not row["need"]:
        return f"Aucun établissement n'avait de besoin en {years[0]} : il n'y a pas d'objectif à suivre."
    end = years[0] + given.horizon
    told = [
        f"Combler {percent(given.target_share, 0)} du besoin de {money(row['need'])} entre {years[0]} et {end}. "
        f"En {years[-1]}, {percent(row['closed'], 1)} sont comblés ({money(row['counted'])}), pour un chemin de "
        f"{percent(row['path_share'], 1)} : {_verdict(row)}."
    ]
    if row["verdict"] != "reached" and years[-1] < end:
        told.append(
            f"Au même rythme, {percent(row['projected'], 1)} en {end} ; pour atteindre l'objectif, il reste à apporter "
            f"{money(row['per_year'])} par an."
        )
    if row["lost_need"]:
        told.append(
            f"{money(row['lost_need'])} de ce besoin étaient à des établissements qu'on ne suit plus ; sans eux, "
            f"{percent(row['closed_followed'], 1)} sont comblés."
        )
    return " ".join(told)


def _verdict(row: Row) -> str:
    if row["verdict"] == "reached":
        return "l'objectif est atteint"
    if row["verdict"] == "on_way":
        return f"en route, {money(row['gap'])} d'avance" if row["gap"] >= 1 else "en route, juste sur le chemin"
    return f"en retard de {money(-row['gap'])}"


def planned(found: FollowUp, year: int) -> str:
    """A year's allocations against what the year before announced."""
    row = _whole(found.planned_segments, year=year)
    if row["before"] != row["before"]:
        return f"En {year}, {money(row['after'])} sont alloués ; aucune trajectoire n'annonçait cette année."
    told = [
        f"En {year}, {money(row['after'])} sont alloués pour {money(row['before'])} prévus : {change(row['gap'])} "
        f"({signed(row['gap_rate'])}). {counted(row['same'], 'établissement')} au montant prévu, {row['up']} au-dessus, "
        f"{row['down']} au-dessous."
    ]
    parts = {
        "followed": "établissements suivis",
        "appeared": "apparus",
        "vanished": "disparus",
        "moved": "changements de segment",
    }
    reasons = [f"{words} {change(row[name])}" for name, words in parts.items() if abs(row[name]) >= 1]
    if reasons:
        told.append(f"L'écart vient de : {', '.join(reasons)}.")
    return " ".join(told)


def indices(found: FollowUp) -> str:
    """Whether indices move towards 1, since the start."""
    years = found.history.years
    row = _whole(found.index_segments, year=years[-1], from_year=years[0])
    if not row["hospitals"]:
        return f"Aucun établissement n'est présent en {years[0]} et en {years[-1]}."
    several_of = counted(row["hospitals"], "établissement")
    comes = "se rapproche" if row["nearer"] < 2 else "se rapprochent"
    parts = [f"{row['nearer']} des {several_of} présents aux deux dates {comes} de 1"]
    parts.append(several(row["away"], "s'en éloigne", "s'en éloignent"))
    parts += [several(row["same"], "ne bouge pas", "ne bougent pas")] if row["same"] else []
    over = f" ; {several(row['crossed'], 'passe', 'passent')} de l'autre côté de 1" if row["crossed"] else ""
    return (
        f"De {years[0]} à {years[-1]}, {', '.join(parts)}{over}. L'écart moyen à 1 passe de "
        f"{decimals(row['distance_before'])} à {decimals(row['distance'])}."
    )


def commitments(found: FollowUp) -> str:
    """What was promised and done, as the last year says."""
    year = found.history.years[-1]
    row = _whole(found.commitment_totals, year=year)
    if not row["lines"]:
        return f"Le classeur de {year} ne tient aucun engagement (feuille Financements)."
    told = [
        f"En {year}, sur {counted(row['lines'], 'engagement')} : {counted(row['kept'], 'tenu')}, "
        f"{row['ongoing']} en cours, {several(row['missed'], 'non tenu', 'non tenus')}{_untold(row['untold'])} ; "
        f"échéance passée sans être {plural(row['due'], 'tenu')} : {row['due']}."
    ]
    known = row["granted"] - row["unknown"]
    if known > 0:
        told.append(
            f"Sur {money(known)} accordés dont l'emploi est connu, {money(row['unspent'])} ne sont pas consommés "
            f"({percent(row['unspent_rate'], 1)})."
        )
    if row["unknown"]:
        told.append(f"L'emploi de {money(row['unknown'])} n'est pas dit.")
    return " ".join(told)


def _untold(count: int) -> str:
    return f", {count} sans état" if count else ""


def inequality(found: FollowUp) -> str:
    """Whether allocations per head come closer to each other."""
    rows = only(found.inequalities, basis="index", perimeter="constant").records()
    first, last, years = rows[0], rows[-1], found.history.years
    if first["variation"] != first["variation"]:
        return "Aucun établissement n'est présent chaque année avec une dotation : l'inégalité n'est pas suivie."
    rate = last["variation"] / first["variation"] - 1 if first["variation"] else 0.0
    word = "baisse" if rate < -1e-9 else "augmente" if rate > 1e-9 else "ne change pas"
    return (
        f"L'inégalité {word} entre établissements comparables (dotation par habitant rapportée à la moyenne du segment, "
        f"{counted(last['hospitals'], 'établissement')} présents chaque année) : coefficient de variation "
        f"{decimals(first['variation'])} en {years[0]}, {decimals(last['variation'])} en {years[-1]} ({signed(rate, 1)}) ; "
        f"Gini {decimals(first['gini'])} puis {decimals(last['gini'])} ; quart le mieux doté sur quart le moins doté : "
        f"{decimals(first['quarters'], 2)} puis {decimals(last['quarters'], 2)}."
    )


def reviews(found: FollowUp) -> list[str]:
    """What each year's review changed in the trajectory announced the year before."""
    told = []
    for before, year in found.history.pairs:
        rows = only(
            found.notice_segments, announced_by=before, followed_by=year, outcome="reviewed", segment=WHOLE
        ).records()
        if not rows:
            told.append(f"La revue de {year} ne dit rien des années que {before} avait notifiées au-delà.")
            continue
        parts = [f"pour {row['year']}, {change(row['gap'])} ({signed(row['gap_rate'])})" for row in rows]
        row = rows[0]
        told.append(
            f"La revue de {year} change la trajectoire annoncée en {before} : {' ; '.join(parts)}. Pour {row['year']} : "
            f"{counted(row['up'], 'établissement')} au-dessus de l'annonce, {row['down']:.0f} au-dessous, "
            f"{row['same']:.0f} au même montant."
        )
    return told


def pace(found: FollowUp) -> str:
    """The same region under pace of change."""
    row, last = only(found.pace.segments, segment=WHOLE).records()[0], found.pace.years.records()[-1]
    told = [
        f"Avec le même argent chaque année, au rythme de NHS England, l'écart moyen à 1 serait de "
        f"{decimals(last['pace_distance'])} en {last['year']:.0f}, contre {decimals(last['distance'])} par la trajectoire "
        f"de la région. {counted(row['more'], 'établissement')} auraient plus ({change(row['gains'])}), {row['less']} moins "
        f"({change(row['losses'])})."
    ]
    short = [line for line in found.pace.years.records() if line["coverage"] < 1]
    if short:
        least = min(line["coverage"] for line in short)
        told.append(
            f"Les planchers ne sont pas couverts en {', '.join(str(line['year']) for line in short)} : l'argent de l'année "
            f"en paie {percent(least, 1)} au moins ; ils sont réduits d'autant pour tous."
        )
    if abs(row["gap"]) >= 1:
        told.append(f"Les deux façons ne placent pas le même total : {change(row['gap'])} au rythme de NHS England.")
    return " ".join(told)


def cliffs(found: FollowUp) -> str:
    """Where the region's rules treat two hospitals that are almost alike otherwise."""
    told: dict[float, str] = {}
    for row in found.pace.steps.records():
        if abs(row["step"]) >= FELT:
            told.setdefault(row["bound"], f"à {index_of(row['bound'])}, de {signed(row['step'], 3)}")
    if not told:
        return "Les bornes de la région ne font pas de marche la première année ; le rythme de NHS England n'en fait jamais."
    return (
        f"En passant une borne, un établissement presque égal au précédent n'a plus la même croissance avec les règles de "
        f"la région : la marche est, {' ; '.join(told.values())}. Le rythme de NHS England est continu : il n'en a pas."
    )


def perimeter(found: FollowUp) -> str:
    """Who is not there in every year, and which years are not there."""
    words = found.changes.texts("change")
    counts = {
        "appeared": ("apparaît", "apparaissent"),
        "vanished": ("disparaît", "disparaissent"),
        "moved": ("change de segment", "changent de segment"),
        "merged": ("est réuni à un autre", "sont réunis à un autre"),
    }
    told = [several(words.count(word), *verbs) for word, verbs in counts.items() if word in words]
    whole = f"Établissements : {', '.join(told)}." if told else "Les mêmes établissements chaque année."
    lacking = found.history.lacking
    return f"{whole} Années manquantes : {', '.join(map(str, lacking))}." if lacking else whole


def missing(found: FollowUp) -> list[str]:
    """What is not known, and is left out of the figures."""
    year, told = found.history.years[-1], []
    gone = found.compartments.texts("state").count("vanished")
    if gone:
        lines = several(gone, "ligne de compartiment est absente", "lignes de compartiments sont absentes")
        told.append(f"{lines} d'une année à la suivante : l'évolution de ces établissements manque (5 par établissement).")
    used = only(found.commitments, year=year).floats("used")
    unknown = int((used != used).sum())
    if unknown:
        told.append(f"{counted(unknown, 'engagement')} de {year} sans moyens employés : non-consommé inconnu.")
    for row in only(found.inequalities, basis="index", perimeter="year").records():
        if row["left_out"]:
            told.append(
                f"En {row['year']}, {counted(row['left_out'], 'établissement')} sans dotation, hors des mesures d'inégalité."
            )
    aside = len(found.history.last.tables.outside)
    if aside:
        told.append(f"{counted(aside, 'établissement')} de pédiatrie, hors du partage : suivis aux pages 5 et 6 seulement.")
    return told or ["Rien d'autre ne manque."]


def _whole(frame: Any, **values: object) -> Row:
    """The line of the region."""
    row: Row = only(frame, segment=WHOLE, **values).records()[0]
    return row
