# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users on-premises: Get-CsUser and its likes for rooms, phones and devices; Enable-, Disable- and Set-CsUser."""

from __future__ import annotations

from functools import partial

from ...contract.call import Outcome
from ..bound import Behaviour, Bound, Refusal, not_found, rows
from ..finding import directory_users, narrowed, one_or_more
from ..identities import bare, fold, sip_uri
from ..records import ON_PREMISES, AdUser
from ..shapes_onprem import ad_user
from ..sync import directory_changed


def get_cs_user(bound: Bound, kind: str = "user") -> Outcome:
    """Get-CsUser: enabled users, wherever they are homed; moved ones stay listed. Rooms and devices have their own cmdlets (R28)."""
    found = narrowed(bound, directory_users(bound, kind))
    return rows([ad_user(bound.world, user) for user in found])


def disable_cs_user(bound: Bound) -> Outcome:
    """Disable-CsUser: the user loses address, home, policies and contacts, but keeps the locator (section 8 of the rules)."""
    users = one_or_more(bound)
    for user in users:
        user.sip, user.pool, user.enabled = "", None, False
        user.policies.clear()
        user.contacts, user.voice, user.line_uri = 0, False, None
        _done(bound, user)
    return _passed(bound, users)


def enable_cs_user(bound: Bound) -> Outcome:
    """Enable-CsUser: on a pool, or as the on-premises shadow of a user of the cloud (R66)."""
    identity = bound.text("Identity") or ""
    users = [user for user in bound.world.directory.find(identity) if user.kind == "user"]
    if not users:
        raise not_found(identity)
    pool, proxy = bound.text("RegistrarPool"), bound.text("HostingProviderProxyFqdn")
    if (pool is None) == (proxy is None):
        raise Refusal("Specify either RegistrarPool or HostingProviderProxyFqdn.", "InvalidArgument", "InvalidArgument")
    if pool is not None and bound.world.topology.pool(pool) is None:
        raise Refusal(f'Cannot find registrar pool "{pool}" in the topology.', "PoolNotFound")
    for user in users:
        _enable(bound, user, pool, proxy)
        _done(bound, user)
    return _passed(bound, users)


def _enable(bound: Bound, user: AdUser, pool: str | None, proxy: str | None) -> None:
    if user.sip:
        raise Refusal(f'The user "{user.person.display_name}" is already enabled.', "UserAlreadyEnabled")
    address = bound.text("SipAddress") or _address(bound, user)
    if any(bare(other.sip) == bare(address) for other in bound.world.directory.find(address)):
        raise Refusal(f'The SIP address "{address}" is already in use.', "SipAddressInUse")
    user.sip, user.enabled, user.pool = sip_uri(address), True, pool
    user.locator = ON_PREMISES if pool else str(proxy)
    bound.world.directory.renamed(user)


def _address(bound: Bound, user: AdUser) -> str:
    kind, domain = bound.text("SipAddressType"), bound.text("SipDomain")
    local = {"SamAccountName": user.sam, "FirstLastName": f"{user.person.given_name}.{user.person.surname}"}
    if kind in local:
        if domain is None:
            raise Refusal("SipDomain is required with this SipAddressType.", "InvalidArgument", "InvalidArgument")
        return f"{local[kind]}@{domain}"
    if kind == "EmailAddress":
        return user.person.attributes.get("Mail", user.upn)
    if kind == "UserPrincipalName":
        return user.upn
    raise Refusal("Specify SipAddress or SipAddressType.", "InvalidArgument", "InvalidArgument")


def set_cs_user(bound: Bound) -> Outcome:
    """Set-CsUser: what can be changed without touching the home."""
    users = one_or_more(bound)
    for user in users:
        for name, attribute in (("Enabled", "enabled"), ("EnterpriseVoiceEnabled", "voice")):
            if (value := bound.choice(name)) is not None:
                setattr(user, attribute, value)
        if bound.has("LineURI"):
            user.line_uri = bound.text("LineURI")
        if address := bound.text("SipAddress"):
            user.sip = sip_uri(address)
            bound.world.directory.renamed(user)
        _done(bound, user)
    return _passed(bound, users)


def _done(bound: Bound, user: AdUser) -> None:
    bound.touched.append(user.sip or fold(user.upn))
    directory_changed(bound.world, user)


def _passed(bound: Bound, users: list[AdUser]) -> Outcome:
    return rows([ad_user(bound.world, user) for user in users] if bound.flag("PassThru") else [])


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsUser": get_cs_user,
    "Get-CsMeetingRoom": partial(get_cs_user, kind="meeting_room"),
    "Get-CsCommonAreaPhone": partial(get_cs_user, kind="common_area_phone"),
    "Get-CsAnalogDevice": partial(get_cs_user, kind="analog_device"),
    "Get-CsExUmContact": partial(get_cs_user, kind="exum_contact"),
    "Get-CsApplicationEndpoint": partial(get_cs_user, kind="application_endpoint"),
    "Get-CsHybridApplicationEndpoint": partial(get_cs_user, kind="hybrid_endpoint"),
    "Get-CsTrustedApplicationEndpoint": partial(get_cs_user, kind="trusted_endpoint"),
    "Enable-CsUser": enable_cs_user,
    "Disable-CsUser": disable_cs_user,
    "Set-CsUser": set_cs_user,
}
