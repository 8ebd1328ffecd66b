"""Texts that someone typed, without the names of hospitals that their reader is not to be told of."""

import re
from collections.abc import Collection

from dotpop_model.tables import Tables

ANOTHER = "(autre établissement)"


class Names:
    """The names and FINESS of a region's hospitals, those outside the sharing included, looked for in texts."""

    def __init__(self, tables: Tables) -> None:
        frames = (tables.hospitals, tables.outside)
        self._of = {row["finess"]: row["name"] or "" for frame in frames for row in frame.records()}
        names = {*self._of, *self._of.values()} - {""}
        told = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        self._named = re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE)
        self._naming: dict[object, bool] = {}  # whether a text names a hospital; most are asked for again and again

    def without(self, text: object, kept: Collection[str]) -> str:
        """A text without the name or FINESS of any hospital but those kept (by FINESS)."""
        if text not in self._naming:
            self._naming[text] = bool(self._named.search("" if text is None else str(text)))
        if not self._naming[text]:
            return "" if text is None else str(text)
        own = {one.casefold() for finess in kept for one in (finess, self._of[finess])}
        return self._named.sub(lambda found: found[0] if found[0].casefold() in own else ANOTHER, str(text))
