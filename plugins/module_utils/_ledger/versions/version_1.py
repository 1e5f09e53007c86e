# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 1 of the schema: runs, users, events, claims, members of waves and notices."""

from __future__ import annotations

from .. import library as sql

revision = "1"
down_revision: str | None = None

MOMENT = 32
SENT = "status = 'sent'"


def upgrade() -> None:
    """Make the tables."""
    _runs()
    _users()
    _events()
    _waves()


def _runs() -> None:
    from alembic import op

    op.create_table(
        "ledger_runs",
        sql.Column("id", sql.Text, primary_key=True),
        sql.Column("started", sql.String(MOMENT), nullable=False),
        sql.Column("ended", sql.String(MOMENT)),
        sql.Column("check_mode", sql.Boolean, nullable=False),
        sql.Column("now", sql.String(MOMENT)),
        sql.Column("job", sql.Text, nullable=False),
        sql.Column("verdict", sql.Text),
        sql.Column("machine", sql.Text, nullable=False),
        sql.Column("pid", sql.Integer, nullable=False),
        sql.Column("process", sql.Text, nullable=False),
        sql.Column("renewed", sql.Float(53), nullable=False),
    )
    op.create_index("ledger_runs_started", "ledger_runs", ["started"])


def _users() -> None:
    from alembic import op

    op.create_table(
        "ledger_users",
        sql.Column("address", sql.Text, primary_key=True),
        sql.Column("wave", sql.Text, nullable=False),
        sql.Column("phase", sql.String(16), nullable=False),
        sql.Column("since", sql.String(MOMENT), nullable=False),
        sql.Column("upgraded_on", sql.String(MOMENT)),
        sql.Column("before", sql.JSON(none_as_null=True)),
        sql.Column("touched", sql.String(MOMENT), nullable=False),
        sql.Column("last_event", sql.Integer),
        sql.Column("last_status", sql.String(16)),
    )
    op.create_index("ledger_users_wave", "ledger_users", ["wave", "address"])
    op.create_index("ledger_users_touched", "ledger_users", ["touched"])
    op.create_index("ledger_users_last_status", "ledger_users", ["last_status"])


def _events() -> None:
    from alembic import op

    op.create_table(
        "ledger_events",
        sql.Column("id", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("at", sql.String(MOMENT), nullable=False),
        sql.Column("run", sql.Text, sql.ForeignKey("ledger_runs.id"), nullable=False),
        sql.Column("address", sql.Text, sql.ForeignKey("ledger_users.address")),
        sql.Column("wave", sql.Text, nullable=False),
        sql.Column("phase", sql.String(16), nullable=False),
        sql.Column("leads", sql.Boolean, nullable=False),
        sql.Column("action", sql.Text, nullable=False),
        sql.Column("status", sql.String(16), nullable=False),
        sql.Column("before", sql.JSON(none_as_null=True)),
        sql.Column("after", sql.JSON(none_as_null=True)),
        sql.Column("reason", sql.JSON(none_as_null=True)),
        sql.Column("operation", sql.Text, nullable=False),
        sql.Column("seconds", sql.Float(53)),
    )
    op.create_index("ledger_events_address", "ledger_events", ["address", "id"])
    op.create_index("ledger_events_run", "ledger_events", ["run", "address"])
    op.create_index("ledger_events_wave", "ledger_events", ["wave", "run"])
    op.create_index("ledger_events_at", "ledger_events", ["at"])
    condition = sql.text(SENT)
    op.create_index(
        "ledger_events_sent", "ledger_events", ["address"], sqlite_where=condition, postgresql_where=condition
    )


def _waves() -> None:
    from alembic import op

    op.create_table(
        "ledger_claims",
        sql.Column("address", sql.Text, primary_key=True),
        sql.Column("run", sql.Text, sql.ForeignKey("ledger_runs.id"), nullable=False),
        sql.Column("taken", sql.Float(53), nullable=False),
    )
    op.create_index("ledger_claims_run", "ledger_claims", ["run"])
    op.create_table(
        "ledger_members",
        sql.Column("wave", sql.Text, primary_key=True),
        sql.Column("address", sql.Text, sql.ForeignKey("ledger_users.address"), primary_key=True),
        sql.Column("since", sql.String(MOMENT), nullable=False),
    )
    op.create_index("ledger_members_address", "ledger_members", ["address"])
    op.create_table(
        "ledger_notices",
        sql.Column("address", sql.Text, sql.ForeignKey("ledger_users.address"), primary_key=True),
        sql.Column("wave", sql.Text, primary_key=True),
        sql.Column("notified_on", sql.String(MOMENT), nullable=False),
    )
