# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger counts of the whole migration: users by day, and the phases of a wave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Sending
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase

from .builders import ALICE, BOB, CAROL, NOW, ONLINE, ONPREM, TEAMS_ONLY, begin, move

WEEK = timedelta(days=7)
PARIS = timezone(timedelta(hours=1))


def day(date: str, notified: int = 0, upgraded: int = 0, failed: int = 0, rolled_back: int = 0) -> dict[str, object]:
    return {
        "date": date,
        "notified": notified,
        "upgraded": upgraded,
        "failed": failed,
        "rolled_back": rolled_back,
    }


def test_an_empty_ledger_has_no_days(ledger: Ledger) -> None:
    assert ledger.history(UTC) == []
    assert ledger.phases("pilot") == {}


def test_users_are_counted_by_day_of_the_plan_and_once_each(ledger: Ledger) -> None:
    ledger.remember_members("pilot", [ALICE, BOB, CAROL])
    ledger.remember_notices("pilot", dict.fromkeys((ALICE, BOB), NOW - WEEK))
    # In another wave, later: the first time counts.
    ledger.remember_notices("paris", {ALICE: NOW})
    for now in (NOW, NOW + timedelta(days=1)):
        run = begin(ledger, now=now)
        ledger.event_completed(ledger.event_sent(run, move(BOB)), Status.FAILED)
        ledger.event_completed(ledger.event_sent(run, move(CAROL)), Status.UNKNOWN)
    run = begin(ledger, now=NOW + timedelta(days=2))
    upgrade = Sending(ALICE, "Move-CsUser", before=ONPREM, after=TEAMS_ONLY)
    ledger.event_completed(ledger.event_sent(run, upgrade), Status.CHANGED, after=TEAMS_ONLY)
    ledger.event_completed(ledger.event_sent(run, move(CAROL)), Status.CHANGED, after=ONLINE)
    assert ledger.history(PARIS) == [
        day("2026-11-30", notified=2),
        day("2026-12-07", notified=2, failed=2),
        day("2026-12-09", notified=2, failed=2, upgraded=1),
    ]
    assert ledger.phases("pilot") == {ALICE: UserPhase.UPGRADED, BOB: UserPhase.NOTIFIED, CAROL: UserPhase.MOVED}
    back = begin(ledger, now=NOW + timedelta(days=3))
    sent = ledger.event_sent(back, Sending(ALICE, "Move-CsUser", before=TEAMS_ONLY, after=ONPREM))
    ledger.event_completed(sent, Status.CHANGED, after=ONPREM)
    # Who was rolled back was never upgraded, by what is so today.
    assert ledger.history(PARIS)[-1] == day("2026-12-10", notified=2, failed=2, rolled_back=1)
    assert [each["upgraded"] for each in ledger.history(PARIS)] == [0, 0, 0]


def test_the_day_is_that_of_the_readers_clock(ledger: Ledger) -> None:
    ledger.remember_notices("pilot", {ALICE: datetime(2026, 12, 6, 23, 30, tzinfo=UTC)})
    assert [each["date"] for each in ledger.history(UTC)] == ["2026-12-06"]
    assert [each["date"] for each in ledger.history(PARIS)] == ["2026-12-07"]
