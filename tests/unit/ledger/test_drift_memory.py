# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look for drift asks of the ledger, and what it leaves there for the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.drift_memory import Finding
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status

from .builders import ALICE, BOB, CAROL, NOW, ONPREM, begin, move, notify

DRIFTED = Finding("drifted", "moved_back", NOW, NOW)


def test_what_was_done_to_users_is_told_in_its_order(ledger: Ledger) -> None:
    run = begin(ledger)
    ledger.remember_members("pilot", [ALICE, BOB])
    ledger.remember_before({ALICE: ONPREM})
    first, second = ledger.events_sent(run, [notify(ALICE), move(ALICE)])
    ledger.event_completed(first, Status.CHANGED, after={"homing": "onprem", "policy": "Tell", "notify": True})
    ledger.event_completed(second, Status.UNKNOWN)
    past = ledger.drift.past([f"SIP:{ALICE}", BOB, CAROL])
    assert set(past) == {ALICE, BOB}
    alice = past[ALICE]
    assert (alice.wave, alice.phase, alice.before) == ("pilot", "notified", ONPREM)
    assert [(event.action, event.status, event.leads_to) for event in alice.events] == [
        ("Grant-CsTeamsUpgradePolicy", "changed", "notified"),
        ("Move-CsUser", "unknown", "moved"),
    ]
    assert alice.events[0].after["policy"] == "Tell"
    assert (past[BOB].phase, past[BOB].before, list(past[BOB].events)) == ("planned", None, [])
    assert ledger.drift.waves() == {ALICE: "pilot", BOB: "pilot"}


def test_what_was_found_is_kept_and_makes_nobody_a_user_of_the_ledger(ledger: Ledger) -> None:
    later = replace(DRIFTED, status="in_state", code="", seen=NOW + timedelta(days=1), unread_since=NOW)
    ledger.drift.keep({ALICE: DRIFTED, BOB: DRIFTED})
    ledger.drift.keep({BOB: later, CAROL: DRIFTED}, gone=[ALICE])
    assert ledger.drift.findings() == {BOB: later, CAROL: DRIFTED}
    assert ledger.users(Selection()) == []


def test_what_was_found_is_purged_with_its_user_and_with_its_age(ledger: Ledger) -> None:
    old = replace(DRIFTED, seen=NOW - timedelta(days=400))
    ledger.drift.keep({ALICE: DRIFTED, BOB: old, CAROL: DRIFTED})
    assert ledger.purge_users([ALICE], predict=True).users == (ALICE,)
    assert ledger.purge_users([f"sip:{ALICE}"]).users == (ALICE,)
    ledger.purge_before(NOW - timedelta(days=30), predict=True)
    assert set(ledger.drift.findings()) == {BOB, CAROL}
    ledger.purge_before(NOW - timedelta(days=30))
    assert set(ledger.drift.findings()) == {CAROL}
