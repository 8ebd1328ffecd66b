"""Builds dotpop.oxt: generated texts, the component, the packages it runs, the templates. Same sources, same bytes."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from xml.sax.saxutils import escape

from dotpop_addin import packages
from dotpop_addin.functions.registry import FUNCTIONS, CellFunction
from dotpop_addin.libreoffice import menus
from dotpop_model import __version__

NAME, IDENTIFIER = "dotpop.oxt", "fr.dotpop.addin"
# Names that .ods files store: they are never changed.
SERVICE, INTERFACE = "fr.dotpop.AddIn", "XDotpop"
BUNDLED = ("dotpop_model", "dotpop_addin")  # LibreOffice looks for modules in the extension's folder "pythonpath"
CONFIGURATION = ("CalcAddIns.xcu", "Addons.xcu", "CalcWindowState.xcu", "Jobs.xcu")


def build(folder: Path) -> Path:
    """Writes the extension; returns its path. Raises ProblemsFound."""
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        f"{INTERFACE}.idl": _interface(),
        "CalcAddIns.xcu": _registration(),
        "Addons.xcu": menus.addons(),
        "CalcWindowState.xcu": menus.window_state(),
        "Jobs.xcu": menus.jobs(),
        "component.py": files("dotpop_addin.libreoffice").joinpath("component.py").read_text("utf-8"),
    }
    content = {name: text.encode() for name, text in parts.items()}
    for package in BUNDLED:
        content |= _sources(files(package), f"pythonpath/{package}")
    content |= _templates()
    packages.write(folder, {NAME: packages.zipped(content)})
    return folder / NAME


def method(function: CellFunction) -> str:
    """Name of a function's method, as .ods files store it: DOTPOP_POP_CORRIGEE → dotpopPopCorrigee.

    >>> method(FUNCTIONS[0])
    'dotpopIndiceCompose'
    """
    return _joined(function.name.lower())


def _joined(name: str) -> str:
    """A name without the underscores, which interface definitions refuse."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _sources(folder: Traversable, place: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in folder.iterdir():
        if one.is_dir() and one.name != "__pycache__":
            found |= _sources(one, f"{place}/{one.name}")
        elif one.name.endswith((".py", ".toml")):
            found[f"{place}/{one.name}"] = one.read_bytes()
    return found


def _templates() -> dict[str, bytes]:
    """The empty workbooks and the look of what is written, without the modules that make them."""
    folder = files("workbook_templates")
    names = ["__init__.py", "look.py", *(one.name for one in folder.iterdir() if one.name.endswith(".xlsx"))]
    return {f"pythonpath/workbook_templates/{name}": folder.joinpath(name).read_bytes() for name in names}


def _interface() -> str:
    lines = []
    for function in FUNCTIONS:
        arguments = ", ".join(f"[in] any {_joined(argument.name)}" for argument in function.arguments)
        lines.append(f"    sequence< sequence< any > > {method(function)}({arguments});")
    body = "\n".join(lines)
    return f"module fr {{ module dotpop {{\ninterface {INTERFACE} {{\n{body}\n}};\n}}; }};\n"


def _registration() -> str:
    functions = "".join(_function_node(function) for function in FUNCTIONS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f' <node oor:name="AddInInfo"><node oor:name="{SERVICE}" oor:op="replace"><node oor:name="AddInFunctions">\n'
        f"{functions} </node></node></node>\n</oor:component-data>\n"
    )


def _function_node(function: CellFunction) -> str:
    arguments = "".join(
        f'<node oor:name="{_joined(argument.name)}" oor:op="replace">{_text("DisplayName", argument.name)}'
        f"{_text('Description', argument.help)}</node>"
        for argument in function.arguments
    )
    return (
        f'  <node oor:name="{method(function)}" oor:op="replace">{_text("DisplayName", function.name)}'
        f'{_text("Description", function.summary)}<prop oor:name="Category"><value>Add-In</value></prop>'
        f'<prop oor:name="CompatibilityName"><value xml:lang="en">{function.name}</value></prop>'
        f'<node oor:name="Parameters">{arguments}</node></node>\n'
    )


def _text(name: str, value: str) -> str:
    shown = escape(value)
    return f'<prop oor:name="{name}"><value xml:lang="en">{shown}</value><value xml:lang="fr">{shown}</value></prop>'


def _manifest() -> str:
    entries = {
        f"{INTERFACE}.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "component.py": "application/vnd.sun.star.uno-component;type=Python",
        **dict.fromkeys(CONFIGURATION, "application/vnd.sun.star.configuration-data"),
    }
    entry = ' <manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>\n'
    lines = "".join(entry.format(path, kind) for path, kind in entries.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{lines}</manifest:manifest>\n'
    )


def _description() -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<description xmlns="http://openoffice.org/extensions/description/2006">\n'
        f' <identifier value="{IDENTIFIER}"/><version value="{__version__}"/>\n'
        ' <display-name><name lang="fr">Dotation populationnelle</name></display-name>\n</description>\n'
    )
