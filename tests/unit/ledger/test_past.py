# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger knows of what runs have done to users, and of what was brought back since."""

from __future__ import annotations

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status

from .builders import ALICE, BOB, CAROL, NOW, ONLINE, ONPREM, begin, move, notify


def test_what_was_done_to_users_is_told_in_its_order(ledger: Ledger) -> None:
    run = begin(ledger)
    ledger.remember_members("pilot", [ALICE, BOB])
    ledger.remember_before({ALICE: ONPREM})
    first, second = ledger.events_sent(run, [notify(ALICE), move(ALICE)])
    ledger.event_completed(first, Status.CHANGED, after={"homing": "onprem", "policy": "Tell", "notify": True})
    ledger.event_completed(second, Status.UNKNOWN)
    past = ledger.past([f"SIP:{ALICE}", BOB, CAROL])
    assert set(past) == {ALICE, BOB}
    alice = past[ALICE]
    assert (alice.wave, alice.phase, alice.before) == ("pilot", "notified", ONPREM)
    assert [(event.action, event.status, event.leads_to) for event in alice.events] == [
        ("Grant-CsTeamsUpgradePolicy", "changed", "notified"),
        ("Move-CsUser", "unknown", "moved"),
    ]
    assert alice.events[0].after["policy"] == "Tell"
    assert (past[BOB].phase, past[BOB].before, list(past[BOB].events)) == ("planned", None, [])


def test_r66_what_was_sent_before_a_whole_rollback_is_told_apart(ledger: Ledger) -> None:
    run = begin(ledger)
    ledger.remember_members("pilot", [BOB])
    ledger.event_completed(ledger.event_sent(run, move(ALICE)), Status.CHANGED, after=ONLINE)
    assert [event.action for event in ledger.past([ALICE])[ALICE].since_rollback] == ["Move-CsUser"]
    ledger.rolled_back({f"SIP:{ALICE}": ONPREM, BOB: {}}, NOW)
    past = ledger.past([ALICE, BOB])
    assert [(each.phase, bool(each.restored), list(each.since_rollback)) for each in past.values()] == [
        ("rolled_back", True, []),
        ("rolled_back", True, []),
    ]
    assert len(past[ALICE].events) == 1
    ledger.event_sent(run, notify(ALICE))
    assert [event.action for event in ledger.past([ALICE])[ALICE].since_rollback] == ["Grant-CsTeamsUpgradePolicy"]
    ledger.rolled_back({ALICE: {}}, NOW)
    assert ledger.past([ALICE])[ALICE].since_rollback == []
    assert [user["phase"] for user in ledger.users(Selection())] == ["rolled_back", "rolled_back"]


def test_when_a_user_was_rolled_back_is_purged_with_the_user(ledger: Ledger) -> None:
    begin(ledger)
    ledger.remember_members("pilot", [ALICE])
    ledger.rolled_back({ALICE: {}}, NOW)
    ledger.purge_users([ALICE])
    ledger.remember_members("pilot", [ALICE])
    assert ledger.past([ALICE])[ALICE].restored is None
