"""Repairs workbooks in a headless LibreOffice; run with the Python that has the `uno` module.

As a program: office_profile.py EXTENSION FOLDER < request.json > results.json.
The request: {"workbook": path, "areas": [[sheet, area]]}.
"""

import json
import signal
import sys
from pathlib import Path
from typing import Any

from office import LIMIT, Office, properties, uno  # it knows where uno is

from dotpop_addin.libreoffice.repair import repair_document


def seen(document: Any, areas: list[tuple[str, str]]) -> dict[str, Any]:
    """What a document holds: values, formulas, and what it says of itself."""
    cells = [document.Sheets.getByName(sheet).getCellRangeByName(area) for sheet, area in areas]
    return {
        "values": [one.getDataArray() for one in cells],
        "formulas": [one.getFormulaArray() for one in cells],
        "modified": document.isModified(),
        "undo": document.UndoManager.isUndoPossible(),
        "automatic": document.isAutomaticCalculationEnabled(),
    }


def repaired(office: Office, path: Path, areas: list[tuple[str, str]], **options: Any) -> dict[str, Any]:
    """A workbook opened and repaired twice: what it held before and after, and how many repairs there were."""
    document = office.load(path, **options)
    before = seen(document, areas)
    counts = [repair_document(document), repair_document(document)]
    after = seen(document, areas)
    saved = office.save(document, path.with_name(f"{path.stem}_{len(options)}_repaired.xlsx"))
    document.close(True)
    return {"before": before, "counts": counts, "after": after, "saved": str(saved)}


def main() -> None:
    signal.alarm(LIMIT)
    extension, folder = sys.argv[1], Path(sys.argv[2])
    request = json.load(sys.stdin)
    source, areas = Path(request["workbook"]), request["areas"]
    with Office() as office:
        office.install(extension)
        found = {"excel": repaired(office, source, areas), "read only": repaired(office, source, areas, ReadOnly=True)}
        document = office.load(source)
        document.storeToURL(uno.systemPathToFileUrl(str(folder / "unrepaired.ods")), properties(FilterName="calc8"))
        unrepaired = office.save(document, folder / "unrepaired.xlsx")
        document.close(True)
        found["saved by LibreOffice"] = repaired(office, unrepaired, areas)
        found["saved as .ods"] = repaired(office, folder / "unrepaired.ods", areas)
        document = office.load(found["excel"]["saved"])
        found["reopened"] = {"after": seen(document, areas), "counts": [repair_document(document)]}
        document.close(True)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
