# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsTenantMigrationConfiguration and Get-CsTeamsUpgradeConfiguration."""

from __future__ import annotations

from .._model import faults, stops
from .._model.decision import Reason, Scope
from .._model.host import Host
from .._remote import Remote
from .calling import Calling, fault_text, faults_of
from .properties import flag, text

MIGRATION = "CsTenantMigrationConfiguration"
UPGRADE = "CsTeamsUpgradeConfiguration"


def read_configuration(remote: Remote, host: Host, noun: str) -> dict[str, object] | Reason:
    """Return the values of a configuration's global instance by property name, None for those it does not show."""
    cmdlet = f"Get-{noun}"
    answer = remote.one(Calling.of(cmdlet, host).command)
    if answer.errors:
        reason = faults.classify(faults_of(answer)[0])
        if reason.scope is Scope.ORGANISATION:
            return reason
    rows = [row for row in answer.rows if str(row.get("Identity") or "Global").casefold() == "global"]
    if answer.errors or not rows:
        return stops.CONFIGURATION_UNKNOWN.about(cmdlet=cmdlet, host=host.name, fault=fault_text(answer))
    row = rows[0]
    return {
        "MeetingMigrationEnabled": flag(row, "MeetingMigrationEnabled"),
        "DownloadTeams": flag(row, "DownloadTeams"),
        "SfBMeetingJoinUx": text(row, "SfBMeetingJoinUx") or None,
    }
