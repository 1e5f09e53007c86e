# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who can be upgraded: what keeps a user from it, and what is worth knowing (R10, R21, R23 to R30, R72).

One side alone cannot tell everything. `obstacles` and `hints` look at one side's facts, `obstacles_between` compares both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._model import reasons
from .._model.decision import Reason
from .._model.identity import address_of
from .._model.licences import Plan
from .._model.onprem_dependencies import NOTHING_KNOWN, OnpremDependencies
from .._model.user import AccountKind, Homing, Side, User

CHECKS = ("account", "contacts", "mailbox", "conferencing", "licences", "telephony", "sync")


def obstacles(
    user: User, checks: frozenset[str], onprem_dependencies: OnpremDependencies = NOTHING_KNOWN
) -> Iterator[Reason]:
    """Yield what keeps a user from being moved, of the `checks` that are asked for. Users homed online are not moved any more."""
    if user.side is Side.ONPREM:
        if "account" in checks and user.enabled is False:
            yield reasons.ACCOUNT_DISABLED.format(user=user.id.text)
        if "contacts" in checks and onprem_dependencies.contacts_in_exchange:
            yield reasons.CONTACTS_IN_EXCHANGE.format(user=user.id.text)
        return
    if "account" in checks and user.account_kind is not AccountKind.USER:
        yield reasons.NOT_A_USER.format(user=user.id.text, what=f"the account type is {user.account_type}")
    if "sync" in checks and user.validation_errors:
        errors = "; ".join(error.rstrip(".") for error in user.validation_errors)
        yield reasons.VALIDATION_ERRORS.format(user=user.id.text, errors=errors)
    if "licences" in checks:
        yield from _licences(user)
    if "telephony" in checks and user.homing is Homing.ONPREM:
        yield from _telephony(user, bool(user.on_prem_enterprise_voice or user.on_prem_line_uri))


def obstacles_between(
    onprem: User, online: User, checks: frozenset[str], onprem_dependencies: OnpremDependencies = NOTHING_KNOWN
) -> Iterator[Reason]:
    """Yield what only both sides together show to keep a user who is homed on-prem from being moved, of the `checks` that are asked for."""
    name = onprem.id.text
    if "sync" in checks and online.homing is not Homing.ONPREM:
        yield reasons.NOT_SYNCED.format(user=name, what="is homed online for the cloud")
    here, there = address_of(onprem.sip_address), address_of(online.sip_address)
    if "sync" in checks and here and here != there:
        yield reasons.SIP_ADDRESS_DIFFERS.format(user=name, onprem=here, online=there or "without SIP address")
    if "telephony" in checks:
        yield from _telephony(online, bool(onprem.enterprise_voice or onprem.line_uri))
    licences, wanted = online.licences, Plan.AUDIO_CONFERENCING
    dials_in = "conferencing" in checks and onprem_dependencies.dial_in
    if dials_in and licences is not None and not wanted.is_in(licences):
        yield reasons.AUDIO_CONFERENCING_MISSING.format(user=name, **_names([wanted], licences))


def hints(
    user: User, checks: frozenset[str], onprem_dependencies: OnpremDependencies = NOTHING_KNOWN
) -> Iterator[Reason]:
    """Yield what does not keep a user from being moved and is worth knowing, of the `checks` that are asked for."""
    about = {"user": user.id.text}
    sip, name = address_of(user.sip_address), address_of(user.user_principal_name)
    if "account" in checks and sip and name and sip != name:
        yield reasons.SIP_IS_NOT_UPN.format(**about, sip=sip, name=name)
    if user.side is Side.ONLINE:
        if "sync" in checks and user.inconsistent:
            yield reasons.INCONSISTENT.format(**about)
        if "licences" in checks and _license_later(user):
            yield reasons.LICENSE_AFTER_ENABLING.format(**about)
        return
    if "contacts" in checks and onprem_dependencies.unread("contacts_in_exchange"):
        yield reasons.CONTACTS_UNKNOWN.format(**about)
    if "mailbox" in checks and onprem_dependencies.mailbox_onprem:
        yield reasons.MAILBOX_ONPREM.format(**about)
    if "mailbox" in checks and onprem_dependencies.unread("mailbox_onprem"):
        yield reasons.MAILBOX_UNKNOWN.format(**about)
    if "conferencing" in checks and onprem_dependencies.unread("dial_in"):
        yield reasons.DIAL_IN_UNKNOWN.format(**about)


def _license_later(user: User) -> bool:
    """Whether a licence given now would home the user online for good, unroutable from on-prem (R30)."""
    nowhere = user.homing is not Homing.ONPREM and not user.on_prem_hosting_provider
    return bool(user.dir_synced) and nowhere and user.licences is not None and not Plan.TEAMS.is_in(user.licences)


def _licences(user: User) -> Iterator[Reason]:
    """Plan 2 is needed for the move alone (R21)."""
    needed = (Plan.TEAMS, Plan.SKYPE_PLAN_2) if user.homing is Homing.ONPREM else (Plan.TEAMS,)
    if user.licences is None:
        yield reasons.LICENCES_UNKNOWN.format(user=user.id.text)
    elif missing := [plan for plan in needed if not plan.is_in(user.licences)]:
        yield reasons.NOT_LICENSED.format(user=user.id.text, **_names(missing, user.licences))


def _telephony(online: User, calls: bool) -> Iterator[Reason]:
    """Licences that could not be read are named as such, not as missing ones."""
    if calls and online.licences is not None and not Plan.PHONE_SYSTEM.is_in(online.licences):
        yield reasons.PHONE_SYSTEM_MISSING.format(user=online.id.text, **_names([Plan.PHONE_SYSTEM], online.licences))


def _names(missing: Sequence[Plan], licences: frozenset[str]) -> dict[str, str]:
    """Return what sentences name: the plans, the names that were looked for, and those that are enabled."""
    return {
        "plans": " and ".join(plan.title for plan in missing),
        "names": ", ".join(name for plan in missing for name in plan.names),
        "found": ", ".join(sorted(licences)) or "none",
    }
