"""What the objects of the stand-in are made of, and the refusals of Excel."""
# ruff: noqa: N802 (names that Excel has)

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cases.excel_fake.application import Application

REFUSED, REJECTED = -2146827284, -2147418111
Bounds = tuple[int, int, int, int]


class ComError(Exception):
    """As pywintypes.com_error."""

    def __init__(self, hresult: int, scode: int | None = None) -> None:
        super().__init__(hresult)
        self.hresult, self.excepinfo = hresult, (0, "Microsoft Excel", "", None, 0, scode)


def refused() -> ComError:
    return ComError(-2147352567, REFUSED)


class Member:
    """An object of Excel: a public name set is a call that changes something."""

    app: "Application"

    def __setattr__(self, name: str, value: object) -> None:
        if name[0].isupper():
            if not hasattr(type(self), name) and name not in self.__dict__:
                raise ComError(-2147352573)
            self.app.changed()
        object.__setattr__(self, name, value)

    def start(self, **values: object) -> None:
        self.__dict__.update(values)


class Collection:
    def __init__(self, items: Sequence[Any], key: str = "Name") -> None:
        self._items, self._key = list(items), key

    @property
    def Count(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __call__(self, index: int | str) -> Any:
        if isinstance(index, int):
            return self._items[index - 1]
        return next(one for one in self._items if getattr(one, self._key) == index)


class Settings(Member):
    def __init__(self, app: "Application", **values: object) -> None:
        self.app = app
        self.start(**values)
