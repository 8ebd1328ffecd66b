"""The component that LibreOffice loads: one method per cell function, each handed to the registry.

It runs in LibreOffice's own Python. DOTPOP_SITE may name a folder where numpy is, when that Python has none.
"""

import os
import re
import sys

import unohelper
from com.sun.star.lang import XServiceInfo, XServiceName
from fr.dotpop import XDotpop

SITE = os.environ.get("DOTPOP_SITE")
if SITE:
    sys.path.append(SITE)
SERVICE = "fr.dotpop.AddIn"  # the name of the node in CalcAddIns.xcu
WITHOUT_NUMPY = "dotpop : numpy manque dans le Python de LibreOffice. L'installer : python -m pip install numpy."


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


class Dotpop(unohelper.Base, XDotpop, XServiceName, XServiceInfo):
    """The service. A method of the interface is found by its name: dotpopPopCorrigee is DOTPOP_POP_CORRIGEE."""

    def __init__(self, context):
        pass

    def __getattr__(self, method):
        words = re.findall(r"[A-Z]?[a-z]+", method)
        if not words or words[0] != "dotpop":
            raise AttributeError(method)
        return lambda *arguments: _cells("_".join(words).upper(), arguments)

    def getServiceName(self):
        return SERVICE

    def getImplementationName(self):
        return SERVICE

    def supportsService(self, name):
        return name == SERVICE

    def getSupportedServiceNames(self):
        return (SERVICE,)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Dotpop, SERVICE, (SERVICE,))
