# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cmdlets that change something: one function each, from an action to the command that does it.

Every switch is sent as a Boolean, since a switch without a value binds as false. Confirm is false wherever the cmdlet has it (R34).
"""

from __future__ import annotations

from .._connection.messages import Command, Credential
from .._model import organisation_reasons
from .._model.actions import (
    Action,
    GrantInBatch,
    GrantPolicy,
    GrantTenantPolicy,
    MoveUser,
    NewInstance,
    RemoveInstance,
    SetConfiguration,
    SetInstance,
    StartMeetingMigration,
)
from .._model.failure import NotOffered
from .._model.host import Host
from .batches import new_operation
from .command_builder import CommandBuilder


def command_for(action: Action, host: Host) -> Command:
    """Return the command that does `action` on `host`. Raises NotOffered where the host has no such cmdlet or parameter."""
    match action:
        case MoveUser():
            return move_cs_user(action, host)
        case GrantPolicy():
            return grant_cs_teams_upgrade_policy(action, host)
        case GrantInBatch(identity=identity, policy=policy):
            return new_operation([identity], policy, host)
        case GrantTenantPolicy():
            return grant_to_tenant(action, host)
        case NewInstance():
            return new_cs_teams_upgrade_policy(action, host)
        case SetInstance():
            return set_cs_teams_upgrade_policy(action, host)
        case RemoveInstance():
            return remove_cs_teams_upgrade_policy(action, host)
        case StartMeetingMigration():
            return start_cs_ex_meeting_migration(action, host)
    return set_configuration(action, host)


def move_cs_user(action: MoveUser, host: Host) -> Command:
    """Move-CsUser. Force means data loss there, not "no prompt", and is sent for nothing else (R33).

    MoveToTeams has no effect on newer builds and is gone from some (R32). Without Credential the cmdlet asks (R34). Servers before
    2015 have no Report (R37).
    """
    call = CommandBuilder.of(action.cmdlet, host).with_(Identity=action.identity, Target=action.target)
    call = call.with_(
        Credential=_credential(action),
        HostedMigrationOverrideUrl=action.hosted_migration_override_url,
        ProxyPool=action.proxy_pool,
        DomainController=action.domain_controller,
        BypassEnterpriseVoiceCheck=True if action.without_telephony else None,
        Force=True if action.discard_contacts_and_meetings else None,
    )
    to_teams = True if action.to_teams else None
    return call.where_offered(MoveToTeams=to_teams, Report=action.report, Confirm=False).command


def _credential(action: MoveUser) -> Credential | None:
    if action.credential_user is None or action.credential_password is None:
        return None
    return Credential(action.credential_user, action.credential_password)


def grant_cs_teams_upgrade_policy(action: GrantPolicy, host: Host) -> Command:
    """Grant-CsTeamsUpgradePolicy for one user. Null takes the assignment away; the name Global is never granted (R7)."""
    call = CommandBuilder.of(action.cmdlet, host).with_(Identity=action.identity)
    call = call.with_null("PolicyName") if action.policy is None else call.with_(PolicyName=action.policy)
    if action.migrate_meetings is not None:
        if not host.offers(action.cmdlet, "MigrateMeetingsToTeams"):
            raise NotOffered(organisation_reasons.MIGRATE_MEETINGS_NOT_OFFERED.format(host=host.name))
        call = call.with_(MigrateMeetingsToTeams=action.migrate_meetings)
    return call.where_offered(Confirm=False).command


def grant_to_tenant(action: GrantTenantPolicy, host: Host) -> Command:
    """Grant-CsTeamsUpgradePolicy for the tenant: Global always, Force where it is there; both keep it from asking (R62)."""
    call = CommandBuilder.of(action.cmdlet, host).with_(Global=True, PolicyName=action.policy)
    return call.where_offered(Force=True, Confirm=False).command


def new_cs_teams_upgrade_policy(action: NewInstance, host: Host) -> Command:
    """New-CsTeamsUpgradePolicy. Its presence is what tells a server that can notify (R45)."""
    call = CommandBuilder.of(action.cmdlet, host).with_(
        Identity=action.identity, NotifySfbUsers=action.notify, Description=action.description
    )
    return call.where_offered(Confirm=False).command


def set_cs_teams_upgrade_policy(action: SetInstance, host: Host) -> Command:
    """Set-CsTeamsUpgradePolicy, with the properties that differ."""
    call = CommandBuilder.of(action.cmdlet, host).with_(
        Identity=action.identity, NotifySfbUsers=action.notify, Description=action.description
    )
    return call.where_offered(Confirm=False).command


def remove_cs_teams_upgrade_policy(action: RemoveInstance, host: Host) -> Command:
    """Remove-CsTeamsUpgradePolicy."""
    return CommandBuilder.of(action.cmdlet, host).with_(Identity=action.identity).where_offered(Confirm=False).command


def start_cs_ex_meeting_migration(action: StartMeetingMigration, host: Host) -> Command:
    """Start-CsExMeetingMigration. Both types are always sent: the default target, Current, converts nothing (R49)."""
    call = CommandBuilder.of(action.cmdlet, host)
    return call.with_(
        Identity=action.identity, SourceMeetingType=action.source, TargetMeetingType=action.target
    ).command


def set_configuration(action: SetConfiguration, host: Host) -> Command:
    """Set-Cs...Configuration. Force only keeps these cmdlets from asking."""
    call = CommandBuilder.of(action.cmdlet, host).with_(**dict(action.values))
    return call.where_offered(Force=True, Confirm=False).command
