"""Builds dotpop.xlam, on any system: xlwings' empty add-in with our modules, ribbon and settings. Same sources, same bytes.

What must stand on the computer for it to run: the Python of the setting Interpreter_Win, with dotpop and this very version
of xlwings; and xlwings' library (xlwings64-<version>.dll for a 64-bit Excel, xlwings32-<version>.dll for a 32-bit one,
whatever the Python), which pip puts in Python's folder. It is looked for in the folder of the setting Library, then in the
folder of pythonw.exe, then in the one above.

Of xlwings' own VBA nothing is kept: its public functions, such as RunPython, could be called by a formula of any workbook;
its settings are read from the workbook in front, or beside it; and the name of that workbook goes through cmd.exe.
"""

import io
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

from dotpop_addin import packages
from dotpop_addin.excel import conf
from dotpop_addin.excel.modules import modules
from dotpop_addin.excel.ribbon import ribbon
from dotpop_addin.macros import TAB
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_model import __version__

NAME, LICENCES = "dotpop.xlam", "dotpop-licences.txt"
TEMPLATE = "xlwings/quickstart_addin_ribbon.xlam"
OBJECTS = ("ThisWorkbook", "Sheet2")  # modules of the workbook and of its sheet, which it cannot be without
UNUSED = "MSForms"  # a library that the template refers to
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def build(folder: Path, interpreter: str = conf.PYTHON, pythonpath: str = "", library: str = "") -> Path:
    """Writes the add-in, and beside it the licences of what it holds of others; returns the add-in's path.

    interpreter, pythonpath, library: see `conf.Settings`. Raises ProblemsFound.
    """
    _require()
    settings = conf.Settings(interpreter, pythonpath, library, __version__)
    content = packages.zipped(_parts(_template()) | _our_parts(settings))
    packages.write(folder, {LICENCES: _licences().encode(), NAME: content})
    return folder / NAME


def _require() -> None:
    """Refuses to build without the packages, or with another xlwings than the one whose library the add-in names."""
    action = "Lancer : python -m pip install dotpop[excel]."
    problems = []
    for name, wanted in {"xlwings": conf.XLWINGS, "pyOpenVBA": ""}.items():
        version = _version(name)
        if not version:
            problems.append(Problem(NAME, f"{name} n'est pas installé", f"{name} {wanted}".rstrip(), action))
        elif wanted and version != wanted:
            problems.append(Problem(NAME, f"{name} {version} est installé", f"{name} {wanted}", action))
    if problems:
        raise ProblemsFound(problems)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _template() -> bytes:
    """xlwings' empty add-in, with our VBA in place of its own. xlwings itself is not imported: it takes a second."""
    from pyopenvba import ExcelFile

    template = str(metadata.distribution("xlwings").locate_file(TEMPLATE))
    with tempfile.TemporaryDirectory() as folder, ExcelFile(template) as book:
        project = book.vba_project()
        for name in project.module_names():
            if name not in OBJECTS:
                project.delete_module(name)
        for name, text in modules().items():
            if name in OBJECTS:
                book.set_module(name, text)
            else:
                project.add_module(name, text)
        book.remove_reference(UNUSED)
        target = Path(folder, NAME)
        book.save(target)
        return target.read_bytes()


def _parts(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def _our_parts(settings: conf.Settings) -> dict[str, bytes]:
    """The parts that stand in place of the template's, under the same names and relations."""
    texts = {
        "customUI/customUI.xml": ribbon(),
        "xl/workbook.xml": _workbook(),
        conf.PART: conf.sheet(settings),
        "docProps/core.xml": _properties(),
    }
    return {name: text.encode() for name, text in texts.items()}


def _workbook() -> str:
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'{HEAD}<workbook xmlns="{conf.MAIN}" xmlns:r="{relations}"><workbookPr codeName="ThisWorkbook"/>'
        f'<bookViews><workbookView visibility="hidden"/></bookViews>'
        f'<sheets><sheet name="{conf.SHEET}" sheetId="2" r:id="rId3"/></sheets></workbook>'
    )


def _properties() -> str:
    """What Excel's list of add-ins shows."""
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{TAB}</dc:title><dc:creator>dotpop {__version__}</dc:creator>"
        "<dc:description>Indices de financement et trajectoires des établissements.</dc:description></cp:coreProperties>"
    )


def _licences() -> str:
    text = metadata.distribution("xlwings").read_text("licenses/LICENSE.txt") or ""
    return f"dotpop.xlam contient des parties de xlwings {conf.XLWINGS} :\n\n{text}"
