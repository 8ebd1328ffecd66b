"""What `running.ask` has done inside LibreOffice, by LibreOffice's own Python, over a pipe.

As a program: reads {"pipe", "extension": identifier, "remove": true, "add": path, "formula": text} on standard input, does
those that are given, stops LibreOffice and writes what came of it. Only the standard library: it may be an old Python.
"""

import json
import sys
import time
from contextlib import suppress
from typing import Any

import uno  # type: ignore[import-not-found]
import unohelper  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.lang import DisposedException  # type: ignore[import-not-found]
from com.sun.star.task import XInteractionHandler  # type: ignore[import-not-found]
from com.sun.star.ucb import XCommandEnvironment, XProgressHandler  # type: ignore[import-not-found]

LIMIT, PAUSE = 60, 0.1  # seconds to wait for LibreOffice
NUMBER = 1  # com.sun.star.sheet.FormulaResult.VALUE


class Approving(unohelper.Base, XCommandEnvironment, XInteractionHandler, XProgressHandler):  # type: ignore[misc]
    """Answers yes to what LibreOffice asks: whether to replace a former version."""

    def getInteractionHandler(self) -> Any:  # noqa: N802
        return self

    def getProgressHandler(self) -> Any:  # noqa: N802
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


def connect(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    start = time.monotonic()
    while True:
        try:
            return resolver.resolve("uno:pipe,name=" + pipe + ";urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() - start > LIMIT:
                raise
            time.sleep(PAUSE)


def carry_out(request: Any, context: Any, desktop: Any) -> Any:
    """Does what is asked, in this order: what there is, an extension removed, one added, a formula computed."""
    manager = context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
    answer = {"found": deployed(manager, request["extension"])}
    if request.get("remove") and answer["found"]:
        manager.removeExtension(request["extension"], "", "user", manager.createAbortChannel(), Approving())
    if "add" in request:
        url = uno.systemPathToFileUrl(request["add"])
        manager.addExtension(url, (), "user", manager.createAbortChannel(), Approving())
    if "formula" in request:
        answer["shown"] = shown(desktop, request["formula"])
    return answer


def deployed(manager: Any, identifier: str) -> Any:
    """Version of the user's extension and whether it is enabled; None when there is none."""
    for extension in manager.getDeployedExtensions("user", manager.createAbortChannel(), Approving()):
        if extension.getIdentifier().Value == identifier:
            registered = extension.isRegistered(manager.createAbortChannel(), Approving())
            return {"version": extension.getVersion(), "enabled": registered.IsPresent and registered.Value.Value}
    return None


def shown(desktop: Any, formula: str) -> Any:
    """What a cell shows when it is given a formula: a number or a text."""
    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
    try:
        cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
        cell.setFormula(formula)
        return cell.Value if cell.FormulaResultType2 == NUMBER else cell.String
    finally:
        document.close(True)


def main() -> None:
    request = json.load(sys.stdin)
    context = connect(request["pipe"])
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    try:
        answer = carry_out(request, context, desktop)
    except Exception as error:  # told to the program that asked, which says it in French
        answer = {"error": type(error).__name__.rpartition(".")[2]}
    with suppress(DisposedException):  # it is gone before it has answered
        desktop.terminate()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
