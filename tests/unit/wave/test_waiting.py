# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who waits for a closed window or an unselected phase, and who has nothing to wait for (R10, R41)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import Phase

from tests.unit.wave.runs import EVENINGS, NOON, A, Shown, run, wave
from tests.unit.wave.stepping import of, ready
from tests.unit.wave.test_readiness import ABSENT, Item, cloud, skype, teams

NOTIFIED = {"assigned": "Tag:TeamsUpgradeNotify"}
ONPREM_TEAMS_ONLY = teams(mode="TeamsOnly")


def waits(onprem: Item, online: Item, *, mode: Mode = Mode.TEAMS_ONLY, notify: bool = False, policy: str = "") -> bool:
    """Whether Alice waits, alike for a window that is closed and a phase that was not selected."""
    codes = set()
    for window, phases in ((EVENINGS, frozenset(Phase)), (None, frozenset((Phase.READINESS,)))):
        moment = NOON.replace(day=1) if notify else NOON
        state = run(wave(users=[A], mode=mode, window=window), now=moment, notify_policy=policy, phases=phases)
        ready(state, [of(A, onprem)], [of(A, online)])
        found: Shown = summarise(state)
        (alice,) = found["waves"][0]["users"]
        codes.add((alice["outcome"], alice["code"] or "none"))
    assert codes in ({("ok", "none")}, {("skipped", "window_closed"), ("skipped", "phase_not_selected")})
    return ("ok", "none") not in codes


@pytest.mark.parametrize(
    ("onprem", "online", "waiting"),
    [
        (skype(), teams(), True),
        (skype(homing="online"), teams(), True),
        (skype(homing="online"), cloud(), True),
        (ABSENT, cloud(), True),
        # Called TeamsOnly by the cloud while still homed on-prem: that is no upgraded user.
        (skype(), ONPREM_TEAMS_ONLY, True),
        (skype(homing="online"), ONPREM_TEAMS_ONLY, True),
        (skype(homing="online"), cloud(mode="TeamsOnly"), False),
        (ABSENT, cloud(mode="TeamsOnly"), False),
    ],
)
def test_r10_who_is_homed_online_and_teams_only_waits_for_no_upgrade(onprem: Item, online: Item, waiting: bool) -> None:
    assert waits(onprem, online) is waiting


@pytest.mark.parametrize(
    ("mode", "waiting"), [("SfBOnly", False), ("Islands", True), ("SfBWithTeamsCollab", True), (None, True)]
)
def test_who_has_the_mode_of_the_wave_waits_for_no_grant(mode: str | None, waiting: bool) -> None:
    assert waits(skype(), teams(mode=mode), mode=Mode.SFB_ONLY) is waiting


@pytest.mark.parametrize(
    ("onprem", "online", "policy", "waiting"),
    [
        (skype(**NOTIFIED), teams(), "TeamsUpgradeNotify", False),
        (skype(**NOTIFIED), teams(), "teamsupgradenotify", False),
        (skype(**NOTIFIED), teams(), "Another", True),
        (skype(**NOTIFIED), teams(), "", True),
        (skype(assigned=""), teams(), "TeamsUpgradeNotify", True),
        (skype(assigned=None), teams(), "TeamsUpgradeNotify", True),
        (skype(), teams(), "TeamsUpgradeNotify", True),
        (skype(homing="online", **NOTIFIED), teams(), "TeamsUpgradeNotify", False),
        # Homed online, the cloud's own switch notifies.
        (skype(homing="online", **NOTIFIED), cloud(notify=True), "TeamsUpgradeNotify", False),
        (skype(homing="online", **NOTIFIED), cloud(notify=False), "TeamsUpgradeNotify", True),
        (skype(homing="online", **NOTIFIED), cloud(), "TeamsUpgradeNotify", True),
        (ABSENT, cloud(notify=True), "", False),
        (ABSENT, cloud(mode="TeamsOnly"), "", False),
    ],
)
def test_who_is_notified_waits_for_no_notification(onprem: Item, online: Item, policy: str, waiting: bool) -> None:
    assert waits(onprem, online, notify=True, policy=policy) is waiting


@pytest.mark.parametrize("blocked", [skype(enabled=False), skype(homing="unknown")])
def test_who_is_not_ready_has_their_own_reason(blocked: Any) -> None:
    state = run(wave(users=[A], window=EVENINGS))
    ready(state, [of(A, blocked)], [of(A, teams())])
    found: Shown = summarise(state)
    (alice,) = found["waves"][0]["users"]
    assert alice["code"] not in ("", "window_closed")
