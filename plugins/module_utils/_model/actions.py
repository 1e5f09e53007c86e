# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be done to a user, as values. Each is one call of the cmdlet it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class MoveUser:
    """Home the user at `target`: the hosting provider's ProxyFqdn, or a registrar pool.

    `report_dir` is a folder on the server, where each call writes a report of its own; `report_name` is that file's name.
    """

    cmdlet: ClassVar[str] = "Move-CsUser"
    identity: str
    target: str
    to_teams: bool = True
    without_telephony: bool = False
    discard_contacts_and_meetings: bool = False
    credential_user: str | None = None
    credential_password: str | None = field(default=None, repr=False)
    hosted_migration_override_url: str | None = None
    proxy_pool: str | None = None
    domain_controller: str | None = None
    report_dir: str | None = None
    report_name: str = ""

    @property
    def report(self) -> str | None:
        """The path of the report on the server, None where none is wished."""
        return None if self.report_dir is None else self.report_dir.rstrip("\\/") + "\\" + self.report_name


@dataclass(frozen=True, slots=True)
class GrantPolicy:
    """Assign `policy` to the user; None takes the user's own assignment away, so that the tenant default applies."""

    cmdlet: ClassVar[str] = "Grant-CsTeamsUpgradePolicy"
    identity: str
    policy: str | None
    migrate_meetings: bool | None = None


@dataclass(frozen=True, slots=True)
class GrantInBatch:
    """Assign `policy` to the user as part of an operation for many; None takes the user's own assignment away."""

    cmdlet: ClassVar[str] = "New-CsBatchPolicyAssignmentOperation"
    identity: str
    policy: str | None


@dataclass(frozen=True, slots=True)
class GrantTenantPolicy:
    """Make `policy` the tenant default."""

    cmdlet: ClassVar[str] = "Grant-CsTeamsUpgradePolicy"
    policy: str


@dataclass(frozen=True, slots=True)
class NewInstance:
    """Create an on-prem instance."""

    cmdlet: ClassVar[str] = "New-CsTeamsUpgradePolicy"
    identity: str
    notify: bool
    description: str | None = None


@dataclass(frozen=True, slots=True)
class SetInstance:
    """Change an on-prem instance; None leaves a property alone."""

    cmdlet: ClassVar[str] = "Set-CsTeamsUpgradePolicy"
    identity: str
    notify: bool | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveInstance:
    """Remove an on-prem instance."""

    cmdlet: ClassVar[str] = "Remove-CsTeamsUpgradePolicy"
    identity: str


@dataclass(frozen=True, slots=True)
class StartMeetingMigration:
    """Queue the conversion of the user's meetings."""

    cmdlet: ClassVar[str] = "Start-CsExMeetingMigration"
    identity: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class SetConfiguration:
    """Set properties of a configuration's global instance; `values` are pairs of parameter and value."""

    cmdlet: str
    values: tuple[tuple[str, object], ...]


Action: TypeAlias = (
    MoveUser
    | GrantPolicy
    | GrantInBatch
    | GrantTenantPolicy
    | NewInstance
    | SetInstance
    | RemoveInstance
    | StartMeetingMigration
    | SetConfiguration
)
