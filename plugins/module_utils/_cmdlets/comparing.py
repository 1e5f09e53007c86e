# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a listing shows of users, compared with what reading one of them by identity shows.

Some versions of Get-CsOnlineUser leave properties out of what they list, show them empty, or show other values than for a single user:
UserValidationErrors, the hosting providers, InterpretedUserType, policies. A listing is believed where it says the same of a user as the
single read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from .._connection.messages import Row
from .._model.decision import Reason
from .._model.identity import UserId, fold
from .._model.user import Homing, Side, User

Facts: TypeAlias = User | Reason

# The facts on which decisions rest.
DECIDING: Mapping[Side, tuple[str, ...]] = {
    Side.ONPREM: (
        "homing",
        "sip_address",
        "user_principal_name",
        "assigned",
        "registrar_pool",
        "enabled",
        "enterprise_voice",
        "line_uri",
        "conferencing_policy",
    ),
    Side.ONLINE: (
        "homing",
        "sip_address",
        "user_principal_name",
        "mode",
        "assigned",
        "notify",
        "on_prem_hosting_provider",
        "on_prem_enterprise_voice",
        "on_prem_line_uri",
        "dir_synced",
        "account_type",
        "licences",
        "validation_errors",
        "override_policy",
        "policy_read_only",
    ),
}
# What tells nothing about a user where it is empty, although it decides: where a whole listing shows none, more users are read singly.
_DELETED, _ERRORS = "SoftDeletionTimestamp", "UserValidationErrors"
# How many of them: for errors as many as one filter names, for policies some.
MORE, SOME = 20, 5
_TROUBLE = ("error", "failed")


def unlike(single: Facts, listed: Facts) -> frozenset[str]:
    """Return which deciding facts a listing does not show as the single read of the same user does."""
    if not isinstance(single, User) or not isinstance(listed, User):
        side = next((fact.side for fact in (single, listed) if isinstance(fact, User)), None)
        return frozenset(DECIDING[side]) if side is not None else frozenset()
    return frozenset(
        name
        for name in DECIDING[single.side]
        if getattr(single, name) is not None and getattr(single, name) != getattr(listed, name)
    )


def blanks_errors(single: Mapping[str, object], listed: Mapping[str, object]) -> bool:
    """Return whether a listing has nothing where a single read has a list of errors, be it empty: then it cannot show errors."""
    return isinstance(single.get(_ERRORS), list) and listed.get(_ERRORS) in (None, "")


def hides_deletion(single: Collection[str] | None, listed: Collection[str] | None) -> bool:
    """Return whether a listing does not show whether an account is deleted, although a single read does (R72). Both are known by the
    properties that they show.
    """
    return single is not None and listed is not None and _DELETED in single and _DELETED not in listed


def without(user: User, facts: frozenset[str]) -> User:
    """Return what is known of a user where these facts are not."""
    unknown = dict.fromkeys(facts - {"homing", "sip_address", "user_principal_name"})
    if "homing" in facts:
        why = "a listing of this host does not show it, and the user could not be read singly"
        user = replace(user, homing=Homing.UNKNOWN, why_unknown=why)
    return replace(user, **unknown)  # type: ignore[arg-type]


def by_type_alone(user: User) -> bool:
    """Return whether the homing rests on InterpretedUserType, of which a listing may show another value than a single read."""
    return user.side is Side.ONLINE and not user.hosting_provider and not user.on_prem_hosting_provider


def in_trouble(user: User) -> bool:
    """Return whether InterpretedUserType speaks of errors that the listing does not name."""
    kind = fold(user.interpreted_user_type or "")
    return not user.validation_errors and any(word in kind for word in _TROUBLE)


def doubtful(listed: Mapping[UserId, User], rows: Sequence[Row], compared: Facts | None) -> list[UserId]:
    """Return the users to read singly, too, before it is believed that a listing in which nobody has an error, or a policy, is right.

    `compared` is the user for which both reads say the same. Errors are rare, and are shown as an empty list, or as null like what is
    not shown: then it takes several users to tell. Policies show in the mode, so users of other modes come first.
    """
    seen = compared if isinstance(compared, User) else None
    named: dict[UserId, None] = {}
    if any(_ERRORS in row for row in rows) and all(row.get(_ERRORS) in (None, "") for row in rows):
        named |= dict.fromkeys(islice(listed, MORE))
    if not any(user.assigned for user in (*listed.values(), *([seen] if seen else []))):
        others = sorted(listed, key=lambda id: seen is not None and listed[id].mode is seen.mode)
        named |= dict.fromkeys(islice(others, SOME))
    return list(named)
