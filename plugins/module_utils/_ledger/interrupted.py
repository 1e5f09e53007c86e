# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a cmdlet that a dead run had sent, by what is read now. Pure."""

from __future__ import annotations

from .._model.decision import Status
from .._model.ledger_reasons import INTERRUPTED
from .records import Completion, Facts, Unfinished


def completion_of(event: Unfinished, state: Facts) -> Completion | None:
    """Return how an event is completed by the `state` that its cmdlet changes; None where that is not the one of its side.

    What differs was changed. What is as before is unknown: the cmdlet was not sent, had no effect, or shows none yet (R12, R36).
    """
    before = event.before
    # Both sides show a policy, and a mode online alone.
    if not before or ("mode" in before) != ("mode" in state) or not set(state) >= set(before) - LEFT_OUT:
        return None
    present = {name: value for name, value in state.items() if name in before}
    if any(present.get(name) != value for name, value in before.items()):
        return Completion(event.id, Status.CHANGED, after=dict(state))
    reason = INTERRUPTED.format(user=event.user, cmdlet=event.action, run=event.run)
    return Completion(event.id, Status.UNKNOWN, after=dict(state), reason=reason)


# What a state does not show of users who are homed online.
LEFT_OUT = frozenset({"registrar_pool"})
