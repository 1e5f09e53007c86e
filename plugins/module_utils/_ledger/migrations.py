# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema's version, and how a ledger is brought to the newest one: by Alembic, without any file of settings.

Alembic's script folder is replaced by the modules of `versions`: a module of Ansible runs from an archive, which has no folders.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Protocol

from .._model import ledger_reasons as reasons
from . import library as sql
from .faults import LedgerFault
from .tables import VERSION_TABLE
from .versions import version_1, version_2, version_3, version_4


class Version(Protocol):
    """A version of the schema: what Alembic calls a revision."""

    __doc__: str | None
    revision: str
    down_revision: str | None

    def upgrade(self) -> None:
        """Bring the schema from the version before to this one."""


# From the oldest to the newest. A new one is added here and in `tables`; those above it are never changed.
VERSIONS: Sequence[Version] = (version_1, version_2, version_3, version_4)
# Any number that the jobs agree on: PostgreSQL's lock while the schema is changed.
LOCK = 5061071


def newest(versions: Sequence[Version] = VERSIONS) -> str:
    """Return the version that this code needs."""
    return versions[-1].revision


def version_of(connection: sql.Connection) -> str | None:
    """Return the version of a ledger; None for a database without one."""
    if not sql.inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(sql.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all()
    return str(found[-1]) if found else None


def is_older(found: str, versions: Sequence[Version] = VERSIONS) -> bool:
    """Return whether a version is an older one that is known. One that is not known was made by newer code."""
    return found in [each.revision for each in versions[:-1]]


def migrate(connection: sql.Connection, versions: Sequence[Version] = VERSIONS) -> None:
    """Bring a ledger to the newest version, within the connection's transaction. Of two jobs at once, one waits for the other.

    Raises LedgerFault where Alembic is missing.
    """
    try:
        from alembic.runtime.migration import MigrationContext, MigrationStep
        from alembic.script import Script
        from alembic.script.revision import RevisionMap
    except ImportError as error:
        raise library_missing("alembic", "alembic", error) from error

    from alembic.operations import Operations

    if connection.dialect.name == "postgresql":
        connection.execute(sql.select(sql.func.pg_advisory_xact_lock(LOCK)))
    if version_of(connection) == newest(versions):
        return
    scripts = RevisionMap(lambda: [Script(each, each.revision, str(each.__doc__)) for each in versions])  # type: ignore[arg-type]

    def steps(current: tuple[str, ...], _context: MigrationContext) -> list[MigrationStep]:
        upwards = reversed(list(scripts.iterate_revisions(newest(versions), current or "base")))
        return [MigrationStep.upgrade_from_script(scripts, each) for each in upwards if isinstance(each, Script)]

    logging.getLogger("alembic").setLevel(logging.WARNING)
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "fn": steps})
    with Operations.context(context):
        context.run_migrations()


def library_missing(library: str, package: str, error: ImportError | str) -> LedgerFault:
    """Return that a Python library is missing."""
    facts = {"library": library, "package": package, "python": sys.executable, "fault": f"{error}."}
    return LedgerFault(reasons.LEDGER_LIBRARY_MISSING.format(**facts))
