# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 3 of the schema: what the last look for drift has found of each user."""

from __future__ import annotations

from .. import library as sql

revision = "3"
down_revision: str | None = "2"

MOMENT = 32


def upgrade() -> None:
    """Make the table."""
    from alembic import op

    op.create_table(
        "ledger_drift",
        sql.Column("address", sql.Text, primary_key=True),
        sql.Column("status", sql.String(16), nullable=False),
        sql.Column("code", sql.Text, nullable=False),
        sql.Column("since", sql.String(MOMENT), nullable=False),
        sql.Column("seen", sql.String(MOMENT), nullable=False),
        sql.Column("unread_since", sql.String(MOMENT)),
    )
    op.create_index("ledger_drift_seen", "ledger_drift", ["seen"])
