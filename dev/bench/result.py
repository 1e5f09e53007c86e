# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a benchmark found: ratios of times that were measured in one run, each with its target."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Asked:
    """How benchmarks are run: on so many `users` instead of their own numbers, in the `quick` form, so often."""

    users: int | None = None
    quick: bool = False
    repeat: int = 1

    def number(self, usual: int, quick: int) -> int:
        """Return on how many users to run."""
        return self.users or (quick if self.quick else usual)


@dataclass(frozen=True)
class Ratio:
    """One line of the table. `target` is the most that `value` may be, with `at_least` the least; None where there is none.

    `measured` is what the value was made of, by name, in the unit that the name ends with.
    """

    benchmark: str
    what: str
    value: float
    target: float | None = None
    at_least: bool = False
    measured: Mapping[str, Any] = field(default_factory=dict)
    unit: str = ""
    values: Sequence[float] = ()

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def row(self) -> dict[str, Any]:
        """Return it as the file has it."""
        return {**asdict(self), "met": self.met}


Benchmark = Callable[[Asked], Iterator[Ratio]]


def repeated(benchmark: Benchmark, asked: Asked) -> Iterator[Ratio]:
    """Run a benchmark as often as asked, and yield its ratios with the median of their values."""
    if asked.repeat == 1:
        yield from benchmark(asked)
        return
    rounds = [list(benchmark(asked)) for _round in range(asked.repeat)]
    for each in zip(*rounds, strict=True):
        middle = median(ratio.value for ratio in each)
        first = min(each, key=lambda ratio: abs(ratio.value - middle))
        values = [ratio.value for ratio in each]
        yield Ratio(**{**vars(first), "value": middle, "values": values})


def table(ratios: Iterable[Ratio]) -> str:
    """Return the table for the console."""
    verdicts = {True: "met", False: "NOT MET", None: ""}
    rows = [("benchmark", "what", "measured", "target", "")]
    for each in ratios:
        target = "" if each.target is None else f"{'>=' if each.at_least else '<='} {each.target:g}{each.unit}"
        rows.append((each.benchmark, each.what, f"{each.value:.2f}{each.unit}", target, verdicts[each.met]))
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    left = [f"{row[place]:<{widths[place]}}" for place in (0, 1)]
    right = [f"{row[place]:>{widths[place]}}" for place in (2, 3)]
    return "  ".join([*left, *right, row[4]]).rstrip()
