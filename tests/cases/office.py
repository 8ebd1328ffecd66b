"""A headless LibreOffice driven over UNO, with the dotpop extension; run with the Python that has the `uno` module.

As a program: office.py EXTENSION SITE WORKBOOK < areas.json > results.json. The workbook is opened and recalculated, and
what the cells of each [sheet, area] show is written.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

DEBIAN = "/usr/lib/python3/dist-packages"  # where its python3-uno is, among much else
sys.path.append(DEBIAN)
import uno
import unohelper

sys.path.remove(DEBIAN)
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment, XProgressHandler

START = 60  # seconds to start
LIMIT = 600  # seconds for everything: pyuno has no timeouts of its own, so the office is killed
SITE = str(Path(str((find_spec("numpy") or sys).origin)).parent.parent)  # type: ignore[union-attr]
"""Where numpy is, for LibreOffice's own Python."""


class Office:
    """One office process with its own profile; killed, with all its children, when the block is left."""

    def __init__(self, site: str = SITE) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="dotpop")
        pipe = Path(self._profile.name).name
        command = ["soffice", f"-env:UserInstallation=file://{self._profile.name}", "--headless", "--norestore", "--nologo"]
        self._process = subprocess.Popen(
            [*command, f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"],
            env={**os.environ, "DOTPOP_SITE": site},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._limit = threading.Timer(LIMIT, self._kill)
        self._limit.daemon = True
        self._limit.start()
        self.context = self._connect(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        self._limit.cancel()
        self._kill()
        self._process.wait()
        self._profile.cleanup()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _connect(self, address: str) -> Any:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        start = time.monotonic()
        while True:
            try:
                return resolver.resolve(address)
            except NoConnectException:
                if time.monotonic() - start > START or self._process.poll() is not None:
                    raise
                time.sleep(0.1)

    def install(self, extension: str) -> None:
        manager = self.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        url = uno.systemPathToFileUrl(extension)
        manager.addExtension(url, (), "user", manager.createAbortChannel(), Approving())

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def load(self, path: object, **options: Any) -> Any:
        """Opens a file without a window, unless told otherwise."""
        given = properties(**{"Hidden": True, **options})
        document = self.desktop.loadComponentFromURL(uno.systemPathToFileUrl(str(path)), "_blank", 0, given)
        if document is None:
            raise FileNotFoundError(path)
        return document

    def save(self, document: Any, path: Path) -> Path:
        """Saves a copy as an Excel workbook; the document stays the one it was."""
        document.storeToURL(uno.systemPathToFileUrl(str(path)), properties(FilterName="Calc MS Excel 2007 XML"))
        return path

    def resave(self, source: Path, target: Path) -> Path:
        """Opens a workbook, computes it and saves it elsewhere as Calc writes it."""
        document = self.load(source)
        document.calculateAll()
        self.save(document, target)
        document.close(True)
        return target


def properties(**given: Any) -> tuple[Any, ...]:
    """Named values as LibreOffice takes them."""
    found = []
    for name, value in given.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        found.append(one)
    return tuple(found)


class Approving(unohelper.Base, XCommandEnvironment, XInteractionHandler, XProgressHandler):  # type: ignore[misc]
    """Answers yes to what the installation asks."""

    def getInteractionHandler(self) -> Any:
        return self

    def getProgressHandler(self) -> Any:
        return self

    def handle(self, request: Any) -> None:
        approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")
        for continuation in request.getContinuations():
            if continuation.queryInterface(approve):
                continuation.select()
                return

    def push(self, status: Any) -> None: ...

    def update(self, status: Any) -> None: ...

    def pop(self) -> None: ...


def shown(document: Any, sheet: str, area: str) -> list[list[Any]]:
    """What the cells of an area show: numbers, texts, or the error of a cell."""
    cells = document.Sheets.getByName(sheet).getCellRangeByName(area)
    rows = [list(row) for row in cells.getDataArray()]
    for i, row in enumerate(rows):
        for j, _ in enumerate(row):
            if cells.getCellByPosition(j, i).getError():
                row[j] = f"Err:{cells.getCellByPosition(j, i).getError()}"
    return rows


def main() -> None:
    extension, site, workbook = sys.argv[1:4]
    with Office(site) as office:
        office.install(extension)
        document = office.load(workbook)
        document.calculateAll()
        results = [shown(document, sheet, area) for sheet, area in json.load(sys.stdin)]
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
