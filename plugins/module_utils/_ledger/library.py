# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one door to SQLAlchemy.

Modules must load where SQLAlchemy is missing, to say so in a sentence. `MISSING` is then why; the other names are not there.
Alembic is imported by `migrations` when a schema has to change, psycopg by SQLAlchemy when a ledger is on PostgreSQL.
"""

from __future__ import annotations

MISSING: str | None = None

try:
    from sqlalchemy import (
        JSON,
        Boolean,
        Column,
        Connection,
        Engine,
        Float,
        ForeignKey,
        Index,
        Integer,
        MetaData,
        QueuePool,
        Select,
        String,
        Table,
        Text,
        and_,
        bindparam,
        cast,
        create_engine,
        delete,
        event,
        exists,
        func,
        insert,
        inspect,
        literal,
        or_,
        select,
        text,
        update,
    )
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
    from sqlalchemy.engine import URL
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.sql import ColumnElement
except ImportError as error:
    MISSING = str(error)

__all__ = [
    "JSON",
    "MISSING",
    "URL",
    "Boolean",
    "Column",
    "ColumnElement",
    "Connection",
    "DBAPIError",
    "Engine",
    "Float",
    "ForeignKey",
    "Index",
    "Integer",
    "MetaData",
    "PostgresqlInsert",
    "QueuePool",
    "Select",
    "SqliteInsert",
    "String",
    "Table",
    "Text",
    "and_",
    "bindparam",
    "cast",
    "create_engine",
    "delete",
    "event",
    "exists",
    "func",
    "insert",
    "inspect",
    "literal",
    "or_",
    "select",
    "text",
    "update",
]
