# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long many calls take, and how many fit into an evening; compared with sessions that take calls from a queue."""

from __future__ import annotations

import heapq
import random
from statistics import mean

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.duration import (
    Parallel,
    calls_within,
    seconds_for,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._capacity import main
from hypothesis import given
from hypothesis import strategies as st


def simulated(calls: int, seconds: float, parallel: int, seed: int) -> float:
    """When the last of `calls` ends, where each free session takes the next one; they take log-normal times (sigma 1)."""
    drawn = random.Random(seed)
    times = [drawn.lognormvariate(0, 1) for _call in range(calls)]
    scale = seconds * calls / sum(times)
    free = [0.0] * parallel
    for time in times:
        heapq.heappush(free, heapq.heappop(free) + time * scale)
    return max(free)


@pytest.mark.parametrize(("calls", "parallel"), [(1000, 1), (1000, 3), (1000, 8), (5000, 3), (5000, 24), (20_000, 24)])
def test_calls_take_as_long_as_sessions_that_share_a_queue_need(calls: int, parallel: int) -> None:
    found = mean(simulated(calls, 8, parallel, seed) for seed in range(20))
    assert seconds_for(calls, 8, parallel) == pytest.approx(found, rel=0.1)


@pytest.mark.parametrize(
    ("calls", "seconds", "parallel", "expected"),
    [(0, 5, 4, 0), (1, 5, 4, 5), (1, 5, 1, 5), (10, 5, 1, 50), (4, 5, 4, 8.75), (401, 10, 4, 1010)],
)
def test_a_time_is_the_work_of_each_session_and_a_last_call(
    calls: int, seconds: float, parallel: int, expected: float
) -> None:
    assert seconds_for(calls, seconds, parallel) == pytest.approx(expected)


@given(st.floats(0.1, 50_000), st.floats(0.05, 300), st.integers(1, 60))
def test_what_fits_fits_and_one_more_does_not(available: float, seconds: float, parallel: int) -> None:
    fit = calls_within(available, seconds, parallel)
    assert seconds_for(fit, seconds, parallel) <= available * (1 + 1e-6)
    assert seconds_for(fit + 1, seconds, parallel) >= available * (1 - 1e-6)


@pytest.mark.parametrize(
    ("parallel", "calls"),
    [
        (Parallel(4), 4),
        (Parallel(4, hosts=3), 12),
        (Parallel(4, hosts=3, most=10), 10),
        (Parallel(4, hosts=3, credentials=2, most=10), 12),
        (Parallel(8, hosts=4, credentials=2, most=10), 20),
    ],
)
def test_an_account_bounds_what_runs_at_the_same_time(parallel: Parallel, calls: int) -> None:
    assert parallel.calls == calls


@pytest.mark.parametrize("wrong", [{"sessions": 0}, {"sessions": 1, "hosts": 0}, {"sessions": 1, "most": 0}])
def test_less_than_one_session_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="has to be at least 1"):
        Parallel(**wrong)


def test_a_call_takes_some_time() -> None:
    with pytest.raises(ValueError, match="some time"):
        calls_within(3600, 0, 4)


def test_the_calculator_says_what_fits_and_what_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("--seconds 30 --sessions 4 --hosts 2 --hours 3 --users 3000".split()) == 0
    assert capsys.readouterr().out.splitlines() == [
        "8 at the same time: 960 users an hour.",
        "2873 users fit into 3 hours.",
        "3000 users take 3 h 08 min. That does not fit: 127 users are left for another evening.",
    ]
    assert main("--seconds 30 --hours 1 --users 400".split()) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "400 users take 51 min. That fits."
    assert main("--seconds 30 --sessions 4 --hosts 2 --hours 3 --users 2874".split()) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "2874 users take 3 h 01 min. That does not fit: 1 user is left for another evening."


@pytest.mark.parametrize("wrong", ["--seconds 0", "--seconds 12,5", "--seconds 5 --sessions 0", "--seconds x", ""])
def test_the_calculator_says_what_is_wrong(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong.split())
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err
