# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who can be moved, as far as one side can tell (R10, R21, R24 to R28, R30, R72)."""

from __future__ import annotations

from collections.abc import Iterator

from .._model import reasons
from .._model.belongings import NOTHING_KNOWN, Belongings
from .._model.decision import Reason
from .._model.identity import address_of, fold
from .._model.user import Homing, Side, User

# Service plans, as the cloud calls them, and what people call them.
PLANS = {"Teams": "Teams", "MCOProfessional": "Skype for Business Online (Plan 2)", "MCOEV": "Phone System"}
CONFERENCING = "MCOMEETADD"
NOT_USERS = ("guest", "resourceaccount", "ineligibleuser", "unknown")

CHECKS = ("account", "contacts", "mailbox", "conferencing", "licences", "telephony", "sync")


def obstacles(user: User, checks: frozenset[str], belongings: Belongings = NOTHING_KNOWN) -> Iterator[Reason]:
    """Yield what keeps a user from being moved, of the `checks` that are asked for. Users homed online are not moved any more.

    Whether dial-in conferencing lacks a licence (R23) takes both sides: `readiness` tells.
    """
    if user.side is Side.ONPREM:
        if "account" in checks and user.enabled is False:
            yield reasons.ACCOUNT_DISABLED.about(user=user.id.text)
        if "contacts" in checks and belongings.contacts_in_exchange:
            yield reasons.CONTACTS_IN_EXCHANGE.about(user=user.id.text)
        return
    if "account" in checks and fold(user.account_type or "") in NOT_USERS:
        yield reasons.NOT_A_USER.about(user=user.id.text, what=f"the account type is {user.account_type}")
    if "sync" in checks and user.validation_errors:
        yield reasons.VALIDATION_ERRORS.about(user=user.id.text, errors="; ".join(user.validation_errors))
    if "licences" in checks:
        yield from _licences(user)
    if "telephony" in checks and user.homing is Homing.ONPREM:
        yield from _telephony(user)


def hints(user: User, checks: frozenset[str], belongings: Belongings = NOTHING_KNOWN) -> Iterator[Reason]:
    """Yield what does not keep a user from being moved and is worth knowing, of the `checks` that are asked for."""
    about = {"user": user.id.text}
    sip, name = address_of(user.sip_address), address_of(user.user_principal_name)
    if "account" in checks and sip and name and sip != name:
        yield reasons.SIP_IS_NOT_UPN.about(**about, sip=sip, name=name)
    if user.side is Side.ONLINE:
        if "sync" in checks and user.inconsistent:
            yield reasons.INCONSISTENT.about(**about)
        if "licences" in checks and _license_later(user):
            yield reasons.LICENSE_AFTER_ENABLING.about(**about)
        return
    if "contacts" in checks and belongings.unread("contacts_in_exchange"):
        yield reasons.CONTACTS_UNKNOWN.about(**about)
    if "mailbox" in checks and belongings.mailbox_onprem:
        yield reasons.MAILBOX_ONPREM.about(**about)
    if "mailbox" in checks and belongings.unread("mailbox_onprem"):
        yield reasons.MAILBOX_UNKNOWN.about(**about)
    if "conferencing" in checks and belongings.unread("dial_in"):
        yield reasons.DIAL_IN_UNKNOWN.about(**about)


def _license_later(user: User) -> bool:
    """Whether a licence given now would home the user online for good, unroutable from on-prem (R30)."""
    nowhere = user.homing is not Homing.ONPREM and not user.on_prem_hosting_provider
    return bool(user.dir_synced) and nowhere and user.licences is not None and "Teams" not in user.licences


def _licences(user: User) -> Iterator[Reason]:
    needed = ("Teams", "MCOProfessional") if user.homing is Homing.ONPREM else ("Teams",)
    if user.licences is None:
        yield reasons.LICENCES_UNKNOWN.about(user=user.id.text)
    elif missing := [PLANS[plan] for plan in needed if plan not in user.licences]:
        yield reasons.NOT_LICENSED.about(user=user.id.text, plans=" and ".join(missing))


def _telephony(user: User) -> Iterator[Reason]:
    calls = user.on_prem_enterprise_voice or user.on_prem_line_uri
    if calls and user.licences is not None and "MCOEV" not in user.licences:
        yield reasons.PHONE_SYSTEM_MISSING.about(user=user.id.text)
