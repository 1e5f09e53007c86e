# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every cmdlet that is called and every parameter that is sent, by side and task. What is not listed here is never sent.

The role capability files in docs/jea are made from this, one for each side and task (`dev/jea.py`): run `make jea` after adding a call
here. Confirm is sent wherever a cmdlet has it and listed nowhere: a proxy has it by itself, and must not be given it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from .._model.user import Side


class Task(StrEnum):
    """What an account is for. Everybody reads; the others write besides."""

    READ = "Read"
    NOTIFY = "Notify"
    MOVE = "Move"
    UPGRADE = "Upgrade"
    SETTINGS = "Settings"


# By cmdlet, its parameters.
Calls = Mapping[str, tuple[str, ...]]

# Who answers for accounts that Get-CsUser does not return, and what they are (R28). Each is asked only for addresses that it does not know.
NOT_USERS: Mapping[str, str] = {
    "Get-CsMeetingRoom": "a meeting room",
    "Get-CsCommonAreaPhone": "a common area phone",
    "Get-CsAnalogDevice": "an analog device",
    "Get-CsExUmContact": "a contact of Exchange Unified Messaging",
    "Get-CsHybridApplicationEndpoint": "a hybrid application endpoint",
    "Get-CsTrustedApplicationEndpoint": "an endpoint of a trusted application",
    "Get-CsApplicationEndpoint": "an endpoint of an application, as response groups have them",
}
_INSTANCE = ("Identity", "NotifySfbUsers", "Description")
CALLS: Mapping[tuple[Side, Task], Calls] = {
    (Side.ONPREM, Task.READ): {
        "Debug-CsUnifiedContactStore": ("PoolFqdn",),
        "Get-Module": ("Name", "ListAvailable"),
        "Get-CsAccessEdgeConfiguration": ("Identity",),
        "Get-CsConferencingPolicy": (),
        "Get-CsDialInConferencingAccessNumber": (),
        "Get-CsHostingProvider": (),
        "Get-CsPool": ("Identity",),
        "Get-CsServerPatchVersion": (),
        "Get-CsTeamsUpgradeConfiguration": (),
        "Get-CsTeamsUpgradePolicy": (),
        "Get-CsUser": ("Identity", "DomainController", "Filter", "LdapFilter", "OU", "ResultSize"),
        "Test-CsUnifiedContactStore": ("TargetFqdn", "UserSipAddress"),
        **dict.fromkeys(NOT_USERS, ("Identity",)),
    },
    (Side.ONPREM, Task.NOTIFY): {
        "Grant-CsTeamsUpgradePolicy": ("Identity", "PolicyName"),
        "New-CsTeamsUpgradePolicy": _INSTANCE,
        "Set-CsTeamsUpgradePolicy": _INSTANCE,
    },
    (Side.ONPREM, Task.MOVE): {
        "Move-CsUser": (
            "Identity",
            "Target",
            "Credential",
            "MoveToTeams",
            "HostedMigrationOverrideUrl",
            "ProxyPool",
            "DomainController",
            "BypassEnterpriseVoiceCheck",
            "Force",
            "Report",
        ),
        "Import-Csv": ("LiteralPath",),
    },
    (Side.ONPREM, Task.SETTINGS): {
        "New-CsTeamsUpgradePolicy": _INSTANCE,
        "Remove-CsTeamsUpgradePolicy": ("Identity",),
        "Set-CsTeamsUpgradeConfiguration": ("DownloadTeams", "Force"),
        "Set-CsTeamsUpgradePolicy": _INSTANCE,
    },
    (Side.ONLINE, Task.READ): {
        "Get-CsBatchPolicyAssignmentOperation": ("Identity",),
        "Get-CsGroupPolicyAssignment": ("PolicyType",),
        "Get-CsMeetingMigrationStatus": ("Identity",),
        "Get-CsOnlineUser": ("Identity", "Filter", "AccountType", "LdapFilter", "OU", "ResultSize"),
        "Get-CsTeamsUpgradeConfiguration": (),
        "Get-CsTeamsUpgradePolicy": ("Identity",),
        "Get-CsTenant": (),
        "Get-CsTenantFederationConfiguration": ("Identity",),
        "Get-CsTenantMigrationConfiguration": (),
        "Get-CsUserPolicyAssignment": ("Identity", "PolicyType"),
    },
    (Side.ONLINE, Task.NOTIFY): {"Grant-CsTeamsUpgradePolicy": ("Identity", "PolicyName")},
    (Side.ONLINE, Task.UPGRADE): {
        "Grant-CsTeamsUpgradePolicy": ("Identity", "PolicyName", "MigrateMeetingsToTeams"),
        "New-CsBatchPolicyAssignmentOperation": ("Identity", "PolicyType", "PolicyName", "OperationName"),
        "Start-CsExMeetingMigration": ("Identity", "SourceMeetingType", "TargetMeetingType"),
    },
    (Side.ONLINE, Task.SETTINGS): {
        "Grant-CsTeamsUpgradePolicy": ("Global", "PolicyName", "Force"),
        "Set-CsTeamsUpgradeConfiguration": ("DownloadTeams", "SfBMeetingJoinUx", "Force"),
        "Set-CsTenantMigrationConfiguration": ("MeetingMigrationEnabled", "Force"),
    },
}

# What some supported versions of a module have and others do not. All of it is typed there, which tells a real parameter from one that
# only a role capability file lists: a proxy shows both, the latter as an Object.
BY_VERSION: Mapping[str, frozenset[str]] = {
    "Get-CsOnlineUser": frozenset(("AccountType", "LdapFilter", "OU")),
    "Grant-CsTeamsUpgradePolicy": frozenset(("Force", "MigrateMeetingsToTeams")),
    "Move-CsUser": frozenset(("MoveToTeams", "Report")),
}
# What a module's options ask of a cmdlet that has no such parameter on this side: the task fails with a sentence.
ABSENT: Mapping[str, frozenset[str]] = {"Get-CsUser": frozenset(("AccountType",))}
CONFIRM = "Confirm"


def cmdlets() -> tuple[str, ...]:
    """Return every cmdlet, once."""
    return tuple(dict.fromkeys(cmdlet for calls in CALLS.values() for cmdlet in calls))


def is_listed(cmdlet: str, parameter: str) -> bool:
    """Return whether a parameter may be sent to a cmdlet."""
    return parameter == CONFIRM or any(parameter in calls.get(cmdlet, ()) for calls in CALLS.values())


def role_capability(side: Side, task: Task) -> str:
    """Return the name of the role capability for a task on a side, without `.psrc`."""
    return f"TeamsUpgrade{side.value.capitalize()}{task.value}"


def files_with(side: Side, cmdlet: str, parameter: str | None, shown: Callable[[str, str | None], bool]) -> str:
    """Name the role capability file that is to make a cmdlet (and its parameter) visible, for a sentence; "" where none is.

    Where several are, it is the one of which most is `shown`; if nothing is of any, all of them.
    """
    fits = {
        task: sum(shown(name, each) for name, parameters in calls.items() for each in (None, *parameters))
        for (whose, task), calls in CALLS.items()
        if whose is side and cmdlet in calls and (parameter is None or parameter in calls[cmdlet])
    }
    best = max(fits.values(), default=0)
    return " or ".join(f"{role_capability(side, task)}.psrc" for task, fit in fits.items() if fit == best)
