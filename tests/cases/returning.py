"""A region that has asked its hospitals, and the folder of what came back."""

from pathlib import Path

from cases.filling import ACTIVITY, ALLOCATIONS, Form

from dotpop_addin.levels import Level
from dotpop_addin.sending import send

TOUCHED = (
    *("hospitals", "activity", "financing", "commitments", "specific"),
    *("returned_changes", "answers", "observations"),
)
"""The tables that an import may write."""


def answered(region: Path, folder: Path, changes: bool = True) -> list[Path]:
    """Every file that the region sends, filled in. changes: the first hospital corrects two of its figures, with reasons."""
    files = send(region, folder, Level.FEDERATION)
    for place, path in enumerate(files):
        form = Form(path)
        if changes and place == 0:
            form.put(ALLOCATIONS, 0, {"Montant (€)": 61_234.56})
            form.put(ACTIVITY, 0, {"Volume": 6})
        form.complete().save()
    return files
