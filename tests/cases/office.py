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
import time
from typing import Any

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian's python3-uno is
import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment, XProgressHandler

START = 60  # seconds to start
LIMIT = 300  # seconds for everything: pyuno has no timeouts of its own


class Office:
    """One office process with its own profile; killed, with all its children, when the block is left."""

    def __init__(self, site: str) -> None:
        self._profile = tempfile.TemporaryDirectory()
        pipe = f"dotpop{os.getpid()}"
        command = ["soffice", f"-env:UserInstallation=file://{self._profile.name}", "--headless", "--norestore", "--nologo"]
        self._process = subprocess.Popen(
            [*command, f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"],
            env={**os.environ, "DOTPOP_SITE": site},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.context = self._connect(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._profile.cleanup()

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

    def load(self, path: str) -> Any:
        desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        hidden = PropertyValue()
        hidden.Name, hidden.Value = "Hidden", True
        return desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (hidden,))


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
    signal.alarm(LIMIT)
    extension, site, workbook = sys.argv[1:4]
    with Office(site) as office:
        office.install(extension)
        document = office.load(workbook)
        document.calculateAll()
        results = [shown(document, sheet, area) for sheet, area in json.load(sys.stdin)]
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
