"""Figures within French sentences: counts, percentages, indices, amounts."""

from dotpop_model.errors import euros, number

FIXED = "\u00a0"
MILLION, THOUSAND = 1e6, 1e3


def count(value: float) -> str:
    r"""A whole number.

    >>> count(640331.4)
    '640\u202f331'
    """
    return number(value, 0)


def percent(value: float, digits: int = 2) -> str:
    r"""A share as a percentage.

    >>> percent(0.0149), percent(-0.5, 1)
    ('1,49\xa0%', '−50,0\xa0%')
    """
    return f"{number(100 * value, digits)}{FIXED}%"


def signed(value: float, digits: int = 2) -> str:
    """The same with its sign."""
    return f"{'+' if value > 0 else ''}{percent(value, digits)}"


def index_of(value: float) -> str:
    """An index with the decimals that tell it from its neighbours.

    >>> index_of(0.82), index_of(0.94996)
    ('0,82', '0,95')
    """
    return number(round(value, 4))


def decimals(value: float, digits: int = 3) -> str:
    """A number with so many decimals.

    >>> decimals(0.12611)
    '0,126'
    """
    return number(value, digits)


def millions(amount: float) -> str:
    r"""An amount in millions of euros, without its unit.

    >>> millions(1234567890)
    '1\u202f234,6'
    """
    return number(amount / MILLION, 1)


def money(amount: float) -> str:
    r"""An amount (€) in the unit that fits it.

    >>> money(16662569), money(-656250.98), money(12.5)
    ('16,7\xa0M€', '−656,3\xa0k€', '12,50 €')
    """
    if abs(amount) >= MILLION:
        return f"{millions(amount)}{FIXED}M€"
    if abs(amount) >= THOUSAND:
        return f"{millions(amount * MILLION / THOUSAND)}{FIXED}k€"
    return euros(amount)


def change(amount: float) -> str:
    """The same with its sign."""
    return f"{'+' if amount > 0 else ''}{money(amount)}"


def several(quantity: int, one: str, many: str) -> str:
    """A number and its noun, whose plural is not an s to each word (see `dotpop_model.errors.counted`).

    >>> several(1, "total", "totaux"), several(2, "total", "totaux")
    ('1 total', '2 totaux')
    """
    return f"{count(quantity)} {many if quantity >= 2 else one}"
