# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of the report for statuses and steps, and the order in which users need attention."""

from __future__ import annotations

from collections.abc import Mapping

# By how much a user with the status needs to be looked at.
STATUSES: Mapping[str, str] = {
    "failed": "failed",
    "drifted": "drifted",
    "inconsistent": "inconsistent",
    "unknown": "unknown",
    "pending": "pending",
    "skipped": "left out",
    "changed": "changed",
    "not_due": "not due",
    "ok": "nothing to do",
    "in_state": "as planned",
}
# What a step says of users for whom it had nothing to do.
NOTHING_TO_DO: Mapping[str, str] = {
    "readiness": "ready",
    "notify": "notified already",
    "move": "homed online",
    "sync": "seen in the cloud",
    "grant": "has the mode",
    "meetings": "converted",
}
TITLES: Mapping[str, str] = {
    "waves": "Upgrade to Teams",
    "readiness": "Readiness for the upgrade to Teams",
    "drift": "Drift from the plan",
    "rollback": "Rollback from Teams",
    "rehearsal": "Rehearsal of the upgrade to Teams",
}


# By the kind of the report: who was not changed in a rehearsal is done already, and who waits where readiness was read is ready.
OF_KIND: Mapping[str, Mapping[str, str]] = {
    "rehearsal": {"changed": "done", "ok": "done before"},
    "readiness": {"pending": "ready", "ok": "done"},
}


def status_words(kind: str, *, check_mode: bool) -> dict[str, str]:
    """Return the words for statuses in a report; in check mode nothing was changed yet."""
    return {**STATUSES, **({"changed": "would change"} if check_mode else {}), **OF_KIND.get(kind, {})}


def word_of_step(step: str, status: str, words: Mapping[str, str]) -> str:
    """Return the word for what a step did for a user."""
    fine = NOTHING_TO_DO.get(step) if status == "ok" else None
    return fine or words.get(status, status)
