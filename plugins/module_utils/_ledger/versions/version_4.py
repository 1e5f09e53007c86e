# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 4 of the schema: when a rollback has last brought a user back, and in which wave a look for drift has found somebody."""

from __future__ import annotations

from .. import library as sql

revision = "4"
down_revision: str | None = "3"

MOMENT = 32


def upgrade() -> None:
    """Make the table, and the column."""
    from alembic import op

    op.create_table(
        "ledger_rollbacks",
        sql.Column("address", sql.Text, sql.ForeignKey("ledger_users.address"), primary_key=True),
        sql.Column("completed", sql.String(MOMENT), nullable=False),
        sql.Column("plan_time", sql.String(MOMENT), nullable=False),
        sql.Column("upgraded_on", sql.String(MOMENT)),
        sql.Column("facts", sql.JSON(none_as_null=True), nullable=False),
    )
    op.add_column("ledger_drift", sql.Column("wave", sql.Text, nullable=False, server_default=""))
