# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is purged is gone, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.faults import LedgerFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Purged, Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status

from tests.ledgers import Place

from .builders import ALICE, BOB, CAROL, NOW, ONLINE, ONPREM, begin, move, notify, user


def fill(ledger: Ledger) -> str:
    """Two users with all that there can be of them, in a run that has ended."""
    run = begin(ledger)
    ledger.remember_members("pilot", [ALICE, BOB])
    ledger.remember_notices("pilot", {ALICE: NOW, BOB: NOW})
    ledger.remember_before({ALICE: ONPREM, BOB: ONPREM})
    for event in ledger.events_sent(run, [notify(ALICE), move(ALICE), move(BOB)]):
        ledger.event_completed(event, Status.CHANGED, after=ONLINE)
    ledger.end_run(run)
    return run


def test_a_user_is_purged_with_all_that_is_known_of_them(ledger: Ledger) -> None:
    run = fill(ledger)
    ledger.claim([ALICE], run)
    ledger.end_run(run)
    expected = Purged((ALICE,), 2, 0)
    assert ledger.purge_users(["sip:Alice@contoso.com", CAROL], predict=True) == expected
    assert len(ledger.events(Selection())) == 3
    assert ledger.purge_users(["sip:Alice@contoso.com", CAROL]) == expected
    assert not ledger.purge_users([ALICE]).anything
    assert [each["user"] for each in ledger.users(Selection())] == [BOB]
    assert [each["user"] for each in ledger.events(Selection())] == [BOB]
    assert (ledger.members("pilot"), ledger.notices("pilot", [ALICE])) == ([BOB], {})
    assert user(ledger, BOB)["before"] == ONPREM


def test_nobody_is_purged_whom_a_run_is_at_work_on(ledger: Ledger) -> None:
    fill(ledger)
    run = begin(ledger)
    ledger.claim([BOB], run)
    later = datetime.now(UTC) + timedelta(hours=1)
    purges: list[Callable[[], Purged]] = [
        lambda: ledger.purge_users([ALICE, BOB]),
        lambda: ledger.purge_before(later, predict=True),
    ]
    for purge in purges:
        with pytest.raises(LedgerFault) as refused:
            purge()
        assert refused.value.code == "ledger_in_use"
        assert run in refused.value.message
    assert len(ledger.users(Selection())) == 2


def test_what_is_old_is_purged(ledger: Ledger) -> None:
    old = fill(ledger)
    ledger.remember_members("rest", [CAROL])
    date = datetime.now(UTC)
    young = begin(ledger)
    ledger.event_sent(young, move(BOB))
    expected = Purged((ALICE, CAROL), 3, 1)
    assert ledger.purge_before(date, predict=True) == expected
    assert ledger.purge_before(date) == expected
    assert not ledger.purge_before(date).anything
    (found,) = ledger.users(Selection())
    # To be rolled back to, whenever that was.
    assert (found["user"], found["before"], found["notified_on"] is None) == (BOB, ONPREM, False)
    assert [(each["run"], each["user"]) for each in ledger.events(Selection())] == [(young, BOB)]
    assert [each["run"] for each in ledger.runs(Selection())] == [young] != [old]


def test_a_run_with_younger_events_stays(ledger: Ledger) -> None:
    run = begin(ledger)
    date = datetime.now(UTC)
    ledger.event_sent(run, move(ALICE))
    assert ledger.purge_before(date) == Purged((), 0, 0)
    assert len(ledger.runs(Selection())) == 1


def test_nothing_of_a_purged_user_is_left_in_the_file(sqlite_place: Place, tmp_path: Path) -> None:
    def holds_alice() -> bool:
        return any(ALICE.encode() in path.read_bytes() for path in tmp_path.iterdir())

    with sqlite_place.open() as ledger:
        fill(ledger)
        assert holds_alice()
        ledger.purge_users([ALICE])
        assert not holds_alice()
