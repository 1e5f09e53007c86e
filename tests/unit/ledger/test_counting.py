# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who counts as failed for the budget of a migration."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase

from .builders import ALICE, BOB, CAROL, NOW, begin, move, notify, user


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNKNOWN])
def test_who_is_found_to_be_done_after_all_no_longer_counts_as_failed(ledger: Ledger, status: Status) -> None:
    run = begin(ledger)
    ledger.remember_members("pilot", [ALICE, BOB, CAROL])
    for event in ledger.events_sent(run, [move(ALICE), notify(BOB), move(CAROL)]):
        ledger.event_completed(event, status)
    assert ledger.last_statuses() == {status.value: 3}
    ledger.reached([ALICE], UserPhase.MOVED, NOW)
    ledger.remember_notices("pilot", {BOB: NOW})
    assert ledger.last_statuses() == {status.value: 1, "ok": 2}
    last = user(ledger, ALICE)["last"]
    assert last is not None
    assert last["status"] == status.value
