# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reasons why a wave leaves users for a later run."""

from __future__ import annotations

from .reasons import reason

NOTICE_NOT_OVER = reason(
    "notice_not_over",
    "{user} {notified}, and is upgraded {day}.",
    "Nothing has to be done: the run of that day upgrades them. If they heard of it earlier, set notified_on of the wave.",
)
ROLLED_BACK = reason(
    "rolled_back",
    "{user} was rolled back, and is not upgraded again with this wave.",
    "To upgrade them with it all the same, set again: true in the wave; or plan them in another one.",
)
MOVED_BACK = reason(
    "moved_back",
    "{user} was upgraded, and is homed on-prem again: somebody has moved them back.",
    "Find out who did it, and why. Runs leave them there; to upgrade them again with their wave, set again: true in it.",
)
MOVING_BACK = reason(
    "moving_back",
    "{user} was upgraded, and is homed on-prem again: a rollback has begun to move them back, and has not ended.",
    "Wait for the rollback where it is at work. Where it was interrupted, run it again.",
)
KNOWN_BY_ANOTHER_NAME = reason(
    "known_by_another_name",
    "{user} is {other} in the ledger: by that name, runs have changed them.",
    "Name them {other}, in the plan and in teams_upgrade_rollback_users, as the runs before did.",
)
LEFT_FOR_NEXT_RUN = reason(
    "left_for_next_run",
    "{user} is left for the next run, since one run starts {most} users at most.",
    "Nothing has to be done: the next run goes on with them. The number is teams_upgrade_most_users.",
)
