"""What an administrator or the user has set in Office and in Windows that may stop the add-in, value by value."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from dotpop_addin.diagnosis import BAD, NOTE, Finding
from dotpop_addin.excel.places import ADDIN
from dotpop_addin.excel.settings import Setting, Windows, named, office_setting


class Stops(Enum):
    """Which add-in a setting stops."""

    NONE = auto()
    DOWNLOADED = auto()  # that comes from the internet, out of a trusted folder
    UNSURE = auto()  # neither signed nor in a trusted folder
    UNPLACED = auto()  # out of a trusted folder, signed or not
    UNSIGNED = auto()  # wherever it stands
    ALL = auto()


@dataclass(frozen=True, slots=True)
class Policy:
    """A setting of Office. key, name: where. meanings: what each value means, in French, and what it stops."""

    subject: str
    key: str
    name: str
    meanings: dict[int, tuple[str, Stops]]


SECURITY = r"Excel\Security"
MACRO_SETTINGS = (
    Policy(
        "Macros VBA",
        SECURITY,
        "VBAWarnings",
        {
            1: ("toutes permises", Stops.NONE),
            2: ("désactivées avec un avertissement, sauf emplacement approuvé", Stops.UNSURE),
            3: ("désactivées, sauf signature ou emplacement approuvé", Stops.UNSURE),
            4: ("toutes désactivées sans avertissement, sauf emplacement approuvé", Stops.UNPLACED),
        },
    ),
    Policy(
        "Macros venues d'Internet",
        SECURITY,
        "BlockContentExecutionFromInternet",
        {0: ("permises", Stops.NONE), 1: ("bloquées, sauf emplacement approuvé", Stops.DOWNLOADED)},
    ),
    Policy("VBA", "Common", "VBAOff", {0: ("en service", Stops.NONE), 1: ("hors service dans Office", Stops.ALL)}),
    Policy(
        "Compléments d'Excel",
        SECURITY,
        "DisableAllAddins",
        {0: ("permis", Stops.NONE), 1: ("tous désactivés", Stops.ALL)},
    ),
    Policy(
        "Signature des compléments",
        SECURITY,
        "RequireAddinSig",
        {0: ("pas exigée", Stops.NONE), 1: ("exigée, d'un éditeur approuvé", Stops.UNSIGNED)},
    ),
    Policy(
        "Signature des macros ouvertes au démarrage",
        r"Common\Security",
        "RequireAlwaysOnMacroSig",
        {0: ("pas exigée", Stops.NONE), 1: ("exigée, d'un éditeur approuvé", Stops.UNSIGNED)},
    ),
)
ADVICE = {
    Stops.DOWNLOADED: "Débloquer le fichier (clic droit > Propriétés), ou relancer dotpop excel install.",
    Stops.UNSURE: "de signer le complément, ou d'approuver son dossier",
    Stops.UNPLACED: "d'approuver le dossier du complément",
    Stops.UNSIGNED: "de signer le complément avec le certificat de l'organisme",
    Stops.ALL: "de lever ce réglage pour Excel ; sinon, utiliser LibreOffice (dotpop libreoffice install)",
}


def macro_settings(windows: Windows, *, signed: bool, trusted: bool, downloaded: bool) -> Iterator[Finding]:
    """The settings of Office that bear on an add-in with these qualities."""
    stopped = {
        Stops.NONE: False,
        Stops.DOWNLOADED: downloaded and not trusted,
        Stops.UNSURE: not (signed or trusted),
        Stops.UNPLACED: not trusted,
        Stops.UNSIGNED: not signed,
        Stops.ALL: True,
    }
    found = [
        _told(policy, setting, stopped)
        for policy in MACRO_SETTINGS
        if (setting := office_setting(windows, policy.key, policy.name)) is not None
    ]
    yield from found or [Finding("Réglages des macros", "ceux d'origine d'Excel : rien n'est imposé")]
    yield from _managed(windows)


def _told(policy: Policy, setting: Setting, stopped: dict[Stops, bool]) -> Finding:
    meaning, stops = policy.meanings.get(setting.value if isinstance(setting.value, int) else -1, ("", Stops.NONE))
    source = "imposé par le service informatique" if setting.imposed else "réglage de l'utilisateur"
    if not meaning:
        return Finding(policy.subject, f"valeur inconnue ({policy.name} = {setting.value!r}, {source})", verdict=NOTE)
    advice = f"{_asked(setting)} {ADVICE[stops]}." if stops is not Stops.DOWNLOADED else ADVICE[stops]
    found = f"{meaning} ({policy.name} = {setting.value!r}, {source})"
    return Finding(policy.subject, found, advice, BAD) if stopped[stops] else Finding(policy.subject, found)


def _asked(setting: Setting) -> str:
    if setting.imposed:
        return "Demander au service informatique"
    return "Dans Excel, Fichier > Options > Centre de gestion de la confidentialité : changer ce réglage. Sinon, demander"


def _managed(windows: Windows) -> Iterator[Finding]:
    """The list of the only add-ins that are allowed, where there is one."""
    only = office_setting(windows, r"Excel\Resiliency", "RestrictToList")
    if only is None or only.value != 1:
        return
    listed = office_setting(windows, r"Excel\Resiliency\AddinList", ADDIN)
    if listed and str(listed.value) in ("1", "2"):
        yield Finding("Liste des compléments permis", f"{ADDIN} y est")
    else:
        advice = f"Demander au service informatique d'y ajouter {ADDIN} (« List of managed add-ins », valeur 1)."
        yield Finding("Liste des compléments permis", f"{ADDIN} n'y est pas : Excel le bloque", advice, BAD)


DEFENDER = r"Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
DEFENDER_KEYS = (rf"HKLM\Software\Policies\Microsoft\{DEFENDER}", rf"HKLM\Software\Microsoft\{DEFENDER}")
RULES = {
    "d4f940ab-401b-4efc-aadc-ad5f3c50688a": "interdit à Excel de démarrer un autre programme, dont Python",
    "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b": "interdit aux macros d'appeler Windows, dont la bibliothèque de xlwings",
}
BLOCK, WARN = "1", "6"


def program_rules(windows: Windows) -> Iterator[Finding]:
    """The rules of Windows Defender against what macros do; some are set where only an administrator sees them."""
    subject, seen = "Règles de Windows Defender", False
    for rule, meaning in RULES.items():
        values = (str(named(windows.values(key), rule)) for key in DEFENDER_KEYS)
        if any(value in (BLOCK, WARN) for value in values):
            advice = f"Demander au service informatique une exclusion de la règle {rule} pour le complément et pythonw.exe."
            yield Finding(subject, f"l'une {meaning}", advice, BAD)
            seen = True
    if not seen:
        yield Finding(subject, "aucune de celles qui arrêtent le complément n'est visible d'ici", verdict=NOTE)
