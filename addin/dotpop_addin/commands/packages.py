"""Commands on the add-ins of the spreadsheet programs."""

import argparse
import json
from importlib import import_module

from dotpop_addin.commands.telling import DONE, PROBLEMS, tell

PACKAGES = {"excel": ("Excel", "dotpop.xlam"), "libreoffice": ("LibreOffice", "dotpop.oxt")}


def package(options: argparse.Namespace) -> int:
    """build, install or uninstall of the add-in of one program."""
    program = PACKAGES[options.action][0]
    if options.package != "build":
        module = import_module(f"dotpop_addin.{options.action}.install")
        given = {"source": options.addin} if getattr(options, "addin", None) else {}
        given |= {"for_files": False} if getattr(options, "without_exports", False) else {}
        tell(options, getattr(module, options.package)(**given))
        return DONE
    module = import_module(f"dotpop_addin.{options.action}.build")
    path = module.build(options.out)
    tell(
        options, f"Complément écrit : {path}. L'installer dans {program} : dotpop {options.action} install.", file=str(path)
    )
    return DONE


def doctor(options: argparse.Namespace) -> int:
    """Of this computer, or of the add-in of one program."""
    from dotpop_addin import diagnosis

    place = f".{options.action}" if options.action in PACKAGES else ""
    findings = import_module(f"dotpop_addin{place}.doctor").doctor()
    sound = diagnosis.sound(findings)
    if options.json:
        content = {"status": "ok" if sound else "problems", "findings": [one.as_dict() for one in findings]}
        print(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        print(diagnosis.told(findings))
    return DONE if sound else PROBLEMS
