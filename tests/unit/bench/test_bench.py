# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmarks run, and their table says what is met. What they measure is no matter of tests: the machine may be busy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench import measured, run
from bench.efficiency import least
from bench.hosts import Hosts, names, people
from bench.peers import PlainSessions, invoke
from bench.result import Asked, Ratio, repeated, table
from tests.controller import ROOT
from tests.extent import LONG

# All together would cost a minute of a processor.
DAILY = ("lab-cost",)


@pytest.mark.parametrize("name", [name for name in run.BENCHMARKS if LONG or name in DAILY])
def test_a_benchmark_runs_in_its_quickest_form(name: str, tmp_path: Path) -> None:
    output = tmp_path / "bench.json"
    assert run.main(["--only", name, "--quick", "--output", str(output)]) == 0
    written = json.loads(output.read_text(encoding="utf-8"))
    assert written["machine"]["processors"] == os.cpu_count()
    assert written["ratios"]
    for ratio in written["ratios"]:
        assert ratio["benchmark"] == name
        assert isinstance(ratio["value"], float)
        assert ratio["met"] is None


@pytest.mark.parametrize(
    ("value", "target", "at_least", "met"),
    [(1.0, 1.0, False, True), (1.1, 1.0, False, False), (1.0, 1.0, True, True), (0.9, 1.0, True, False)],
)
def test_a_target_is_met_or_not(value: float, target: float, at_least: bool, met: bool) -> None:
    ratio = Ratio("name", "what", value, target, at_least)
    assert ratio.met is met
    assert table([ratio]).endswith("  met" if met else "  NOT MET")


def test_the_table_has_medians_of_what_was_repeated() -> None:
    values = iter((3.0, 1.0, 2.0))
    (found,) = repeated(lambda _asked: iter([Ratio("name", "what", next(values))]), Asked(repeat=3))
    assert found.value == 2.0
    assert found.values == [3.0, 1.0, 2.0]


def test_latencies_are_those_of_the_seed_and_their_sum_is_known() -> None:
    with Hosts(people(names(1))) as hosts:
        sums = []
        for _round in range(2):
            hosts.begin({"": 0.001}, 1.0)
            assert hosts.drawn() == {"seconds": 0.0, "each": [], "calls": 0, "first": None, "elapsed": 0.0}
            with PlainSessions(hosts.variables("sfb01"), 1, module=None) as script:
                for _call in range(20):
                    invoke(script.pools[0], "SkypeForBusiness\\Get-CsUser")
            drawn = hosts.drawn()
            assert drawn["calls"] == 21  # the module is imported
            assert (len(drawn["each"]), sum(drawn["each"])) == (21, drawn["seconds"])
            sums.append(drawn["seconds"])
    assert sums[0] == sums[1]
    assert 0.01 < sums[0] < 0.1


@pytest.mark.parametrize(
    ("seconds", "sessions", "expected"),
    [([], 3, 0.0), ([2.0, 1.0, 3.0], 1, 6.0), ([2.0, 1.0, 3.0], 2, 4.0), ([1.0, 1.0, 4.0], 2, 5.0), ([5.0], 8, 5.0)],
)
def test_the_least_is_that_of_calls_without_a_gap(seconds: list[float], sessions: int, expected: float) -> None:
    assert least(seconds, sessions) == expected


BUSY = "import time; until = time.process_time() + 0.4\nwhile time.process_time() < until: pass"
LEAVES = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY!r}], start_new_session=True)"


def test_a_process_that_outlives_the_command_counts(tmp_path: Path) -> None:
    found = tmp_path / "cost.json"
    command = [sys.executable, "-P", str(Path(measured.__file__)), str(found), sys.executable, "-c", LEAVES]
    assert subprocess.run(command, check=False, cwd=ROOT).returncode == 0
    cost = json.loads(found.read_text(encoding="utf-8"))
    assert 0.4 < cost["processor"] < 2
    assert cost["began"] < time.time()
    assert max(each["seconds"] for each in cost["processes"]) > 0.1
