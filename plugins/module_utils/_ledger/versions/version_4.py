# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 4 of the schema: when a rollback has last brought everything of a user back."""

from __future__ import annotations

from .. import library as sql

revision = "4"
down_revision: str | None = "3"

MOMENT = 32


def upgrade() -> None:
    """Make the table."""
    from alembic import op

    op.create_table(
        "ledger_rollbacks",
        sql.Column("address", sql.Text, sql.ForeignKey("ledger_users.address"), primary_key=True),
        sql.Column("completed", sql.String(MOMENT), nullable=False),
    )
