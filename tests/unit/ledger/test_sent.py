# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a wave has begun, by what was sent for it."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Sending
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase

from .builders import ALICE, BOB, ONLINE, ONPREM, TEAMS_ONLY, TOLD, begin

GRANT, BATCH = "Grant-CsTeamsUpgradePolicy", "New-CsBatchPolicyAssignmentOperation"
ISLANDS, ANOTHER = {"homing": "onprem", "mode": "Islands"}, {"homing": "onprem", "mode": "SfBOnly"}
NOTIFIES = Sending(ALICE, GRANT, {"notify": False}, TOLD, wave="pilot")


@pytest.mark.parametrize(
    ("action", "before", "after", "phase"),
    [
        (GRANT, {"notify": False}, TOLD, UserPhase.NOTIFIED),
        ("Move-CsUser", ONPREM, ONLINE, UserPhase.MOVED),
        ("Move-CsUser", ONPREM, TEAMS_ONLY, UserPhase.UPGRADED),
        (GRANT, ONLINE, TEAMS_ONLY, UserPhase.UPGRADED),
        ("Start-CsExMeetingMigration", {}, {"state": "pending"}, UserPhase.DONE),
        # The mode of a wave need not be TeamsOnly.
        (GRANT, ISLANDS, ANOTHER, UserPhase.UPGRADED),
        (BATCH, ISLANDS, ANOTHER, UserPhase.UPGRADED),
    ],
)
@pytest.mark.parametrize("status", [None, Status.CHANGED, Status.FAILED])
def test_what_was_sent_tells_how_far_a_wave_has_begun(
    ledger: Ledger,
    action: str,
    before: dict[str, object],
    after: dict[str, object],
    phase: UserPhase,
    status: Status | None,
) -> None:
    run = begin(ledger)
    event = ledger.event_sent(run, Sending(ALICE, action, before, after, wave="pilot"))
    if status is not None:
        ledger.event_completed(event, status, before=before, after=after)
    assert ledger.sent_for("pilot") == {phase}
    assert ledger.sent_for("rest") == set()


def test_what_was_sent_for_users_who_were_notified_is_told_from_the_notification(ledger: Ledger) -> None:
    run = begin(ledger)
    event = ledger.event_sent(run, NOTIFIES)
    ledger.event_completed(event, Status.CHANGED, before={"notify": False}, after=TOLD)
    assert ledger.sent_for("pilot") == {UserPhase.NOTIFIED}
    ledger.event_sent(run, Sending(ALICE, GRANT, ISLANDS, ANOTHER, wave="pilot"))
    assert ledger.sent_for("pilot") == {UserPhase.NOTIFIED, UserPhase.UPGRADED}


def test_what_was_not_sent_after_all_and_what_concerns_nobody_does_not_count(ledger: Ledger) -> None:
    run = begin(ledger)
    ledger.events_withdrawn([ledger.event_sent(run, Sending(BOB, "Move-CsUser", ONPREM, ONLINE, wave="pilot"))])
    ledger.event_sent(
        run, Sending("", "New-CsTeamsUpgradePolicy", {"state": "absent"}, {"state": "present"}, wave="pilot")
    )
    assert ledger.sent_for("pilot") == set()
