# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsMeetingMigrationStatus and Start-CsExMeetingMigration."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from ...contract.call import Outcome, Thing
from ...contract.versions import Version
from ..bound import Behaviour, Bound, output, rows
from ..finding import cloud_user
from ..identities import fold
from ..meetings import Migration, requested_kind

_TEXT_DATES: Version = (3, 0)
_ROW = "System.Management.Automation.PSCustomObject"


def start_migration(bound: Bound) -> Outcome:
    """Start-CsExMeetingMigration: queues a request each time it is called. The default target converts nothing (R49)."""
    user = cloud_user(bound)
    kind = requested_kind(bound.text("SourceMeetingType") or "All", bound.text("TargetMeetingType") or "Current")
    bound.model.meetings.request(user, kind)
    bound.touched.append(user.sip or user.upn)
    return Outcome()


def get_status(bound: Bound) -> Outcome:
    """Get-CsMeetingMigrationStatus: a row for each request, or how many users are in which state."""
    user = cloud_user(bound) if bound.text("Identity") is not None else None
    found = _selected(bound, bound.model.meetings.of(user))
    if bound.flag("SummaryOnly"):
        return _summary(bound, found)
    as_text = bound.module_version >= _TEXT_DATES
    return rows([_row(migration, as_text=as_text) for migration in found])


def _selected(bound: Bound, migrations: Iterable[Migration]) -> list[Migration]:
    start, end, state = bound.moment("StartTime"), bound.moment("EndTime"), bound.text("State")
    return [
        migration
        for migration in migrations
        if (start is None or migration.created >= start)
        and (end is None or migration.created <= end)
        and (state is None or fold(migration.state) == fold(state))
    ]


def _summary(bound: Bound, found: Iterable[Migration]) -> Outcome:
    """Users by the state of their newest request. Newer modules give one JSON text, of a lone state an object and not a list."""
    newest = {migration.user.object_id: migration for migration in found}
    counts = Counter(str(migration.state) for migration in newest.values())
    listed: list[dict[str, object]] = [{"State": state, "UserCount": count} for state, count in counts.items()]
    shape = bound.world.readings.meeting_summary
    if shape == "objects" or (shape == "by_version" and bound.module_version < _TEXT_DATES):
        return rows([Thing(_ROW, one) for one in listed])
    if not listed:
        return Outcome()
    return output(json.dumps(listed[0] if len(listed) == 1 else listed, indent=2))


def _row(migration: Migration, *, as_text: bool) -> Thing:
    def shown(moment: datetime) -> object:
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%f0Z") if as_text else moment

    return Thing(
        _ROW,
        {
            "CorrelationId": migration.correlation,
            "CreateDate": shown(migration.created),
            "FailedMeeting": migration.failed,
            "InvitesUpdate": migration.succeeded,
            "LastMessage": migration.message,
            "MigrationType": str(migration.kind),
            "ModifiedDate": shown(migration.modified),
            "RetryCount": migration.retries,
            "State": str(migration.state),
            "SucceededMeeting": migration.succeeded,
            "TotalMeeting": migration.total,
            "UserId": migration.user.object_id,
            "UserPrincipalName": migration.user.upn,
        },
    )


BEHAVIOURS: dict[str, Behaviour] = {
    "Start-CsExMeetingMigration": start_migration,
    "Get-CsMeetingMigrationStatus": get_status,
}
