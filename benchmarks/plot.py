"""Remakes docs/images/croissance.png, how the cost grows. Needs matplotlib, which nothing else does."""

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from growth import curves

from dotpop_addin.files import demonstration

TARGET = Path(__file__).parent.parent / "docs" / "images" / "croissance.png"
STYLES = ("o-", "s--", "^-.", "D:", "v-")
"""A line and a mark of its own for each: never colour alone."""


def main() -> int:
    if find_spec("matplotlib") is None:
        print("matplotlib is needed: python -m pip install matplotlib")
        return 1
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(8, 5.6), layout="constrained")
    with tempfile.TemporaryDirectory() as name:
        demos = {field: Path(name) / f"{field}.xlsx" for field in ("psychiatrie", "smr")}
        for field, demo in demos.items():
            demonstration(field, demo)
        for curve, style in zip(curves(demos, Path(name)), STYLES, strict=True):
            axes.loglog(curve.times, curve.seconds, style, label=f"{curve.what} (exponent {curve.exponent:.2f})")
            print(curve)
    axes.loglog([1, 100], [0.01, 1], color="#9CA3AF", linewidth=1, label="linear")
    axes.set_xticks([1, 3, 10, 100], ["× 1", "× 3", "× 10", "× 100"])
    axes.set(xlabel="size, times the demonstration region", ylabel="seconds of the processor", title="How the cost grows")
    axes.grid(color="#E5E7EB")
    axes.legend(fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncol=2)
    axes.spines[["top", "right"]].set_visible(False)
    pyplot.savefig(TARGET, dpi=100)
    return 0


if __name__ == "__main__":
    sys.exit(main())
