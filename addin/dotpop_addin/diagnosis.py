"""What a diagnosis of an installation finds, and how it is told."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from dotpop_model.errors import counted

GOOD, NOTE, BAD = "bon", "remarque", "défaut"
SIGNS = {GOOD: "✓", NOTE: "•", BAD: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. subject, found: French. advice: what to do, empty when nothing is to be done."""

    subject: str
    found: str
    advice: str = ""
    verdict: str = GOOD

    def __str__(self) -> str:
        advice = f"\n    → {self.advice}" if self.advice else ""
        return f"{SIGNS[self.verdict]} {self.subject} : {self.found}{advice}"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def told(findings: Iterable[Finding]) -> str:
    """The findings as lines, and a last line that sums them up."""
    found = list(findings)
    bad = sum(one.verdict == BAD for one in found)
    last = "Aucun défaut ; lire les remarques (•)." if any(one.verdict == NOTE for one in found) else "Tout est en ordre."
    if bad:
        last = f"{counted(bad, 'défaut')} : suivre les conseils ci-dessus."
    return "\n".join([*(str(one) for one in found), "", last])


def sound(findings: Iterable[Finding]) -> bool:
    """Whether none of them is a defect."""
    return all(one.verdict != BAD for one in findings)
