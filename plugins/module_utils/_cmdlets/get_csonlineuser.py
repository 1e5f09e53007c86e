# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsOnlineUser: users as the tenant knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .._connection.messages import Command, Row
from .._model import reasons
from .._model.failure import Failure
from .._model.host import Host
from .._model.identity import UserId, fold
from .._model.policy import Mode, name_in
from .._model.user import Homing, Side, User
from . import address_filters
from .command_builder import CommandBuilder, in_chunks
from .get_csuser import HOMED_ONPREM, assigned
from .properties import flag, is_deleted, plans, text, texts

PROPERTIES = (
    "Identity",
    "SipAddress",
    "UserPrincipalName",
    "DisplayName",
    "HostingProvider",
    "OnPremHostingProvider",
    "InterpretedUserType",
    "AccountType",
    "TeamsUpgradeEffectiveMode",
    "TeamsUpgradePolicy",
    "TeamsUpgradeNotificationsEnabled",
    "TeamsUpgradePolicyIsReadOnly",
    "TeamsUpgradeOverridePolicy",
    "AssignedPlan",
    "FeatureTypes",
    "UserValidationErrors",
    "EnterpriseVoiceEnabled",
    "LineUri",
    "OnPremEnterpriseVoiceEnabled",
    "OnPremLineURI",
    "SoftDeletionTimestamp",
    "UserDirSyncEnabled",
)
# Identity takes no pipeline input here, so many users are asked for by a filter; each clause is some 90 characters and travels in a URL.
CHUNK = 20


def by_identity(identity: str, host: Host) -> Command:
    """Read one user by SIP address or user principal name."""
    return CommandBuilder.of("Get-CsOnlineUser", host).with_(Identity=identity).command


def by_filter(users: Sequence[UserId], host: Host) -> list[Command]:
    """Read many users by a filter on their addresses. Users with unusual characters are left to be read by identity."""
    return _filtered(users, host, address_filters.by_addresses)


def by_names(users: Sequence[UserId], host: Host) -> list[Command]:
    """Read many users by a filter on their user principal names, as above."""
    return _filtered(users, host, address_filters.by_names)


def _filtered(users: Sequence[UserId], host: Host, filter_for: Callable[[Sequence[UserId]], str]) -> list[Command]:
    if not host.offers("Get-CsOnlineUser", "Filter"):
        return []
    call = CommandBuilder.of("Get-CsOnlineUser", host)
    return [call.with_(Filter=filter_for(chunk)).command for chunk in in_chunks(address_filters.plain(users), CHUNK)]


def user_from(user: UserId, row: Row) -> User:
    """Return the facts in an object of Get-CsOnlineUser. Raises Failure where it is no user to act on (R72)."""
    if is_deleted(row):
        raise Failure(reasons.USER_DELETED.format(user=user.text))
    homing, why = homing_of(row)
    return User(
        id=user,
        side=Side.ONLINE,
        homing=homing,
        sip_address=text(row, "SipAddress") or "",
        user_principal_name=text(row, "UserPrincipalName") or "",
        display_name=text(row, "DisplayName") or "",
        mode=Mode.read(row.get("TeamsUpgradeEffectiveMode")),
        assigned=assigned(row),
        notify=flag(row, "TeamsUpgradeNotificationsEnabled"),
        hosting_provider=text(row, "HostingProvider"),
        enterprise_voice=flag(row, "EnterpriseVoiceEnabled"),
        line_uri=text(row, "LineUri"),
        on_prem_hosting_provider=text(row, "OnPremHostingProvider"),
        on_prem_enterprise_voice=flag(row, "OnPremEnterpriseVoiceEnabled"),
        on_prem_line_uri=text(row, "OnPremLineURI"),
        dir_synced=flag(row, "UserDirSyncEnabled"),
        account_type=text(row, "AccountType"),
        interpreted_user_type=text(row, "InterpretedUserType"),
        licences=plans(row),
        validation_errors=texts(row, "UserValidationErrors"),
        override_policy=override_in(row),
        policy_read_only=text(row, "TeamsUpgradePolicyIsReadOnly"),
        why_unknown=why,
    )


def override_in(row: Row) -> str | None:
    """Return the TeamsUpgradeOverridePolicy of a user or tenant, None for none. One without a name that can be read is one, too (R9)."""
    name = name_in(row.get("TeamsUpgradeOverridePolicy"))
    return "one whose name cannot be read" if name is None else name or None


def homing_of(row: Row) -> tuple[Homing, str]:
    """Return where the cloud believes the user is homed, and why that is not known where it is not (section 10, R11).

    HostingProvider and OnPremHostingProvider are the facts; where a module shows neither, the directory prefix of
    InterpretedUserType stands in (R73). Facts that contradict each other mean that a sync is under way: unknown.
    """
    named = {name: text(row, name) or "" for name in ("HostingProvider", "OnPremHostingProvider")}
    seen = {_homed(value) for value in named.values() if value} or _by_type(text(row, "InterpretedUserType") or "")
    if len(seen) == 1:
        return seen.pop(), ""
    if not seen:
        return Homing.UNKNOWN, _says_nothing(text(row, "InterpretedUserType"))
    return Homing.UNKNOWN, " but ".join(f"{name} is {value}" for name, value in named.items())


def _says_nothing(interpreted: str | None) -> str:
    if interpreted:
        return (
            "HostingProvider and OnPremHostingProvider are empty or missing, and InterpretedUserType is "
            f"{interpreted}, which does not say it"
        )
    return "HostingProvider, OnPremHostingProvider and InterpretedUserType are all empty or missing"


def _homed(provider: str) -> Homing:
    return Homing.ONPREM if fold(provider) == HOMED_ONPREM else Homing.ONLINE


def _by_type(interpreted: str) -> set[Homing]:
    kind = fold(interpreted)
    if kind.startswith("hybridonprem"):
        return {Homing.ONPREM}
    return {Homing.ONLINE} if kind.startswith(("hybridonline", "pureonline", "dirsync", "aadconnect")) else set()
