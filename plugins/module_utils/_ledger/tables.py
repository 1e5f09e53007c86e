# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables. `versions` makes them; a test compares both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from . import library as sql
from .moments import WIDTH

VERSION_TABLE = "ledger_version"
SENT = "sent"
# Events that are counted over the whole migration: written out, since an index holds these alone.
FAILED = "status IN ('failed', 'unknown')"
ROLLED_BACK = "phase = 'rolled_back'"


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables. Addresses of users are folded as `_model.identity.address_of` does."""

    metadata: sql.MetaData
    runs: sql.Table
    users: sql.Table
    events: sql.Table
    claims: sql.Table
    members: sql.Table
    notices: sql.Table
    drift: sql.Table
    rollbacks: sql.Table


@cache
def tables() -> Tables:
    """Return the tables."""
    metadata = sql.MetaData()
    return Tables(
        metadata,
        _runs(metadata),
        _users(metadata),
        _events(metadata),
        _claims(metadata),
        _members(metadata),
        _notices(metadata),
        _drift(metadata),
        _rollbacks(metadata),
    )


def _moment(name: str, *, nullable: bool = True) -> sql.Column[str]:
    return sql.Column(name, sql.String(WIDTH), nullable=nullable)


def _json(name: str) -> sql.Column[object]:
    return sql.Column(name, sql.JSON(none_as_null=True))


def _address(*, primary_key: bool = True) -> sql.Column[str]:
    return sql.Column(
        "address", sql.Text, sql.ForeignKey("ledger_users.address"), nullable=not primary_key, primary_key=primary_key
    )


def _run(*, nullable: bool = True) -> sql.Column[str]:
    return sql.Column("run", sql.Text, sql.ForeignKey("ledger_runs.id"), nullable=nullable)


def _runs(metadata: sql.MetaData) -> sql.Table:
    """Runs. `machine`, `pid`, `process` (its start) and `renewed` (seconds of the epoch, by the database's clock) say whether one lives."""
    return sql.Table(
        "ledger_runs",
        metadata,
        sql.Column("id", sql.Text, primary_key=True),
        _moment("started", nullable=False),
        _moment("ended"),
        sql.Column("check_mode", sql.Boolean, nullable=False),
        _moment("now"),
        sql.Column("job", sql.Text, nullable=False),
        sql.Column("verdict", sql.Text),
        sql.Column("machine", sql.Text, nullable=False),
        sql.Column("pid", sql.Integer, nullable=False),
        sql.Column("process", sql.Text, nullable=False),
        sql.Column("renewed", sql.Float(53), nullable=False),
        sql.Index("ledger_runs_started", "started"),
    )


def _users(metadata: sql.MetaData) -> sql.Table:
    """Users. `before` is written once. `touched` is when anything was last written; `last_event` and its status serve counting."""
    return sql.Table(
        "ledger_users",
        metadata,
        sql.Column("address", sql.Text, primary_key=True),
        sql.Column("wave", sql.Text, nullable=False),
        sql.Column("phase", sql.String(16), nullable=False),
        _moment("since", nullable=False),
        _moment("upgraded_on"),
        _json("before"),
        _moment("touched", nullable=False),
        sql.Column("last_event", sql.Integer),
        sql.Column("last_status", sql.String(16)),
        sql.Index("ledger_users_wave", "wave", "address"),
        sql.Index("ledger_users_touched", "touched"),
        sql.Index("ledger_users_last_status", "last_status"),
        sql.Index("ledger_users_upgraded", "upgraded_on"),
    )


def _events(metadata: sql.MetaData) -> sql.Table:
    """Events: one for each cmdlet that was sent. `phase` is the one that it leads to, else the one that the user was in.

    Those without an address concern no single user: a policy instance, the tenant default, a configuration.
    """
    return sql.Table(
        "ledger_events",
        metadata,
        sql.Column("id", sql.Integer, primary_key=True, autoincrement=True),
        _moment("at", nullable=False),
        _run(nullable=False),
        _address(primary_key=False),
        sql.Column("wave", sql.Text, nullable=False),
        sql.Column("phase", sql.String(16), nullable=False),
        sql.Column("leads", sql.Boolean, nullable=False),
        sql.Column("action", sql.Text, nullable=False),
        sql.Column("status", sql.String(16), nullable=False),
        _json("before"),
        _json("after"),
        _json("reason"),
        sql.Column("operation", sql.Text, nullable=False),
        sql.Column("seconds", sql.Float(53)),
        sql.Index("ledger_events_address", "address", "id"),
        sql.Index("ledger_events_run", "run", "address"),
        sql.Index("ledger_events_wave", "wave", "run"),
        sql.Index("ledger_events_at", "at"),
        sql.Index(
            "ledger_events_sent",
            "address",
            sqlite_where=sql.text(f"status = '{SENT}'"),
            postgresql_where=sql.text(f"status = '{SENT}'"),
        ),
        *(
            sql.Index(name, "address", "id", sqlite_where=sql.text(chosen), postgresql_where=sql.text(chosen))
            for name, chosen in (("ledger_events_failed", FAILED), ("ledger_events_rolled_back", ROLLED_BACK))
        ),
    )


def _claims(metadata: sql.MetaData) -> sql.Table:
    """Claims: the run that is at work on a user. A claim lives as long as its run does."""
    return sql.Table(
        "ledger_claims",
        metadata,
        sql.Column("address", sql.Text, primary_key=True),
        _run(nullable=False),
        sql.Column("taken", sql.Float(53), nullable=False),
        sql.Index("ledger_claims_run", "run"),
    )


def _members(metadata: sql.MetaData) -> sql.Table:
    """Members of waves, from the first time they were resolved."""
    return sql.Table(
        "ledger_members",
        metadata,
        sql.Column("wave", sql.Text, primary_key=True),
        _address(),
        _moment("since", nullable=False),
        sql.Index("ledger_members_address", "address"),
    )


def _notices(metadata: sql.MetaData) -> sql.Table:
    """When users were notified, in the plan's time, for each wave."""
    return sql.Table(
        "ledger_notices",
        metadata,
        _address(),
        sql.Column("wave", sql.Text, primary_key=True),
        _moment("notified_on", nullable=False),
        sql.Index("ledger_notices_days", "address", "notified_on"),
    )


def _drift(metadata: sql.MetaData) -> sql.Table:
    """What the last look for drift has found of each user, who need not be known otherwise.

    `since`: from when on they have been found with this status; `unread_since`: from when on they could not be read. `seen`: the last look.
    All three are in the plan's time. `wave`: the one of the plan in which they were found; empty for none.
    """
    return sql.Table(
        "ledger_drift",
        metadata,
        sql.Column("address", sql.Text, primary_key=True),
        sql.Column("status", sql.String(16), nullable=False),
        sql.Column("code", sql.Text, nullable=False),
        _moment("since", nullable=False),
        _moment("seen", nullable=False),
        _moment("unread_since"),
        sql.Column("wave", sql.Text, nullable=False, server_default=""),
        sql.Index("ledger_drift_seen", "seen"),
    )


def _rollbacks(metadata: sql.MetaData) -> sql.Table:
    """When a rollback last read that everything of a user is back that can come back, also in the plan's time, and what they had then.

    `upgraded_on`: when they had been upgraded, if that was still known.
    """
    return sql.Table(
        "ledger_rollbacks",
        metadata,
        _address(),
        _moment("completed", nullable=False),
        _moment("plan_time", nullable=False),
        _moment("upgraded_on"),
        sql.Column("facts", sql.JSON(none_as_null=True), nullable=False),
    )
