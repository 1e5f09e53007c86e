# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who can be moved, as far as one side can tell (R21, R24 to R28, R72)."""

from __future__ import annotations

from collections.abc import Iterator

from .._model import reasons
from .._model.decision import Reason
from .._model.identity import address_of, fold
from .._model.user import Homing, Side, User

# Service plans, as the cloud calls them, and what people call them.
PLANS = {"Teams": "Teams", "MCOProfessional": "Skype for Business Online (Plan 2)", "MCOEV": "Phone System"}
NOT_USERS = ("guest", "resourceaccount", "ineligibleuser", "unknown")

CHECKS = ("account", "contacts", "licences", "telephony", "sync")


def obstacles(user: User, checks: frozenset[str], *, contacts_in_exchange: bool | None = None) -> Iterator[Reason]:
    """Yield what keeps a user from being moved, of the `checks` that are asked for. Users homed online are not moved any more."""
    if user.side is Side.ONPREM:
        if "account" in checks and user.enabled is False:
            yield reasons.ACCOUNT_DISABLED.about(user=user.id.text)
        if "contacts" in checks and contacts_in_exchange:
            yield reasons.CONTACTS_IN_EXCHANGE.about(user=user.id.text)
        return
    if "account" in checks and fold(user.account_type or "") in NOT_USERS:
        yield reasons.NOT_A_USER.about(user=user.id.text, what=f"the account type is {user.account_type}")
    if "sync" in checks:
        yield from _sync(user)
    if "licences" in checks:
        yield from _licences(user)
    if "telephony" in checks and user.homing is Homing.ONPREM:
        yield from _telephony(user)


def hints(user: User) -> Iterator[Reason]:
    """Yield what does not keep a user from being moved and is worth knowing."""
    sip, name = address_of(user.sip_address), address_of(user.user_principal_name)
    if sip and name and sip != name:
        yield reasons.SIP_IS_NOT_UPN.about(user=user.id.text, sip=sip, name=name)


def _sync(user: User) -> Iterator[Reason]:
    if user.validation_errors:
        yield reasons.VALIDATION_ERRORS.about(user=user.id.text, errors="; ".join(user.validation_errors))
    if user.inconsistent:
        yield reasons.INCONSISTENT.about(user=user.id.text)


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
