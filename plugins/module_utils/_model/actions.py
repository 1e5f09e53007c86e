# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be done to a user, as values. Each is one call of the cmdlet it names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeAlias


class _Action:
    """What holds of an action unless it says otherwise.

    `shows_late`: the service accepts it, and a read may show it only later (R12, R51).
    """

    __slots__ = ()
    shows_late: ClassVar[bool] = False

    @property
    def in_batch(self) -> GrantInBatch | None:
        """The same as part of an operation for many users; None where there is no such operation."""
        return None

    @property
    def alone(self) -> Action | None:
        """The same for this user alone; None where it is no part of an operation for many."""
        return None


@dataclass(frozen=True, slots=True)
class MoveUser(_Action):
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
        """The path of the report on the server; None without a folder for it."""
        return None if self.report_dir is None else self.report_dir.rstrip("\\/") + "\\" + self.report_name

    def fitted(self, *, between_pools: bool) -> MoveUser:
        """Return the move without the options that have no meaning on its way. From pool to pool, the tenant has no part in it (R34)."""
        return replace(self, credential_user=None, credential_password=None) if between_pools else self


@dataclass(frozen=True, slots=True)
class GrantPolicy(_Action):
    """Assign `policy` to the user; None takes the user's own assignment away, so that the tenant default applies."""

    cmdlet: ClassVar[str] = "Grant-CsTeamsUpgradePolicy"
    shows_late: ClassVar[bool] = True
    identity: str
    policy: str | None
    migrate_meetings: bool | None = None

    @property
    def in_batch(self) -> GrantInBatch | None:
        """A batch says nothing of meetings."""
        return GrantInBatch(self.identity, self.policy) if self.migrate_meetings is None else None


@dataclass(frozen=True, slots=True)
class GrantInBatch(_Action):
    """Assign `policy` to the user as part of an operation for many; None takes the user's own assignment away."""

    cmdlet: ClassVar[str] = "New-CsBatchPolicyAssignmentOperation"
    shows_late: ClassVar[bool] = True
    identity: str
    policy: str | None

    @property
    def alone(self) -> GrantPolicy:
        """A call for one user."""
        return GrantPolicy(self.identity, self.policy)


@dataclass(frozen=True, slots=True)
class GrantTenantPolicy(_Action):
    """Make `policy` the tenant default."""

    cmdlet: ClassVar[str] = "Grant-CsTeamsUpgradePolicy"
    policy: str


@dataclass(frozen=True, slots=True)
class NewInstance(_Action):
    """Create an on-prem instance."""

    cmdlet: ClassVar[str] = "New-CsTeamsUpgradePolicy"
    identity: str
    notify: bool
    description: str | None = None


@dataclass(frozen=True, slots=True)
class SetInstance(_Action):
    """Change an on-prem instance; None leaves a property alone."""

    cmdlet: ClassVar[str] = "Set-CsTeamsUpgradePolicy"
    identity: str
    notify: bool | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveInstance(_Action):
    """Remove an on-prem instance."""

    cmdlet: ClassVar[str] = "Remove-CsTeamsUpgradePolicy"
    identity: str


@dataclass(frozen=True, slots=True)
class StartMeetingMigration(_Action):
    """Queue the conversion of the user's meetings."""

    cmdlet: ClassVar[str] = "Start-CsExMeetingMigration"
    shows_late: ClassVar[bool] = True
    identity: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class SetConfiguration(_Action):
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

# The cmdlets that assign a policy to users.
GRANTS = (GrantPolicy.cmdlet, GrantInBatch.cmdlet)
