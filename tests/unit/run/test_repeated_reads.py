# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which reads are repeated, how often, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.command_builder import fault_passes
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote, Repetition
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Command

from tests.unit.cmdlets.scripted import OK, Reply, Scripted, failing

BUSY = failing("The service is too busy.")
ROW: Reply = {"state": "completed", "output": [{"Identity": "x"}]}


def names(host: Scripted) -> list[str]:
    return [str(command["name"]) for command in host.started]


@pytest.mark.parametrize(
    ("name", "answers", "times", "calls", "ends"),
    [
        ("Get-CsUser", [BUSY, ROW], 3, 2, "completed"),
        ("Get-CsUser", [BUSY, BUSY, BUSY, BUSY, ROW], 3, 4, "failed"),
        ("Get-CsUser", [BUSY, ROW], 0, 1, "failed"),
        ("Get-CsUser", [failing("Something odd happened."), ROW], 3, 1, "failed"),
        ("Get-CsUser", [{"state": "timeout"}, ROW], 3, 1, "timeout"),
        ("Get-CsUser", [{"state": "lost"}, ROW], 3, 1, "lost"),
        # What came besides an error is an answer.
        ("Get-CsUser", [{**BUSY, "output": [{"Identity": "x"}]}, ROW], 3, 1, "failed"),
        # Nothing that may change something is sent twice.
        ("Move-CsUser", [BUSY, OK], 3, 1, "failed"),
        ("Grant-CsTeamsUpgradePolicy", [BUSY, OK], 3, 1, "failed"),
    ],
)
def test_r40_a_read_is_repeated_where_its_fault_passes(
    name: str, answers: list[Reply], times: int, calls: int, ends: str
) -> None:
    left, waited = list(answers), list[float]()
    host = Scripted(lambda _command: left.pop(0))
    repetition = Repetition(fault_passes, times, 30, waited.append)
    answer = Remote(host, read_only=False, repetition=repetition).one(Command(name))
    assert (answer.state.value, names(host)) == (ends, [name] * calls)
    assert waited == [30] * (calls - 1)


def test_only_what_met_the_fault_is_repeated_and_answers_keep_their_places() -> None:
    busy = {"1", "3"}

    def answered(command: Mapping[str, Any]) -> Reply:
        number = str(command["parameters"]["Identity"])
        if number in busy:
            busy.discard(number)
            return BUSY
        return {"state": "completed", "output": [{"Identity": number}]}

    host, waited = Scripted(answered), list[float]()
    commands = [Command("Get-CsUser", {"Identity": str(number)}) for number in range(5)]
    answers = Remote(host, read_only=True, repetition=Repetition(fault_passes, 3, 2, waited.append)).all(commands)
    assert [answer.rows[0]["Identity"] for answer in answers] == list("01234")
    assert [command["parameters"]["Identity"] for command in host.started] == [*"01234", *"13"]
    assert waited == [2]


def test_without_a_repetition_nothing_is_repeated() -> None:
    host = Scripted(lambda _command: BUSY)
    assert host.remote().one(Command("Get-CsUser")).state.value == "failed"
    assert len(host.started) == 1
