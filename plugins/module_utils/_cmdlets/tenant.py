# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsTenant and the questions about everybody in it."""

from __future__ import annotations

from .._connection.client import Remote
from .._model import organisation_reasons
from .._model.failure import Failure
from .._model.host import Host
from .command_builder import CommandBuilder, fault_text
from .configurations import MIGRATION, read_switch
from .get_csonlineuser import override_in
from .listing import Selection, list_accounts
from .properties import account_of, is_deleted, text


def read_tenant(remote: Remote, host: Host) -> tuple[str | None, str | None]:
    """Return TeamsUpgradeOverridePolicy and TeamsUpgradePolicyIsReadOnly of the tenant, None where it does not say (R9).

    Raises Failure where they could not be read.
    """
    if not host.offers("Get-CsTenant"):
        return None, None
    answer = remote.one(CommandBuilder.of("Get-CsTenant", host).whole().command)
    if not answer.whole or not answer.rows:
        fault = "the answer holds no tenant" if answer.whole else fault_text(answer)
        raise Failure(organisation_reasons.TENANT_UNKNOWN.format(host=host.name, fault=fault))
    row = answer.rows[0]
    return override_in(row), text(row, "TeamsUpgradePolicyIsReadOnly")


def count_onprem_users(remote: Remote, host: Host) -> int:
    """Return how many users the cloud believes to be homed on-prem (R57). Raises Failure where that could not be read.

    Accounts count whatever else they are called: one too many refuses, one too few cuts somebody off.
    """
    selections = [Selection(filter="OnPremHostingProvider -eq 'SRV:'")]
    if host.offers("Get-CsOnlineUser", "AccountType"):
        selections.append(Selection(account_type="SfBOnPremUser"))
    found: set[object] = set()
    for selection in selections:
        rows = list_accounts(remote, host, selection)
        found.update(account_of(row) for row in rows if not is_deleted(row))
    return len(found)


def meeting_migration_enabled(remote: Remote, host: Host) -> bool | None:
    """Return MeetingMigrationEnabled of the tenant, None where the host does not tell (R53). Raises Failure where it could not be read."""
    return read_switch(remote, host, MIGRATION, "MeetingMigrationEnabled")
