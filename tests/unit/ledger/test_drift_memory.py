# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look for drift asks of the ledger, and what it leaves there for the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger import statements
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.drift_memory import Finding
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection

from .builders import ALICE, BOB, CAROL, NOW

DRIFTED = Finding("drifted", "moved_back", NOW, NOW)


def test_everybody_is_listed_with_their_wave(ledger: Ledger) -> None:
    ledger.remember_members("pilot", [ALICE, BOB])
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


def test_more_than_one_statement_takes_is_kept_and_forgotten(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "CHUNK", 1)
    ledger.drift.keep(dict.fromkeys((ALICE, BOB, CAROL), DRIFTED))
    assert set(ledger.drift.findings()) == {ALICE, BOB, CAROL}
    ledger.drift.keep({CAROL: DRIFTED}, gone=[ALICE, BOB])
    assert set(ledger.drift.findings()) == {CAROL}
