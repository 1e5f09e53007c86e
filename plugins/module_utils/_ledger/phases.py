# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phases of a user, and how what was sent leads from one to the next. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from .._model.actions import GRANTS, MoveUser, StartMeetingMigration
from .._model.decision import Status
from .._model.phase import IN_CLOUD, UserPhase
from .._model.policy import Mode
from .._model.user import Homing

Facts = Mapping[str, object]


# The way of every user. ROLLED_BACK is not on it: from there only a wave, a move or an upgrade leads on.
WAY = (UserPhase.PLANNED, UserPhase.NOTIFIED, UserPhase.MOVED, UserPhase.UPGRADED, UserPhase.DONE)
NOT_CONVERTED = ("pending", "in_progress", "failed")


def target_of(action: str, before: Facts, after: Facts) -> UserPhase | None:
    """Return the phase that a cmdlet is to lead to, by the predicted `before` and `after` of a result; None where it leads to none.

    A move from one pool to another and a grant of any mode but TeamsOnly lead to none: name the phase where a wave's mode is another.
    """
    if action == MoveUser.cmdlet:
        if after.get("homing") == Homing.ONLINE:
            return UserPhase.UPGRADED if after.get("mode") == Mode.TEAMS_ONLY else UserPhase.MOVED
        return UserPhase.ROLLED_BACK if before.get("homing") == Homing.ONLINE else None
    if action in GRANTS:
        if after.get("mode") == Mode.TEAMS_ONLY:
            return UserPhase.UPGRADED
        return UserPhase.NOTIFIED if after.get("notify") is True else None
    return UserPhase.DONE if action == StartMeetingMigration.cmdlet else None


def phase_after(phase: UserPhase, target: UserPhase | None, status: Status, after: Facts) -> UserPhase:
    """Return a user's phase once a cmdlet that leads to `target` has ended, and `after` was read back.

    Only what a read confirmed (CHANGED) leads on (R12, R36). Nothing leads back but a rollback: notifying who is moved, for
    instance. Who was rolled back is not notified by that grant of their former policy which notifies.
    """
    if status is not Status.CHANGED or target is None:
        return phase
    if target is UserPhase.MOVED and after.get("mode") == Mode.TEAMS_ONLY:
        target = UserPhase.UPGRADED
    if target is UserPhase.DONE and after.get("state") in NOT_CONVERTED:
        return phase
    return reached(phase, target)


def reached(phase: UserPhase, found: UserPhase) -> UserPhase:
    """Return the phase of a user who was in `phase` and is found to have reached another."""
    if found is UserPhase.ROLLED_BACK:
        return found
    if phase is UserPhase.ROLLED_BACK:
        return found if found in IN_CLOUD else phase
    return max(phase, found, key=WAY.index)


def phase_in_wave(phase: UserPhase, *, same_wave: bool, again: bool) -> UserPhase:
    """Return the phase of a user who is a member of a wave from now on, or still.

    Another wave has a notice of its own. Who was rolled back stays so in the same wave, unless it takes them `again` (R64).
    """
    if phase is UserPhase.ROLLED_BACK:
        return UserPhase.PLANNED if again or not same_wave else phase
    return UserPhase.PLANNED if phase is UserPhase.NOTIFIED and not same_wave else phase
