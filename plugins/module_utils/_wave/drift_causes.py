# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a user is drifted, or what is due was not done for them."""

from __future__ import annotations

from .._model import drift_reasons, reasons, wave_reasons
from .._model.actions import MoveUser
from .._model.decision import Reason
from .._model.policy import Mode, built_in
from .._model.user import Homing
from .drift_expected import Case, same


def cause(case: Case, name: str) -> Reason:
    """Return why a user is drifted, by the first thing that differs."""
    wanted, found = case.expected[name], case.found[name]
    about = {
        "user": case.name,
        "expected": wanted or "no policy of their own",
        "found": found or "no policy of their own",
    }
    if name == "homing":
        return (wave_reasons.MOVED_BACK if wanted == Homing.ONLINE else drift_reasons.MOVED_BY_OTHERS).format(**about)
    if name == "registrar_pool":
        return drift_reasons.RE_HOMED.format(**about)
    if name == "mode":
        # What a side does not show is not compared: a mode that is found is one.
        return drift_reasons.MODE_CHANGED.format(**about | {"expected": wanted or "not set"})
    before, now = (built_in(str(value or "")) for value in (wanted, found))
    notified = before.notify if before else same(name, wanted, case.notify_policy)
    # Whether another policy of the organisation's own notifies as well was not read.
    quiet = not found or (now is not None and not now.notify)
    reason = drift_reasons.NOTIFICATION_REMOVED if notified and quiet else drift_reasons.POLICY_CHANGED
    return reason.format(**about)


def why_not_done(case: Case) -> Reason | None:
    """Return why what is due was not done: what keeps the user from it now, or what came of the last attempt."""
    if case.upgrading and is_granted(case):
        return settling(case)
    known = case.known.reason if case.known else None
    found = next(iter(case.user.reasons), None) or case.stop or case.notice or known
    if found or case.state is None:
        return found
    about = {"user": case.name, "what": case.due.noun, "day": case.state.due_since}
    return drift_reasons.NOT_DONE_YET.format(**about)


def is_granted(case: Case) -> bool:
    """Return whether the policy that a user is assigned has the mode of their wave, whatever the effective mode is."""
    instance = built_in(str(case.found.get("assigned") or ""))
    return instance is not None and case.state is not None and instance.mode is case.state.wave.mode


def settling(case: Case) -> Reason:
    """Return that the policy does not have its effect yet (R12)."""
    there = case.user.online.user
    policy = case.found.get("assigned") or f"what {MoveUser.cmdlet} has assigned"
    mode = there.mode if there and isinstance(there.mode, Mode) else "not set"
    return reasons.SETTLING.format(user=case.name, policy=policy, mode=mode)
