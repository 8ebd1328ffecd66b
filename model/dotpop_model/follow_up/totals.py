"""Two lists of amounts of hospitals compared by segment, so that every euro of the difference has one reason."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dotpop_model.follow_up.history import total
from dotpop_model.sharing import HALF_CENT

Amounts = Mapping[str, tuple[str, float]]
"""FINESS → segment, amount (€)."""
WHOLE = "all"
COLUMNS = (
    "segment",
    "hospitals",
    "before",
    "after",
    "gap",
    "followed",
    "appeared",
    "vanished",
    "moved",
    "up",
    "down",
    "same",
)


def by_segment(before: Amounts, after: Amounts, segments: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """A line per segment, then the region ("all"), as `COLUMNS`: gap = followed + appeared + vanished + moved, to the cent.

    followed: difference of the hospitals that are in both, in the same segment. appeared: amounts of those only after.
    vanished: minus the amounts of those only before. moved: what those that changed segment bring, less what they take away.
    up, down, same: hospitals of both lists that have more, less, the same (to half a cent), in their segment of after.
    """
    both = [code for code in after if code in before]
    for segment in (*segments, WHOLE):

        def inside(one: tuple[str, float], segment: str = segment) -> bool:
            return segment in (WHOLE, one[0])

        stayed = [code for code in both if after[code][0] == before[code][0] and inside(after[code])]
        movers = [code for code in both if after[code][0] != before[code][0]]
        held = [code for code in both if inside(after[code])]
        gaps = [after[code][1] - before[code][1] for code in held]
        up, down = sum(gap >= HALF_CENT for gap in gaps), sum(gap <= -HALF_CENT for gap in gaps)
        one = [amount for own, amount in before.values() if inside((own, amount))]
        other = [amount for own, amount in after.values() if inside((own, amount))]
        yield (
            segment,
            len(other),
            total(one),
            total(other),
            total([*other, *(-amount for amount in one)]),
            total(amount for code in stayed for amount in (after[code][1], -before[code][1])),
            total(line[1] for code, line in after.items() if code not in before and inside(line)),
            total(-line[1] for code, line in before.items() if code not in after and inside(line)),
            total(
                [
                    *(after[code][1] for code in movers if inside(after[code])),
                    *(-before[code][1] for code in movers if inside(before[code])),
                ]
            ),
            up,
            down,
            len(gaps) - up - down,
        )
