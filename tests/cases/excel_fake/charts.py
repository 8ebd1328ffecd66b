"""Charts and the formulas of their series."""
# ruff: noqa: N802 (names that Excel has)

from typing import TYPE_CHECKING, Any

from cases.excel_fake.members import Collection, Member

if TYPE_CHECKING:
    from cases.excel_fake.application import Application
    from cases.excel_fake.sheets import Worksheet


class Chart:
    def __init__(self, worksheet: "Worksheet", chart: Any) -> None:
        self.series = [Series(worksheet.app, one) for part in chart._charts for one in part.ser]
        self.Chart = self

    def SeriesCollection(self) -> Collection:
        return Collection(self.series)


class Series(Member):
    def __init__(self, app: "Application", series: Any) -> None:
        self.app = app
        parts = [
            getattr(series.tx, "strRef", None),
            *(_reference(one) for one in (series.cat, series.xVal, series.val, series.yVal)),
        ]
        self.start(Formula=f"=SERIES({','.join(one.f for one in parts if one is not None)},1)")


def _reference(data: Any) -> Any:
    return getattr(data, "numRef", None) or getattr(data, "strRef", None)
