# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that each scenario of the sweep makes where nobody is killed, in order, over one session. A test says which are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# How often the service is asked for a batch operation depends on the time: twice at least.
POLLED = "Get-CsBatchPolicyAssignmentOperation"
CALLS: Mapping[str, str] = {
    "csuser_move: users are moved to the cloud": "Get-CsHostingProvider Get-CsServerPatchVersion Get-CsUser*2 Move-CsUser*2 Get-CsUser*2",
    "csuser_move: users are moved to a pool, from the cloud and from another one": (
        "Get-CsHostingProvider Get-CsPool Get-CsServerPatchVersion Get-CsUser*4 Move-CsUser*2 Get-CsUser*3"
    ),
    "teams_upgrade_policy: an instance is granted by name, but to nobody online": (
        "Get-CsTeamsUpgradePolicy Get-CsUser*2 Grant-CsTeamsUpgradePolicy*2 Get-CsUser*2"
    ),
    "teams_upgrade_policy: users are notified by whichever instance does": (
        "Get-CsTeamsUpgradePolicy Get-CsUser*2 Grant-CsTeamsUpgradePolicy*2 Get-CsUser*2"
    ),
    "teams_upgrade_policy: users are no longer notified": "Get-CsTeamsUpgradePolicy Get-CsUser*2 Grant-CsTeamsUpgradePolicy Get-CsUser",
    "teams_upgrade_policy: a grant is taken away": "Get-CsTeamsUpgradePolicy Get-CsUser*2 Grant-CsTeamsUpgradePolicy Get-CsUser",
    "teams_upgrade_policy_instance: an instance is created": "Get-CsTeamsUpgradePolicy New-CsTeamsUpgradePolicy Get-CsTeamsUpgradePolicy",
    "teams_upgrade_policy_instance: an instance is changed, and what is not asked for is left alone": (
        "Get-CsTeamsUpgradePolicy Set-CsTeamsUpgradePolicy Get-CsTeamsUpgradePolicy"
    ),
    "teams_upgrade_policy_instance: the default is described": (
        "Get-CsTeamsUpgradePolicy Set-CsTeamsUpgradePolicy Get-CsTeamsUpgradePolicy"
    ),
    "teams_upgrade_policy_instance: the instance of a site is removed": (
        "Get-CsTeamsUpgradePolicy Remove-CsTeamsUpgradePolicy Get-CsTeamsUpgradePolicy"
    ),
    "teams_upgrade_configuration: clients stop downloading Teams": (
        "Get-CsTeamsUpgradeConfiguration Set-CsTeamsUpgradeConfiguration Get-CsTeamsUpgradeConfiguration"
    ),
    "csuser_move: a move makes the user TeamsOnly where that is said": (
        "Get-CsHostingProvider Get-CsServerPatchVersion Get-CsUser Move-CsUser Get-CsUser"
    ),
    "csuser_move: a move leaves the user with Skype for Business where that is said": (
        "Get-CsHostingProvider Get-CsServerPatchVersion Get-CsUser Move-CsUser Get-CsUser"
    ),
    "csuser_move: moves are reported in files, and who is no user fails": (
        "Get-CsHostingProvider Get-CsServerPatchVersion Get-CsUser*5 Get-CsMeetingRoom Get-CsCommonAreaPhone "
        "Get-CsAnalogDevice Get-CsExUmContact Get-CsHybridApplicationEndpoint Get-CsTrustedApplicationEndpoint "
        "Get-CsApplicationEndpoint Move-CsUser*2 Import-Csv*2 Get-CsUser*3"
    ),
    "teams_upgrade_policy: users on-prem get a mode, and keep being notified": (
        "Connect-MicrosoftTeams Get-CsOnlineUser*2 Grant-CsTeamsUpgradePolicy*2 Get-CsOnlineUser*2"
    ),
    "teams_upgrade_policy: an instance is granted by name": (
        "Connect-MicrosoftTeams Get-CsOnlineUser*2 Grant-CsTeamsUpgradePolicy Get-CsOnlineUser"
    ),
    "teams_upgrade_policy: users are granted an instance by one operation of the service": (
        "Connect-MicrosoftTeams Get-CsOnlineUser*2 Get-CsBatchPolicyAssignmentOperation New-CsBatchPolicyAssignmentOperation "
        "Get-CsBatchPolicyAssignmentOperation*2 Get-CsOnlineUser*2"
    ),
    "teams_upgrade_policy: users fall back to the tenant default, online to TeamsOnly all the same": (
        "Connect-MicrosoftTeams Get-CsTeamsUpgradePolicy Get-CsOnlineUser*2 Grant-CsTeamsUpgradePolicy*2 "
        "Get-CsOnlineUser*3"
    ),
    "meeting_migration: meetings are converted, of users that it concerns": (
        "Connect-MicrosoftTeams Get-CsTenantMigrationConfiguration Get-CsOnlineUser*3 "
        "Get-CsMeetingMigrationStatus*2 Start-CsExMeetingMigration Get-CsOnlineUser Get-CsMeetingMigrationStatus"
    ),
    "meeting_migration: meetings are converted of users whose mode does not schedule in Teams, where that is said": (
        "Connect-MicrosoftTeams Get-CsTenantMigrationConfiguration Get-CsOnlineUser "
        "Get-CsMeetingMigrationStatus Start-CsExMeetingMigration Get-CsOnlineUser Get-CsMeetingMigrationStatus"
    ),
    "tenant_migration_configuration: the tenant converts no meetings": (
        "Connect-MicrosoftTeams Get-CsTenantMigrationConfiguration Set-CsTenantMigrationConfiguration "
        "Get-CsTenantMigrationConfiguration"
    ),
    "teams_upgrade_policy: the tenant default is set": (
        "Connect-MicrosoftTeams Get-CsTeamsUpgradePolicy Get-CsTenant Get-CsOnlineUser*3 "
        "Grant-CsTeamsUpgradePolicy Get-CsTeamsUpgradePolicy Get-CsTenant"
    ),
    "teams_upgrade_configuration: what clients do is set, and what is so already is not sent": (
        "Connect-MicrosoftTeams Get-CsTeamsUpgradeConfiguration Set-CsTeamsUpgradeConfiguration "
        "Get-CsTeamsUpgradeConfiguration"
    ),
    "teams_upgrade_policy: users homed online are made TeamsOnly, and their meetings left alone": (
        "Connect-MicrosoftTeams Get-CsOnlineUser*2 Grant-CsTeamsUpgradePolicy*2 Get-CsOnlineUser*2"
    ),
    "teams_upgrade_policy: users homed online are notified in their own mode": (
        "Connect-MicrosoftTeams Get-CsOnlineUser*2 Grant-CsTeamsUpgradePolicy*2 Get-CsOnlineUser*2"
    ),
    "teams_upgrade_policy: a user homed online may hold any mode": (
        "Connect-MicrosoftTeams Get-CsOnlineUser Grant-CsTeamsUpgradePolicy Get-CsOnlineUser"
    ),
}


def calls_of(scenario: str) -> list[str]:
    """The cmdlets that a scenario calls."""
    counted = [each.partition("*") for each in CALLS.get(scenario, "").split()]
    return [cmdlet for cmdlet, _times, count in counted for _each in range(int(count or 1))]


def compressed(calls: Iterable[str]) -> str:
    """Calls as the list has them."""
    groups: list[tuple[str, int]] = []
    for cmdlet in calls:
        if groups and groups[-1][0] == cmdlet:
            groups[-1] = cmdlet, min(groups[-1][1] + 1, 2) if cmdlet == POLLED else groups[-1][1] + 1
        else:
            groups.append((cmdlet, 1))
    return " ".join(cmdlet if count == 1 else f"{cmdlet}*{count}" for cmdlet, count in groups)
