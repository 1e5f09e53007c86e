# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what is due has been done for a user before."""

from __future__ import annotations

from .._model.policy import Mode, same_instance
from .notice import has_mode
from .readiness import Readiness, Stage
from .run import WaveState
from .wave import Due


def is_done(user: Readiness, state: WaveState, notify_policy: str) -> bool:
    """Return whether what is due of a wave needs no change to a user. `notify_policy`: the on-prem instance that notifies."""
    if user.stage is Stage.TEAMS_ONLY:
        return True
    if state.due is Due.UPGRADE:
        return has_mode(state, user) and state.wave.mode is not Mode.TEAMS_ONLY
    if user.stage is Stage.ONLINE:
        return user.online.user is not None and user.online.user.notify is True
    assigned = user.onprem.user.assigned if user.onprem.user else None
    return bool(assigned) and bool(notify_policy) and same_instance(str(assigned), notify_policy)
