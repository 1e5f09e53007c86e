# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of waves for tests: a wave of Alice, Bob and Carol, and records of steps as modules answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_window import parse_window
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState, WaveState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.step_record import StepRecord
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Wave

NOON = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)
A, B, C = "alice@contoso.com", "bob@contoso.com", "carol@contoso.com"
EVENINGS = {"from": "19:00", "to": "23:00"}
Shown = dict[str, Any]


def wave(name: str = "pilot", users: Sequence[str] = (A, B, C), **facts: Any) -> Wave:
    """A wave. Nobody waits for a notice, unless that is asked for."""
    known: Shown = {"upgrade_on": date(2026, 12, 7), "lead_days": 7, "mode": Mode.TEAMS_ONLY, "migrate_meetings": True}
    known["enforces_notice"] = False
    window = facts.pop("window", None)
    found = None if window is None else parse_window(window, name)
    return Wave(name=name, users=tuple(map(UserId.parse, users)), window=found, **known | facts)


def run(*waves: Wave, now: datetime = NOON, budget: int = 0, **facts: Any) -> RunState:
    states = {each.name: WaveState(each, each.due(now), each.is_open(now), budget) for each in waves or (wave(),)}
    return RunState(now=now, waves=states, **facts)


def item(user: str, status: str, code: str = "", **reason: object) -> Shown:
    line: Shown = {"user": user, "status": status, "actions": ["Move-CsUser"] if status == "changed" else []}
    if code:
        line["reason"] = {"code": code, "message": f"{user}: {code}.", "remedy": "Mend it.", "scope": "user"} | reason
    return line


def record(step: str, users: Sequence[str], *items: Shown, wave: str = "pilot", **result: object) -> StepRecord:
    return StepRecord(wave, step, tuple(users), {"users": list(items)} | result)


def report(*records: StepRecord, budget: int = 0, **facts: Any) -> Shown:
    """The report on a run of the pilot with these records."""
    state = run(budget=budget, **facts)
    for each in records:
        state.wave(each.wave).record(each)
    return summarise(state)


def outcomes(shown: Shown) -> dict[str, str]:
    return {user["user"]: user["outcome"] for user in shown["waves"][0]["users"]}
