"""The ribbon of Excel: a tab with a button for each macro of the registry, and what the buttons call."""

from collections.abc import Iterator
from string import ascii_uppercase
from unicodedata import normalize
from xml.sax.saxutils import quoteattr

from dotpop_addin.macros import MACROS, TAB, Macro
from dotpop_model import __version__

NAMESPACE = "http://schemas.microsoft.com/office/2006/01/customui"
MODULE = "dotpop_ribbon"


def ribbon() -> str:
    """The customUI part of the add-in."""
    alone = [macro for macro in MACROS if not macro.under]
    buttons = "\n".join(_control(macro, key) for macro, key in _keys(alone))
    return f"""\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<customUI xmlns="{NAMESPACE}"><ribbon><tabs>
<tab id="dotpop" label={quoteattr(TAB)} keytip="DP">
<group id="dotpop_macros" label={quoteattr(f"dotpop {__version__}")}>
{buttons}
</group></tab></tabs></ribbon></customUI>
"""


def callbacks() -> Iterator[str]:
    """The VBA procedure of each button."""
    for macro in MACROS:
        yield f'Sub {_procedure(macro)}(control As IRibbonControl)\n    RunMacro "{macro.code}"\nEnd Sub\n'


def _control(macro: Macro, key: str) -> str:
    """A large button; the macros under it in its menu."""
    steps = [one for one in MACROS if one.under == macro.code]
    if not steps:
        return _button(macro, size="large", keytip=key)
    menu = "\n".join(_button(step, keytip=letter) for step, letter in _keys(steps))
    return f"""\
<splitButton{_attributes(id=f"{macro.code}_split", size="large", keytip=key)}>
{_button(macro)}
<menu id="{macro.code}_menu">
{menu}
</menu></splitButton>"""


def _button(macro: Macro, **more: str) -> str:
    shown = _attributes(
        id=f"macro_{macro.code}",
        label=macro.label,
        imageMso=macro.icon,
        screentip=macro.label,
        supertip=macro.help,
        onAction=f"{MODULE}.{_procedure(macro)}",
        **more,
    )
    return f"<button{shown}/>"


def _procedure(macro: Macro) -> str:
    return f"Macro_{macro.code}"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


def _keys(macros: list[Macro]) -> Iterator[tuple[Macro, str]]:
    """Each macro with the key that runs it: the first letter of its label that is still free."""
    free = set(ascii_uppercase)
    for macro in macros:
        key = next(letter for letter in normalize("NFD", macro.label).upper() if letter in free)
        free.remove(key)
        yield macro, key
