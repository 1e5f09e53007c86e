# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts as they answer when asked what they offer, for tables of calls."""

from __future__ import annotations

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, ErrorRecord, State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import MODULES, Host, Offer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.loader import SKYPE, cmdlets
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.readings import Readings

# What Move-CsUser has by the documents, in a current build.
MOVE = cmdlets(SKYPE, "7.0.2046.849", Readings())["Move-CsUser"].sets
GRANT = "Grant-CsTeamsUpgradePolicy"
ONLINE = {
    GRANT: "Identity PolicyName Global Force PassThru Group Rank Confirm WhatIf",
    "Get-CsOnlineUser": "Identity Filter AccountType ResultSize",
    "Start-CsExMeetingMigration": "Identity SourceMeetingType TargetMeetingType",
    "Get-CsMeetingMigrationStatus": "Identity StartTime EndTime State SummaryOnly",
    "New-CsBatchPolicyAssignmentOperation": "Identity PolicyType PolicyName OperationName Confirm WhatIf",
    "Get-CsBatchPolicyAssignmentOperation": "Identity Status",
    "Set-CsTenantMigrationConfiguration": "MeetingMigrationEnabled Force Confirm WhatIf",
    "Set-CsTeamsUpgradeConfiguration": "DownloadTeams SfBMeetingJoinUx Force Confirm WhatIf",
}
ONPREM = {
    GRANT: "Identity PolicyName PassThru Confirm WhatIf",
    "Get-CsUser": "Identity Filter LdapFilter OU ResultSize DomainController",
    "New-CsTeamsUpgradePolicy": "Identity NotifySfbUsers Description",
    "Set-CsTeamsUpgradePolicy": "Identity NotifySfbUsers Description Force Confirm WhatIf",
    "Remove-CsTeamsUpgradePolicy": "Identity",
    "Move-CsUser": " ".join((*(each.name for one in MOVE for each in one.parameters), "UseOAuth Confirm WhatIf")),
}


def _host(side: Side, offered: dict[str, str], changed: dict[str, str | None], module: str | None) -> Host:
    parameters = {name: text for name, text in (offered | changed).items() if text is not None}
    name = MODULES[side] if module is None else module
    offers = {cmdlet: [Offer(name, frozenset(text.split()))] for cmdlet, text in parameters.items()}
    return Host("ps01" if side is Side.ONLINE else "sfb01", side, True, offers)


def online(module: str | None = None, **changed: str | None) -> Host:
    """A host with the MicrosoftTeams module; `changed` gives cmdlets (with _ for -) other parameters, None takes one away."""
    return _host(Side.ONLINE, ONLINE, {name.replace("_", "-"): each for name, each in changed.items()}, module)


def onprem(module: str | None = None, **changed: str | None) -> Host:
    """A Skype for Business Server host; `changed` gives cmdlets (with _ for -) other parameters, None takes one away."""
    return _host(Side.ONPREM, ONPREM, {name.replace("_", "-"): each for name, each in changed.items()}, module)


def answer(*output: object, state: State = State.COMPLETED, error: str | None = None) -> Answer:
    """What a host answers."""
    return Answer(state, output, () if error is None else (ErrorRecord(error, "Id,Class", "NotSpecified"),))
