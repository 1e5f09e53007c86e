# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsTenantMigrationConfiguration and Get-CsTeamsUpgradeConfiguration."""

from __future__ import annotations

from .._connection.client import Remote
from .._model import organisation_reasons
from .._model.failure import Failure
from .._model.host import Host
from .command_builder import CommandBuilder, fault_text, stopping
from .properties import flag, text

MIGRATION = "CsTenantMigrationConfiguration"
UPGRADE = "CsTeamsUpgradeConfiguration"


def read_switch(remote: Remote, host: Host, noun: str, name: str) -> bool | None:
    """Return one Boolean of a configuration, None where the host does not tell. Raises Failure where it could not be read."""
    if not host.offers(f"Get-{noun}"):
        return None
    value = read_configuration(remote, host, noun)[name]
    return value if isinstance(value, bool) else None


def read_configuration(remote: Remote, host: Host, noun: str) -> dict[str, object]:
    """Return the values of a configuration's global instance by property name, None for those it does not show. Raises Failure."""
    cmdlet = f"Get-{noun}"
    answer = remote.one(CommandBuilder.of(cmdlet, host).command)
    rows = [row for row in answer.rows if str(row.get("Identity") or "Global").casefold() == "global"]
    if not answer.whole or not rows:
        why = "the answer holds no instance Global" if answer.whole else fault_text(answer)
        unknown = organisation_reasons.CONFIGURATION_UNKNOWN.format(cmdlet=cmdlet, host=host.name, fault=why)
        raise Failure(stopping(answer) or unknown)
    row = rows[0]
    return {
        "MeetingMigrationEnabled": flag(row, "MeetingMigrationEnabled"),
        "DownloadTeams": flag(row, "DownloadTeams"),
        "SfBMeetingJoinUx": text(row, "SfBMeetingJoinUx") or None,
    }
