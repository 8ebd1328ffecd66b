"""Commands on what leaves a region for others, and on what comes back."""

import argparse
import json

from dotpop_addin.commands.telling import DONE, PROBLEMS, tell


def fiches(options: argparse.Namespace) -> int:
    from dotpop_addin.fiches import write_fiches
    from dotpop_addin.levels import Level
    from dotpop_addin.progress import progress

    level, notices = Level.named(options.diffusion), list[str]()
    with progress(options.json) as step:
        written = write_fiches(options.file, options.out, level=level, pdf=options.pdf, progress=step, notice=notices.append)
    told = " ".join([f"{len(written)} fichiers écrits dans {options.out}.", *notices])
    tell(options, told, files=[str(path) for path in written], notices=notices)
    return DONE


def send(options: argparse.Namespace) -> int:
    from dotpop_addin.levels import Level
    from dotpop_addin.progress import progress
    from dotpop_addin.sending import send

    with progress(options.json) as step:
        written = send(options.file, options.out, Level.named(options.diffusion), previous=options.previous, progress=step)
    tell(options, f"{len(written)} fichiers écrits dans {options.out}.", files=[str(path) for path in written])
    return DONE


def compare(options: argparse.Namespace) -> int:
    from dotpop_addin.comparison import write_comparison
    from dotpop_addin.progress import progress

    with progress(options.json) as step:
        write_comparison(options.files, options.out, step)
    names = [str(file) for file in options.files]
    tell(options, f"Comparaison écrite : {options.out}.", file=str(options.out), compared=names)
    return DONE


def sensitivity(options: argparse.Namespace) -> int:
    from dotpop_addin.progress import progress
    from dotpop_addin.sensitivity import write_sensitivity

    with progress(options.json) as step:
        found = write_sensitivity(
            options.file, options.out, draws=options.draws, seed=options.seed, ranges=options.range, progress=step
        )
    told = f"{found.scenarios} scénarios indépendants, {len(found.joint.drawn)} facteurs. Étude écrite : {options.out}."
    tell(options, told, file=str(options.out), scenarios=found.scenarios, factors=[one.code for one in found.joint.drawn])
    return DONE


def follow(options: argparse.Namespace) -> int:
    from dotpop_addin.follow_up import write_follow_up
    from dotpop_addin.progress import progress

    with progress(options.json) as step:
        written = write_follow_up(options.files, options.out, options.fusion, step)
    text = "\n".join([*written.told, f"Suivi écrit : {options.out}."])
    years = written.found.history.years
    tell(options, text, written.warnings, file=str(options.out), years=years, told=written.told)
    return DONE


def survey(options: argparse.Namespace) -> int:
    from dotpop_addin.progress import progress
    from dotpop_addin.survey import as_dict, write_survey

    with progress(options.json) as step:
        written = write_survey(options.files, options.out, step)
    text = "\n".join([*written.told, f"Synthèse écrite : {options.out}."])
    tell(options, text, written.warnings, file=str(options.out), told=written.told, **as_dict(written.survey))
    return DONE


def synthese(options: argparse.Namespace) -> int:
    from dotpop_addin.levels import Level
    from dotpop_addin.progress import progress
    from dotpop_addin.synthese import write_synthese

    with progress(options.json) as step:
        write_synthese(options.file, options.out, Level.named(options.diffusion), options.federation, step)
    tell(options, f"Synthèse écrite : {options.out}.", file=str(options.out), diffusion=options.diffusion)
    return DONE


def check_returns(options: argparse.Namespace) -> int:
    from dotpop_addin.progress import progress
    from dotpop_addin.returns import report
    from dotpop_addin.returns.actions import check_returns

    with progress(options.json) as step:
        checked = check_returns(options.files, options.region, options.out, step)
    if options.json:
        print(json.dumps(report.as_dict(checked), ensure_ascii=False, indent=2))
    else:
        print(report.told(checked))
        if options.out:
            print(f"Liste avec un lien vers chaque cellule : {options.out}")
    return PROBLEMS if any(answer.refused() for answer in checked.answers) else DONE


def collect(options: argparse.Namespace) -> int:
    from dotpop_addin.progress import progress
    from dotpop_addin.returns import report
    from dotpop_addin.returns.actions import collect_file

    with progress(options.json) as step:
        collected = collect_file(
            options.files,
            options.into,
            out=options.out,
            confirmed=options.confirm,
            anomalies=options.anomalies,
            progress=step,
        )
    if options.json:
        print(json.dumps(report.collected_as_dict(collected), ensure_ascii=False, indent=2))
    else:
        print(report.told_collected(collected))
    return PROBLEMS if collected.refused else DONE
