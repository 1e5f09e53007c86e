# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moves that Get-CsUser shows only later, since it reads another domain controller than the one that was written to (R11, R36)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Call, Failure, Outcome

from tests.lab.modules.people import MOVER, addresses, codes, seeded, statuses
from tests.unit.properties.in_process import Play

TIMED_OUT = "The operation has timed out."
WAITED = 90  # retries times retry_delay


def run(monkeypatch: pytest.MonkeyPatch, late: int, fault: str = "", **options: int) -> tuple[dict[str, Any], int]:
    """Move one user, which shows after `late` seconds; return the result, and how often Move-CsUser was called."""
    lab = Lab({"users": [seeded("alice")], "clock_rate": 0})
    organisation = lab.organisation
    call, moves = organisation.call, []

    def answer(asked: Call) -> Outcome:
        if asked.cmdlet == "Move-CsUser":
            moves.append((lab.clock.now() + timedelta(seconds=late), asked))
            return Outcome(failures=[Failure(fault)] if fault else [])
        for due, move in moves:
            if due <= lab.clock.now():
                call(move)
        return call(asked)

    monkeypatch.setattr(organisation, "call", answer)
    args = {"users": addresses("alice"), **MOVER, "retries": 3, "retry_delay": 30, **options}
    return Play(lab).run("sfb01", "csuser_move", args), len(moves)


@pytest.mark.parametrize("late", [1, WAITED - 1])
def test_r36_a_move_that_shows_late_is_looked_for(monkeypatch: pytest.MonkeyPatch, late: int) -> None:
    done, moves = run(monkeypatch, late)
    assert (done["failed"], statuses(done), moves) == (False, {"alice": "changed"}, 1)


def test_r11_a_move_that_does_not_show_is_not_called_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    done, moves = run(monkeypatch, WAITED + 60)
    assert (done["failed"], statuses(done), moves) == (True, {"alice": "unknown"}, 1)
    assert codes(done) == {"alice": "not_confirmed"}
    assert done["failure_count"] == 1


def test_r11_a_move_that_timed_out_may_have_been_made(monkeypatch: pytest.MonkeyPatch) -> None:
    done, moves = run(monkeypatch, WAITED, TIMED_OUT, retries=0)
    assert (done["failed"], statuses(done), moves) == (True, {"alice": "unknown"}, 1)
    assert codes(done) == {"alice": "service_unavailable"}
