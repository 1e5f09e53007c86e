# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmarks: `make bench` runs them, prints a table of ratios, and writes them to .build/bench.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import efficiency, equally_slow, fixed_cost, growth, lab_cost, no_op, today
from bench.result import Asked, Benchmark, Ratio, repeated, table

FILE = Path(__file__).parents[2] / ".build" / "bench.json"
BENCHMARKS: Mapping[str, Benchmark] = {
    "efficiency": efficiency.run,
    "equally-slow": equally_slow.run,
    "fixed-cost": fixed_cost.run,
    "today": today.run,
    "no-op": no_op.run,
    "growth": growth.run,
    "lab-cost": lab_cost.run,
}


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", choices=BENCHMARKS, nargs="+", default=list(BENCHMARKS), help="these benchmarks alone"
    )
    parser.add_argument("--users", type=int, help="on so many users, instead of each benchmark's own numbers")
    parser.add_argument(
        "--quick", action="store_true", help="each in its shortest form, which shows that it runs and no more"
    )
    parser.add_argument("--repeat", type=int, default=1, help="so often; the table has the medians")
    parser.add_argument("--output", type=Path, default=FILE, help="the file for the ratios, with all that was measured")
    return parser.parse_args(arguments)


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "processors": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "began": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write the file. Returns 0 also where a target is not met: the machine may be busy."""
    given = options(arguments)
    asked = Asked(given.users, given.quick, given.repeat)
    about, found = machine(), list[Ratio]()
    for name in given.only:
        for ratio in repeated(BENCHMARKS[name], asked):
            # The shortest form shows that a benchmark runs, and no more.
            found.append(replace(ratio, benchmark=name, target=None if given.quick else ratio.target))
            print(table([found[-1]]).splitlines()[-1], flush=True)
            given.output.parent.mkdir(parents=True, exist_ok=True)
            rows = [each.row() for each in found]
            given.output.write_text(json.dumps({"machine": about, "ratios": rows}, indent=1), encoding="utf-8")
    print(f"\n{table(found)}\n\nAll that was measured: {given.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
