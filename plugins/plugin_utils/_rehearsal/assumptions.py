# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What no export carries and was not set: a sentence for each thing that a rehearsal assumes of the whole organisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._lab.contract.versions import product, server_build
from .._lab.seed.assumed import counted
from .._lab.seed.from_csv import Exported
from .._lab.seed.model import CLOUD
from .settings import VARIABLE, Settings
from .tenant import TenantFacts, lacking

_SET = f"in {VARIABLE}"


def general_assumptions(
    exported: Exported, settings: Settings, facts: TenantFacts, seed: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what is assumed, for what was not set."""
    yield from _hosts(settings, seed)
    yield from _tenant(exported, settings, facts)
    yield from _users(exported, settings, seed)
    if not settings.lab:
        yield (
            "Pools are on one site; hosting provider, edge, shared SIP address space and DNS are as moves need them; the tenant converts "
            f"meetings; the directory is synchronised at once; licences are older than 30 minutes: set lab {_SET} where they are not."
        )


def _hosts(settings: Settings, seed: Mapping[str, Any]) -> Iterator[str]:
    server = seed["hosts"].get("sfb01", {}) if isinstance(seed["hosts"], Mapping) else {}
    if "hosts" in settings.lab:
        return
    if settings.skype_version is None:
        build = server_build(str(server["skype"]))
        yield f"The servers are {product(build)}, build {build}: set skype_version {_SET}, such as 2015 CU12."
    if settings.teams_version is None:
        yield f"The MicrosoftTeams module is {server['teams']} on all hosts: set teams_version {_SET}."
    if settings.profile is None:
        yield f'The service works as it does today: set profile: "2020" {_SET} where users homed online may be in any mode.'


def _tenant(exported: Exported, settings: Settings, facts: TenantFacts) -> Iterator[str]:
    if settings.default_policy is None and facts.default is None:
        yield f"The tenant's default is Islands, since no user homed on-prem inherits one: set default_policy {_SET}."
    elif settings.default_policy is None and facts.default is not None:
        yield (
            f"The tenant's default is {facts.default.name}: {facts.as_default:,} of {facts.inheriting:,} users homed on-prem without a "
            f"policy of their own are in it (set default_policy {_SET} if it is another)."
        )
    if not any(exported.seen):
        yield "Microsoft has neither fixed nor overridden the tenant's mode, since there is no online export."
    elif lacking(exported, ("TeamsUpgradeOverridePolicy",)) or lacking(exported, ("TeamsUpgradePolicyIsReadOnly",)):
        yield (
            "Microsoft has neither fixed nor overridden the tenant's mode, since the online export lacks TeamsUpgradeOverridePolicy or "
            "TeamsUpgradePolicyIsReadOnly."
        )
    if any(record and record.is_object("TeamsUpgradeOverridePolicy") for record in exported.seen):
        yield (
            "Microsoft has not overridden the tenant's mode, since TeamsUpgradeOverridePolicy was not exported as text: see Get-CsTenant."
        )
    if lacking(exported, ("SoftDeletionTimestamp",)):
        yield "No account is deleted, since the online export has no column SoftDeletionTimestamp."
    alone = any(user.homing == CLOUD for user in exported.users)
    if alone and lacking(exported, ("UserDirSyncEnabled", "DirSyncEnabled")):
        yield "All accounts come from the directory, since the online export has no column UserDirSyncEnabled."


def _users(exported: Exported, settings: Settings, seed: Mapping[str, Any]) -> Iterator[str]:
    if settings.meetings_per_user is None:
        yield f"Each user who is to be upgraded has one Skype meeting to be converted: set meetings_per_user {_SET}."
    if not settings.listed["mailboxes_onprem"]:
        yield f"All mailboxes are in Exchange Online: list users with others as mailboxes_onprem {_SET}."
    if not settings.listed["contacts_in_exchange"]:
        yield f"No contacts are in Exchange (unified contact store): list users whose are as contacts_in_exchange {_SET}."
    if not settings.listed["dial_in"]:
        yield f"Nobody can be dialled in to on-prem: list users who can as dial_in {_SET}."
    if "users" not in settings.lab:
        yield (
            "Meeting rooms, telephones and devices are in no export, and so unknown to both sides: add those that a wave names as users of "
            f"lab {_SET}."
        )
    silent = [
        one["identity"]
        for one in seed["topology"].get("policies", ())
        if one["identity"] not in settings.onprem_policies
    ]
    if silent:
        yield (
            f"The on-prem policies {', '.join(silent)} notify nobody: set onprem_policies {_SET}, such as {{{silent[0]}: true}}."
        )
    domain = seed["topology"].get("domain")
    others = [user.sip for user in exported.users if user.domain and user.domain != domain]
    if others:
        yield (
            f"The servers are in the domain {domain}, the one of most users: set lab: {{topology: {{domain: ...}}}} {_SET}. Users of "
            f"other domains, whom only a domain controller of theirs can move: {counted(others)}."
        )
