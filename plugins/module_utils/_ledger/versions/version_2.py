# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 2 of the schema: indexes by which the campaign is counted by day."""

from __future__ import annotations

from .. import library as sql

revision = "2"
down_revision: str | None = "1"


def upgrade() -> None:
    """Make the indexes."""
    from alembic import op

    op.create_index("ledger_users_upgraded", "ledger_users", ["upgraded_on"])
    op.create_index("ledger_notices_days", "ledger_notices", ["address", "notified_on"])
    for name, condition in (
        ("ledger_events_failed", "status IN ('failed', 'unknown')"),
        ("ledger_events_rolled_back", "phase = 'rolled_back'"),
    ):
        where = sql.text(condition)
        op.create_index(name, "ledger_events", ["address", "id"], sqlite_where=where, postgresql_where=where)
