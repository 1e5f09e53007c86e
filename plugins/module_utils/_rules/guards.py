# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What follows when facts are missing: nothing is done, and the reason names the fact (R11)."""

from __future__ import annotations

from .._model import reasons
from .._model.decision import Reason, Refuse, Unknown
from .._model.user import Homing, User

# Reads that did say something: that there is no such user to act on.
_NO_SUCH_USER = frozenset(
    reason.code for reason in (reasons.USER_NOT_FOUND, reasons.USER_DELETED, reasons.AMBIGUOUS_USER, reasons.NOT_A_USER)
)


def without_facts(reason: Reason) -> Refuse | Unknown:
    """Return the decision about a user whose facts are a reason instead: refused where there is no such user, else unread."""
    return Refuse(reason) if reason.code in _NO_SUCH_USER else Unknown(reason)


def unless_user(user: User) -> Refuse | Unknown | None:
    """Return why nothing may be decided about an account; None when it is a user's (R28) whose homing is known (R11)."""
    if user.is_person:
        return unless_homing_known(user)
    what = f"the account type is {user.account_type}"
    return Refuse(reasons.NOT_A_USER.format(user=user.id.text, what=what))


def unless_homing_known(user: User) -> Unknown | None:
    """Return why nothing may be decided about a user whose homing is not known; None when it is."""
    if user.homing is not Homing.UNKNOWN:
        return None
    return Unknown(reasons.HOMING_UNKNOWN.format(user=user.id.text, why=user.why_unknown or "the host does not say"))
