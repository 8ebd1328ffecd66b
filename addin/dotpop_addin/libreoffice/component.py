"""The component that LibreOffice loads: the cell functions, the macros behind menu and toolbar, and the repair of formulas.

It runs in LibreOffice's own Python, and is loaded when the program starts: everything else is imported when it is needed.
"""

import re

import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.lang import XServiceInfo, XServiceName
from com.sun.star.task import XJob, XJobExecutor
from fr.dotpop import XDotpop

from dotpop_addin.libreoffice.site import add_folders

add_folders()
SERVICE = "fr.dotpop.AddIn"  # the name of the node in CalcAddIns.xcu
MACROS, REPAIR = "fr.dotpop.Macros", "fr.dotpop.Repair"  # the names in Addons.xcu and Jobs.xcu
WITHOUT_NUMPY = "dotpop : numpy manque dans le Python de LibreOffice. Lancer « dotpop libreoffice install »."
g_ImplementationHelper = unohelper.ImplementationHelper()


def _cells(name, arguments):
    """Rows of cells as LibreOffice takes them: tuples of floats and texts. It shows a returned text, not an error."""
    try:
        from dotpop_addin.functions.registry import BY_NAME
    except ImportError as error:
        return ((f"{WITHOUT_NUMPY} ({error})",),)
    try:
        rows = BY_NAME[name](*arguments)
    except Exception as error:
        return ((f"dotpop : défaut du programme ({type(error).__name__}).",),)
    return tuple(tuple(cell if isinstance(cell, str) else float(cell) for cell in row) for row in rows)


class Service(unohelper.Base, XServiceInfo):
    """What every service says of itself."""

    name = ""

    def __init__(self, context, *arguments):
        self.context = context

    def getImplementationName(self):
        return self.name

    def supportsService(self, name):
        return name == self.name

    def getSupportedServiceNames(self):
        return (self.name,)


class Dotpop(Service, XDotpop, XServiceName):
    """The cell functions. A method of the interface is found by its name: dotpopPopCorrigee is DOTPOP_POP_CORRIGEE."""

    name = SERVICE

    def __getattr__(self, method):
        words = re.findall(r"[A-Z]?[a-z]+", method)
        if not words or words[0] != "dotpop":
            raise AttributeError(method)
        return lambda *arguments: _cells("_".join(words).upper(), arguments)

    def getServiceName(self):
        return SERVICE


class Macros(Service, XJobExecutor):
    """The macros, each by its code: service:fr.dotpop.Macros?check."""

    name = MACROS

    def trigger(self, code):
        from dotpop_addin.hosts.calc import CalcHost

        host = CalcHost(self.context)
        try:
            from dotpop_addin.macros import run
        except ImportError as error:
            host.complain(f"{WITHOUT_NUMPY} ({error})")
        else:
            run(code, host)


class Repair(Service, XJob, XCallback):
    """Run on every document that is opened, when LibreOffice is done with opening it. It must never be in the way."""

    name = REPAIR

    def execute(self, arguments):
        environment = next((one.Value for one in arguments if one.Name == "Environment"), ())
        document = next((one.Value for one in environment if one.Name == "Model"), None)
        if document is not None:
            later = self.context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", self.context)
            later.addCallback(self, document)

    def notify(self, document):
        try:
            from dotpop_addin.libreoffice.repair import repair_document

            repair_document(document)
        except Exception:
            return  # the document is as it was, and the user asked for nothing


for one in (Dotpop, Macros, Repair):
    g_ImplementationHelper.addImplementation(one, one.name, (one.name,))
