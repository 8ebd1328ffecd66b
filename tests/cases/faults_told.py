"""What the model must tell of arguments that cannot be."""

from collections.abc import Callable, Sequence

import pytest

from dotpop_model.errors import ModelError


def assert_told(call: Callable[[], object], words: Sequence[str], rows: tuple[str, ...]) -> None:
    """A call is refused: what is told holds the words, and one of its faults names these rows."""
    with pytest.raises(ModelError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == []
    assert rows in [fault.rows for fault in caught.value.faults]


def assert_told_at(call: Callable[[], object], place: tuple[str, str, tuple[str, ...]], words: str) -> None:
    """A call is refused for one fault: at this table, column and rows, in these words among others."""
    with pytest.raises(ModelError) as caught:
        call()
    (fault,) = caught.value.faults
    assert (fault.table, fault.column, fault.rows) == place
    assert words in fault.message
