# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every cmdlet that the collection sends, as it sends it, and with each mistake that can be made with its signature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import NOT_USERS
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import CmdletContract, Parameter
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.loader import SKYPE, TEAMS
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ADMIN

from tests.unit.lab.engine.asking import Arguments, Asked, Secret

MODULES = {"sfb01": SKYPE, "teams01": TEAMS}
CLOUD = "sipfed.online.lync.com"
MOVER = Secret(ADMIN[1], ADMIN[0])
ALICE, BOB, CAROL, DORA = (f"sip:{name}@contoso.com" for name in ("alice", "bob", "carol", "dora"))

# As the collection sends them.
ONPREM: Mapping[str, Sequence[Arguments]] = {
    "Get-CsUser": [
        [("Identity", ALICE)],
        [("Filter", f"HostingProvider -eq '{CLOUD}'")],
        [("OU", "OU=Sales,DC=contoso,DC=com")],
    ],
    "Move-CsUser": [
        [("Identity", ALICE), ("Target", CLOUD), ("Credential", MOVER), ("MoveToTeams", True), ("Confirm", False)],
        [("Identity", ALICE), ("Target", "pool01.contoso.com"), ("Credential", MOVER), ("Confirm", False)],
    ],
    "Grant-CsTeamsUpgradePolicy": [
        [("Identity", BOB), ("PolicyName", "Tell")],
        [("Identity", BOB), ("PolicyName", None)],
    ],
    "Get-CsTeamsUpgradePolicy": [[], [("Identity", "Tag:Tell")]],
    "New-CsTeamsUpgradePolicy": [[("Identity", "Made"), ("NotifySfbUsers", True), ("Description", "New")]],
    "Set-CsTeamsUpgradePolicy": [[("Identity", "Made"), ("NotifySfbUsers", False), ("Confirm", False)]],
    "Remove-CsTeamsUpgradePolicy": [[("Identity", "Made")]],
    "Get-CsTeamsUpgradeConfiguration": [[]],
    "Set-CsTeamsUpgradeConfiguration": [[("DownloadTeams", False), ("Force", True), ("Confirm", False)]],
    "Get-CsHostingProvider": [[], [("Identity", "Office365")]],
    "Get-CsPool": [[], [("Identity", "pool01.contoso.com")]],
    "Get-CsServerPatchVersion": [[]],
    "Get-CsAccessEdgeConfiguration": [[]],
    "Get-CsConferencingPolicy": [[]],
    "Get-CsDialInConferencingAccessNumber": [[]],
    "Test-CsUnifiedContactStore": [
        [("TargetFqdn", "pool01.contoso.com"), ("UserSipAddress", ALICE), ("UserCredential", MOVER)]
    ],
    "Debug-CsUnifiedContactStore": [[("Identity", BOB)]],
    **{cmdlet: [[], [("Identity", ALICE)]] for cmdlet in NOT_USERS},
}
ONLINE: Mapping[str, Sequence[Arguments]] = {
    "Connect-MicrosoftTeams": [[("Credential", MOVER)]],
    "Get-CsTenant": [[]],
    "Get-CsOnlineUser": [
        [("Identity", CAROL)],
        [("Filter", f"SipAddress -eq '{CAROL}' -or SipAddress -eq '{DORA}'")],
        [("AccountType", "User"), ("ResultSize", 5)],
        [("SoftDeletedUser", True)],
    ],
    "Get-CsTeamsUpgradePolicy": [[], [("Identity", "UpgradeToTeams")]],
    "Grant-CsTeamsUpgradePolicy": [
        [("Identity", BOB), ("PolicyName", "SfBOnly"), ("Confirm", False)],
        [("Identity", BOB), ("PolicyName", None), ("Confirm", False)],
        [("Global", True), ("PolicyName", "SfBWithTeamsCollab"), ("Force", True), ("Confirm", False)],
    ],
    "Get-CsUserPolicyAssignment": [[("Identity", BOB), ("PolicyType", "TeamsUpgradePolicy")]],
    "Get-CsGroupPolicyAssignment": [[("PolicyType", "TeamsUpgradePolicy")]],
    "Get-CsTeamsUpgradeConfiguration": [[]],
    "Set-CsTeamsUpgradeConfiguration": [
        [("SfBMeetingJoinUx", "NativeLimitedClient"), ("Force", True), ("Confirm", False)]
    ],
    "Get-CsTenantMigrationConfiguration": [[]],
    "Set-CsTenantMigrationConfiguration": [[("MeetingMigrationEnabled", True), ("Force", True), ("Confirm", False)]],
    "Get-CsTenantFederationConfiguration": [[]],
    "Get-CsMeetingMigrationStatus": [[], [("Identity", CAROL)], [("SummaryOnly", True)]],
    "Start-CsExMeetingMigration": [[("Identity", CAROL), ("SourceMeetingType", "SfB"), ("TargetMeetingType", "Teams")]],
    "New-CsBatchPolicyAssignmentOperation": [
        [("Identity", [ALICE, BOB]), ("PolicyType", "TeamsUpgradePolicy"), ("PolicyName", "SfBOnly")],
    ],
    "Get-CsBatchPolicyAssignmentOperation": [[]],
}
SENT = {"sfb01": ONPREM, "teams01": ONLINE}
_NO_VALUE_OF: Mapping[str, object] = {
    "SwitchParameter": "yes",
    "Boolean": "yes",
    "Guid": "x",
    "DateTime": "2026-13-45",
    "Int32": "many",
    "Hashtable": "x",
    "Uri": ["x", "y"],
    "PSCredential": 5,
    "SecureString": "x",
}


def calls_of(host: str, contract: CmdletContract) -> Iterator[Asked]:
    """What is asked of one cmdlet: as it is sent, then named and misnamed, then with each kind of mistake."""
    name, sent = contract.name, SENT[host][contract.name]
    for given in sent:
        yield Asked(host, [(name, given)])
    for arguments, called in ((sent[0], f"{contract.module}\\{name}"), (sent[0], name.lower())):
        yield Asked(host, [(called, arguments)])
    for given in _mistaken(contract, list(sent[0])):
        yield Asked(host, [(name, given)])
    yield Asked(host, [(name, [one for one in sent[0] if one[0] != "Identity"])], [BOB, "sip:nobody@contoso.com"])
    yield Asked(host, [(name, [*sent[0], ("ErrorAction", "Stop")])], ["x"])


def _mistaken(contract: CmdletContract, usual: list[tuple[str | None, object]]) -> Iterator[Arguments]:
    parameters = {one.name: one for each in contract.sets for one in each.parameters}
    if usual:
        yield []
    yield [*usual, ("Nope", "x")]
    yield [*usual, (None, "x"), (None, "y"), (None, "z")]
    named = str(usual[0][0]) if usual else next(iter(parameters), "")
    if named:
        value = usual[0][1] if usual else "x"
        yield [(named[:-2], value), *usual[1:]]
        yield [(named, value), (named.upper(), value)]
        yield [(named, None), *usual[1:]]
        yield [(named, ""), *usual[1:]]
        yield [(named, []), *usual[1:]]
    if "Identity" in parameters:
        yield [("Identity", "*"), *(one for one in usual if one[0] != "Identity")]
    for wrong in _wrong_values(parameters.values()):
        yield [*(one for one in usual if one[0] != wrong[0]), wrong]


def _wrong_values(parameters: Iterable[Parameter]) -> Iterator[tuple[str, object]]:
    """A value that does not fit, for the first parameter of each type; and one outside the set, where there is a set."""
    seen: set[str] = set()
    for one in parameters:
        kind = "values" if one.values else one.type
        if kind not in seen and (one.values or one.type in _NO_VALUE_OF):
            seen.add(kind)
            yield one.name, "Nowhere" if one.values else _NO_VALUE_OF[one.type]
