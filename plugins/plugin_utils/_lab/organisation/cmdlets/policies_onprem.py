# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TeamsUpgradePolicy and TeamsUpgradeConfiguration on-premises: instances that only notify (M11, R43, R45)."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from .. import texts
from ..bound import Behaviour, Bound, Refusal, output, rows
from ..finding import each, one_or_more
from ..identities import fold, like
from ..modes import GLOBAL
from ..records import AdUser
from ..shapes_onprem import UPGRADE_POLICY, ad_user, notify_policy
from ..topology import NotifyPolicy, UpgradeConfiguration, is_user_policy, policy_identity

_SITE = "Site:"


def get_policy(bound: Bound) -> Outcome:
    """Get-CsTeamsUpgradePolicy: Global is always there; the rest was created."""
    policies = bound.world.topology.policies
    wanted = bound.text("Identity")
    if wanted is not None:
        policy = _existing(bound, wanted)
        return output(notify_policy(policy))
    mask = bound.text("Filter")
    return rows([notify_policy(one) for one in policies.values() if mask is None or like(one.identity, mask)])


def new_policy(bound: Bound) -> Outcome:
    """New-CsTeamsUpgradePolicy: for Global it fails, as that one exists."""
    identity = _scope(bound, bound.text("Identity") or "")
    if bound.world.topology.policy(identity) is not None:
        raise Refusal(texts.POLICY_EXISTS.format(policy=identity), "PolicyExists")
    policy = NotifyPolicy(identity, bool(bound.choice("NotifySfbUsers")), bound.text("Description") or "")
    bound.world.topology.add_policy(policy)
    return output(notify_policy(policy))


def set_policy(bound: Bound) -> Outcome:
    """Set-CsTeamsUpgradePolicy: of Global when no identity is given."""
    instance = bound.call.parameters.get("Instance")
    identity = instance.properties.get("Identity") if isinstance(instance, Thing) else bound.text("Identity")
    policy = _existing(bound, str(identity or GLOBAL))
    notify = bound.choice("NotifySfbUsers")
    if notify is None and isinstance(instance, Thing) and "NotifySfbUsers" in instance.properties:
        notify = bool(instance.properties["NotifySfbUsers"])
    if notify is not None:
        policy.notify = notify
    if bound.has("Description"):
        policy.description = bound.text("Description") or ""
    return Outcome()


def remove_policy(bound: Bound) -> Outcome:
    """Remove-CsTeamsUpgradePolicy: Global is reset; users keep a grant of what is gone, which then has no effect."""
    policy = _existing(bound, bound.text("Identity") or "")
    policies = bound.world.topology.policies
    del policies[fold(policy.identity)]
    if policy.identity == GLOBAL:
        bound.world.topology.add_policy(NotifyPolicy(GLOBAL, False, "Notifications are disabled"))
    return Outcome()


def grant_policy(bound: Bound) -> Outcome:
    """Grant-CsTeamsUpgradePolicy: an instance for users, or none with null. It is accepted for users homed online, without effect."""
    name = bound.text("PolicyName")
    users = one_or_more(bound)
    granted = None
    if name is not None:
        policy = bound.world.topology.policy(name)
        if policy is None or not is_user_policy(policy.identity):
            raise Refusal(texts.NOT_A_USER_POLICY.format(policy=name), "InvalidPolicy", "InvalidArgument")
        granted = policy.name

    def work(user: AdUser) -> None:
        if granted is None:
            user.policies.pop(UPGRADE_POLICY, None)
        else:
            user.policies[UPGRADE_POLICY] = granted
        bound.touched.append(user.sip)

    failures = list(each(users, work))
    return rows([ad_user(bound.world, user) for user in users] if bound.flag("PassThru") else [], failures)


def _existing(bound: Bound, identity: str) -> NotifyPolicy:
    policy = bound.world.topology.policy(identity)
    if policy is None:
        wanted = policy_identity(identity)
        raise Refusal(texts.NO_SUCH_POLICY.format(policy=wanted), "PolicyNotFound", "ObjectNotFound")
    return policy


def _scope(bound: Bound, text: str) -> str:
    """Return the identity for a scope that exists: global, a site of the topology, or users. Raises Refusal."""
    identity = policy_identity(text)
    if identity.startswith(_SITE):
        known = {fold(site): site for site in bound.world.topology.sites}
        site = known.get(fold(identity[len(_SITE) :]))
        if site is None:
            raise Refusal(texts.SITE_UNKNOWN.format(site=identity[len(_SITE) :]), "SiteNotFound", "ObjectNotFound")
        return _SITE + site
    return identity


def get_configuration(bound: Bound) -> Outcome:
    """Get-CsTeamsUpgradeConfiguration: only DownloadTeams on-premises."""
    kept = bound.world.topology.configurations
    wanted = bound.text("Identity")
    found = [kept[fold(wanted)]] if wanted is not None and fold(wanted) in kept else list(kept.values())
    if wanted is not None and fold(wanted) not in kept:
        raise Refusal(f'Cannot find "TeamsUpgradeConfiguration" "{wanted}" because it does not exist.', "NotFound")
    return rows([_configuration(one) for one in found])


def new_configuration(bound: Bound) -> Outcome:
    """New-CsTeamsUpgradeConfiguration: for a site or a pool."""
    identity = bound.text("Identity") or ""
    kept = bound.world.topology.configurations
    if fold(identity) in kept:
        raise Refusal(f'The "TeamsUpgradeConfiguration" "{identity}" already exists.', "AlreadyExists")
    download = bound.choice("DownloadTeams")
    kept[fold(identity)] = UpgradeConfiguration(identity, True if download is None else download)
    return output(_configuration(kept[fold(identity)]))


def set_configuration(bound: Bound) -> Outcome:
    """Set-CsTeamsUpgradeConfiguration."""
    identity = bound.text("Identity") or GLOBAL
    configuration = bound.world.topology.configurations.get(fold(identity))
    if configuration is None:
        raise Refusal(f'Cannot find "TeamsUpgradeConfiguration" "{identity}" because it does not exist.', "NotFound")
    download = bound.choice("DownloadTeams")
    if download is not None:
        configuration.download_teams = download
    return Outcome()


def _configuration(one: UpgradeConfiguration) -> Thing:
    return Thing(
        "Microsoft.Rtc.Management.WritableConfig.Settings.Teams.TeamsUpgradeConfiguration",
        {"Identity": one.identity, "DownloadTeams": one.download_teams},
    )


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsTeamsUpgradePolicy": get_policy,
    "New-CsTeamsUpgradePolicy": new_policy,
    "Set-CsTeamsUpgradePolicy": set_policy,
    "Remove-CsTeamsUpgradePolicy": remove_policy,
    "Grant-CsTeamsUpgradePolicy": grant_policy,
    "Get-CsTeamsUpgradeConfiguration": get_configuration,
    "New-CsTeamsUpgradeConfiguration": new_configuration,
    "Set-CsTeamsUpgradeConfiguration": set_configuration,
}
