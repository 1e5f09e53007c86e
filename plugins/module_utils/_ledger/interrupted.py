# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a cmdlet that a dead run had sent, by what is read now. Pure."""

from __future__ import annotations

from .._model.actions import GrantInBatch, MoveUser
from .._model.casing import fold
from .._model.decision import Status
from .._model.ledger_reasons import CHANGED_OTHERWISE, INTERRUPTED
from .records import Completion, Facts, Unfinished

# What goes on at the host or in the service when the job that sent it dies, and for how many seconds: moves take a minute or two.
SLOW = (MoveUser.cmdlet, GrantInBatch.cmdlet)
INTERRUPTED_TIMEOUT = 120
# What a state does not show of users who are homed online.
LEFT_OUT = frozenset({"registrar_pool"})
# What is expected to the letter. Meetings go on by themselves, so that another state than the expected one is a change as well.
EXPECTED = ("homing", "registrar_pool", "mode", "policy", "notify")


def completion_of(event: Unfinished, state: Facts) -> Completion | None:
    """Return how an event is completed by the `state` that its cmdlet changes; None where that is not the one of its side.

    What is as the cmdlet was to make it was changed. What is as before is unknown: the cmdlet was not sent, had no effect, or shows
    none yet (R12, R36). What is neither was changed by somebody else, so that nobody can tell.
    """
    before = event.before
    # Both sides show a policy, and a mode online alone.
    if not before or ("mode" in before) != ("mode" in state) or not set(state) >= set(before) - LEFT_OUT:
        return None
    reason = INTERRUPTED
    if not _is_as_before(event, state):
        if _is_as_expected(event, state):
            return Completion(event.id, Status.CHANGED, after=dict(state))
        reason = CHANGED_OTHERWISE
    about = reason.format(user=event.user, cmdlet=event.action, run=event.run)
    return Completion(event.id, Status.UNKNOWN, after=dict(state), reason=about)


def seconds_left(event: Unfinished, state: Facts, timeout: float) -> float:
    """Return for how many seconds more its cmdlet may be at work on a user who is as before, `timeout` after it was sent; 0: no more."""
    slow = event.action in SLOW and _is_as_before(event, state)
    return max(0.0, timeout - event.age) if slow else 0.0


def completion_of_one(event: Unfinished, about: Facts, state: Facts) -> Completion | None:
    """Return the same of an event without a user, by the `state` of the thing that `about` names; None where it was for another one.

    None as well where the state does not show what was set: of a configuration, a run reads what its own options give.
    """
    before = {name: value for name, value in event.before.items() if name not in about}
    if not all(_same(event.before.get(name), value) for name, value in about.items()):
        return None
    if "state" not in state and not set(event.after) <= set(state):
        return None
    if _shows(state, event.after):
        return Completion(event.id, Status.CHANGED, after=dict(state))
    reason = INTERRUPTED if _shows(state, before) else CHANGED_OTHERWISE
    text = reason.format(user=about["name"], cmdlet=event.action, run=event.run)
    return Completion(event.id, Status.UNKNOWN, after=dict(state), reason=text)


def _shows(state: Facts, wanted: Facts) -> bool:
    return all(name in state and _same(state[name], value) for name, value in wanted.items())


def _is_as_before(event: Unfinished, state: Facts) -> bool:
    """Return whether a state is the one in which the cmdlet was sent."""
    present = {name: value for name, value in state.items() if name in event.before}
    return all(present.get(name) == value for name, value in event.before.items())


def _is_as_expected(event: Unfinished, state: Facts) -> bool:
    return all(_same(state[name], value) for name, value in event.after.items() if name in EXPECTED and name in state)


def _same(found: object, expected: object) -> bool:
    if isinstance(found, str) and isinstance(expected, str):
        return fold(found) == fold(expected)
    return found == expected
