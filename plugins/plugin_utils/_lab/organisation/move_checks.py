# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the way of a move (R13 to R30): first of all moves from a host, then of one user's."""

from __future__ import annotations

import re

from ..contract.loader import TEAMS
from ..contract.versions import parse
from . import texts
from .bound import Bound, Refusal
from .identities import bare, fold
from .modes import UPGRADE
from .records import CONFERENCING_PLAN, ON_PREMISES, SKYPE_PLAN, TEAMS_PLAN, VOICE_PLAN, AdUser, CloudUser
from .topology import HostingProvider

EXCEPTION = "Microsoft.Rtc.Management.AD.MoveUserException"
_OLDEST_BUILDS = {5: (5, 0, 8308, 1182), 6: (6, 0, 9319, 619), 7: (7, 0, 2046, 385)}
_OLDEST_MODULE = (6, 2, 1)
_BROKEN_MODULES = ((5, 2, 1), (5, 4, 0))
_BUILD_FOR_NEW_MODULES = (7, 0, 2046, 849)
_REMOVES_TEAMS_ONLY = (6, 0, 9319, 537)
_OVERRIDE_URL = re.compile(r"https://admin(\w+)\.online\.lync\.com/HostedMigration/hostedmigrationService\.svc", re.I)


def refused(message: str) -> Refusal:
    """Return the error of one user's move. The pipeline goes on."""
    return Refusal(message, "MoveError", "InvalidOperation", EXCEPTION, terminating=False)


def check_host(bound: Bound) -> None:
    """Check what the host has installed (R13 to R15). Raises Refusal."""
    module, build = bound.teams_module, bound.build
    if module is not None and _BROKEN_MODULES[0] <= module < _BROKEN_MODULES[1]:
        raise refused(texts.FOREST_HEADER)
    if not bound.world.profile.moves_need_module:
        return
    if build < _OLDEST_BUILDS[build[0]]:
        raise refused(texts.BUILD_TOO_OLD.format(build=".".join(map(str, build))))
    if module is None or module < _OLDEST_MODULE:
        raise refused(texts.MODULE_MISSING)
    if module[:2] > parse(bound.world.readings.move_breaks_above) and build < _BUILD_FOR_NEW_MODULES:
        raise refused(texts.MODULE_TOO_NEW.format(version=bound.host.modules[TEAMS]))


def check_hybrid(bound: Bound, provider: HostingProvider) -> None:
    """Check what connects the deployment with the tenant (R16), and the URL of the migration service if one is given. Raises Refusal."""
    pools = bound.world.topology.edge.federating_pools
    if len(pools) > 1:
        raise refused(texts.MANY_EDGES.format(pools=", ".join(pools)))
    homes_users = provider.hosts_users and not provider.is_local
    if not (provider.enabled and provider.shared_address_space and homes_users):
        raise refused(texts.NO_SHARED_PROVIDER.format(target=provider.proxy_fqdn))
    url = bound.text("HostedMigrationOverrideUrl")
    if url is not None:
        found = _OVERRIDE_URL.fullmatch(url.strip())
        instance = bound.world.tenant.settings.service_instance.rpartition("/")[2].split("-")
        if not found or fold(found[1]) not in map(fold, instance):
            raise refused(texts.OVERRIDE_URL)


def check_directory(bound: Bound, user: AdUser) -> None:
    """Check that the directory lets the account be changed (R29). Raises Refusal."""
    controller = bound.text("DomainController")
    if fold(user.domain) != fold(bound.world.topology.domain) and not fold(controller or "").endswith(
        "." + fold(user.domain)
    ):
        raise refused(texts.OTHER_DOMAIN.format(sip=user.sip))
    if user.protected and not bound.host.privileged:
        raise refused(texts.PROTECTED.format(controller=controller or f"DC1.{user.domain}"))


def check_shared_address_space(bound: Bound) -> None:
    """Check the tenant's side of the hybrid (R17). Raises Refusal."""
    if not bound.world.tenant.settings.shared_sip_address_space:
        raise refused(texts.SHARED_SIP)


def account_to_move_up(bound: Bound, user: AdUser) -> CloudUser:
    """Return the tenant's account of a user that may move to the cloud (R21 to R24, R27). Raises Refusal."""
    check_shared_address_space(bound)
    seen = bound.world.tenant.of(user.guid)
    if seen is None:
        raise refused(texts.NOT_PROVISIONED)
    if seen.locator != ON_PREMISES or bare(seen.sip) != bare(user.sip) or seen.validation_errors:
        raise refused(texts.ACCOUNT_PROBLEM)
    _check_licences(bound, seen)
    if user.dial_in and not seen.licensed(CONFERENCING_PLAN) and not bound.flag("BypassAudioConferencingCheck"):
        raise refused(texts.NO_DIAL_IN_LICENCE)
    bypassed = bound.flag("BypassEnterpriseVoiceCheck") and bound.world.readings.bypass_voice_check == "honoured"
    if user.voice and not seen.licensed(VOICE_PLAN) and not bypassed:
        raise refused(texts.NO_VOICE_LICENCE)
    return seen


def _check_licences(bound: Bound, seen: CloudUser) -> None:
    """A plan counts when it is switched on and was provisioned, which takes up to half an hour (R22)."""
    ready = bound.world.now() - bound.world.timing.licence
    for capability in (TEAMS_PLAN, SKYPE_PLAN):
        plan = seen.plans.get(capability)
        if plan is None or not plan.enabled or plan.assigned > ready:
            raise refused(texts.NO_LICENCE)


def account_to_move_down(bound: Bound, user: AdUser) -> CloudUser:
    """Return the tenant's account of a user that may move back (R63 to R66). Raises Refusal."""
    check_shared_address_space(bound)
    seen = bound.world.tenant.of(user.guid)
    if seen is None or fold(seen.locator or "") != fold(user.locator):
        raise refused(texts.ACCOUNT_PROBLEM)
    if bound.build < _REMOVES_TEAMS_ONLY and seen.assigned == UPGRADE.name:
        raise refused(texts.REMOVE_TEAMS_ONLY.format(user=user.upn))
    return seen
