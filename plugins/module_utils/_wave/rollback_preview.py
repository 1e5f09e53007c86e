# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What check mode says of a rollback, where no module can predict it."""

from __future__ import annotations

from collections.abc import Sequence

from .._model.actions import GrantPolicy
from .._model.decision import Status
from .rollback import INHERIT, NOTIFICATION, SYNC, Return
from .rollback import MODE_STEP as MODE
from .run import WaveState
from .step_record import StepRecord
from .steps import not_seen


def await_cloud(state: WaveState, waiting: Sequence[Return]) -> None:
    """Record who is back already, which the cloud does not show yet: nobody can tell when it will."""
    if names := tuple(each.user.text for each in waiting):
        state.record(StepRecord(state.wave.name, SYNC, names, {"users": [not_seen(user, {}) for user in names]}))


def predict(state: WaveState, returning: Sequence[Return]) -> None:
    """Record what is to be assigned to users once they are back, which no module can predict before. A move takes a mode away (R64)."""
    for step, users in (
        (MODE, [each for each in returning if each.mode not in (None, INHERIT)]),
        (NOTIFICATION, [each for each in returning if each.pool and each.notice is not None]),
    ):
        names = tuple(each.user.text for each in users)
        changed = {"status": Status.CHANGED.value, "actions": [GrantPolicy.cmdlet]}
        if names:
            state.record(
                StepRecord(state.wave.name, step, names, {"users": [{"user": user} | changed for user in names]})
            )
