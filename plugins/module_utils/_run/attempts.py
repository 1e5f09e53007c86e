# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a change that was sent, and what is made of it: success is what a read says (R36)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .._model import reasons
from .._model.decision import Change, Decision, Keep, Pending, Reason, Refuse, Status, Unknown
from .._model.fault import alike
from .._model.faults import is_unexplained
from .._model.identity import UserId
from .._model.outcome import Outcome

# Codes of faults by which a host does not say whether it has done its work: it gave up waiting, or the connection behind it broke.
MAY_BE_DONE = frozenset(("service_unavailable",))


@dataclass(slots=True)
class Attempt:
    """What is known of one change after it was sent.

    `called` names the cmdlets, `fault` is what the host said; `answered` is false where the answer was lost. `already_done`: a read has
    shown that nothing is left to do, whatever the host said. `user` is what the user was called.
    """

    change: Change
    called: tuple[str, ...] = ()
    started: bool = False
    answered: bool = True
    already_done: bool = False
    fault: Reason | None = None
    warnings: list[str] = field(default_factory=list)
    user: str = ""

    @property
    def retryable(self) -> bool:
        """Whether it met a fault that may pass, and is to be tried again."""
        return self.fault is not None and self.fault.retryable and self.answered and not self.already_done

    @property
    def alike(self) -> str | None:
        """The host's text without this user's names, where nothing is known of it; None for everything else."""
        if self.fault is None or not is_unexplained(self.fault):
            return None
        return alike(self.fault.message, (self.user, str(getattr(self.change.action, "identity", ""))))


def judge(user: UserId, attempt: Attempt, now: Decision, left: Reason) -> Outcome:
    """Return what came of a change, by what is read now and only then by what the cmdlet said. `left`: why it was not started, if so."""
    change = attempt.change
    if not attempt.started:
        return not_started(user, change, left)
    done = Outcome(user.text, Status.CHANGED, change.before, change.after, attempt.called)
    match now:
        case Keep(state):
            return replace(done, after=state)
        case Pending(state, _) if state == change.after:
            return replace(done, after=state)
        case Pending(state, reason):
            return replace(done, status=Status.PENDING, after=state, reason=reason)
        case Unknown() if not attempt.answered:
            return replace(_unchanged(user, attempt, done), after=None)
        case Unknown(reason):
            about = {"user": user.text, "cmdlet": attempt.called[-1], "fault": reason.message}
            unread = attempt.fault or reasons.NOT_READ_BACK.format(**about)
            return replace(done, status=Status.UNKNOWN, after=None, reason=unread)
        case Refuse(reason, state, _):
            return replace(done, status=Status.FAILED, after=state, reason=attempt.fault or reason)
    return replace(_unchanged(user, attempt, done), after=now.before)


def _unchanged(user: UserId, attempt: Attempt, done: Outcome) -> Outcome:
    """A read shows that the desired state still stands open.

    A move that the host has not refused may be seen by another domain controller only later, and was made all the same.
    """
    about = {"user": user.text, "cmdlet": attempt.called[-1]}
    if not attempt.answered:
        return replace(done, status=Status.UNKNOWN, reason=reasons.OUTCOME_UNKNOWN.format(**about))
    if attempt.fault is not None:
        status = Status.UNKNOWN if attempt.fault.code in MAY_BE_DONE else Status.FAILED
        return replace(done, status=status, reason=attempt.fault)
    if attempt.change.action.shows_late:
        return replace(done, status=Status.PENDING, reason=reasons.NOT_YET_VISIBLE.format(**about))
    return replace(done, status=Status.UNKNOWN, reason=reasons.NOT_CONFIRMED.format(**about))


def not_started(user: UserId, change: Change, reason: Reason) -> Outcome:
    """Return the outcome of a change that was never sent."""
    return Outcome(user.text, Status.SKIPPED, change.before, change.before, reason=reason)
