# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger counts of the whole migration: users by day, and the phases of a wave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Sending
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.ledger_reasons import INTERRUPTED
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
    # Who was rolled back was upgraded until then.
    assert ledger.history(PARIS)[-1] == day("2026-12-10", notified=2, failed=2, rolled_back=1)
    assert [each["upgraded"] for each in ledger.history(PARIS)] == [0, 0, 1, 0]
    # What the rollback itself finds to be back is no second return.
    ledger.rolled_back({ALICE: ONPREM, CAROL: ONPREM}, NOW + timedelta(days=4))
    assert ledger.history(PARIS)[-1] == day("2026-12-11", notified=2, failed=2, rolled_back=2)
    again = begin(ledger, now=NOW + timedelta(days=5))
    ledger.event_completed(ledger.event_sent(again, upgrade), Status.CHANGED, after=TEAMS_ONLY)
    assert ledger.history(PARIS)[-1] == day("2026-12-12", notified=2, failed=2, rolled_back=1, upgraded=1)


def test_who_was_found_upgraded_and_is_rolled_back_counts_on_both_days(ledger: Ledger) -> None:
    ledger.remember_members("pilot", [ALICE, BOB])
    ledger.reached([ALICE, BOB], UserPhase.UPGRADED, NOW)
    ledger.rolled_back({ALICE: ONPREM}, NOW + WEEK)
    assert ledger.history(PARIS) == [day("2026-12-07", upgraded=2), day("2026-12-14", upgraded=1, rolled_back=1)]


def test_the_day_is_that_of_the_readers_clock(ledger: Ledger) -> None:
    ledger.remember_notices("pilot", {ALICE: datetime(2026, 12, 6, 23, 30, tzinfo=UTC)})
    assert [each["date"] for each in ledger.history(UTC)] == ["2026-12-06"]
    assert [each["date"] for each in ledger.history(PARIS)] == ["2026-12-07"]


def test_what_a_dead_run_has_sent_has_not_failed(ledger: Ledger) -> None:
    run = begin(ledger)
    interrupted = INTERRUPTED.format(user=ALICE, cmdlet="Move-CsUser", run=run)
    ledger.event_completed(ledger.event_sent(run, move(ALICE)), Status.UNKNOWN, reason=interrupted)
    assert ledger.history(PARIS) == []
