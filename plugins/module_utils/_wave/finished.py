# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what is due has been done for a user before."""

from __future__ import annotations

from .._model.policy import Mode, same_instance
from .readiness import Readiness, Stage
from .run import WaveState
from .wave import Due


def is_done(user: Readiness, state: WaveState, notify_policy: str) -> bool:
    """Return whether what is due of a wave needs no change to a user. `notify_policy`: the on-prem instance that notifies."""
    return is_upgraded(user, state) if state.due is Due.UPGRADE else is_notified(user, notify_policy)


def is_upgraded(user: Readiness, state: WaveState) -> bool:
    """Return whether a user has the mode of the wave. Users homed on-prem are not TeamsOnly, whatever the cloud says of them (R10)."""
    if state.wave.mode is Mode.TEAMS_ONLY:
        return user.stage is Stage.TEAMS_ONLY
    return user.online.user is not None and user.online.user.mode is state.wave.mode


def is_notified(user: Readiness, notify_policy: str) -> bool:
    """Return whether a user has a policy that notifies, or is TeamsOnly, so that there is nothing to notify them of."""
    if user.stage is Stage.TEAMS_ONLY:
        return True
    if user.stage is Stage.ONLINE:
        return user.online.user is not None and user.online.user.notify is True
    assigned = user.onprem.user.assigned if user.onprem.user else None
    return bool(assigned) and bool(notify_policy) and same_instance(str(assigned), notify_policy)
