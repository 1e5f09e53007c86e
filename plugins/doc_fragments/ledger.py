# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that lead to the ledger."""

from __future__ import annotations


class ModuleDocFragment:
    """Where the ledger is; for modules that work on it alone, and for modules that write what they do into it."""

    DOCUMENTATION = r"""
options:
  ledger:
    description:
      - "The ledger, as a URL of SQLAlchemy: V(sqlite:////path/file.db), with an absolute path, or
        V(postgresql+psycopg://user@host:5432/name)."
      - A URL that holds a password is refused. The user in it is not shown.
    type: str
    required: true
  ledger_password:
    description:
      - The password of the ledger's user, on PostgreSQL.
      - Unless set, the environment variable E(TEAMS_UPGRADE_LEDGER_PASSWORD), and after it what PostgreSQL's own client
        knows, E(PGPASSWORD) and E(PGPASSFILE).
    type: str
requirements:
  - SQLAlchemy >= 2.0.16 (Python library on the controller)
  - alembic >= 1.12 (Python library on the controller, to make a ledger or to bring it to a new version)
  - psycopg >= 3.1.8 (Python library on the controller, for a ledger on PostgreSQL)
"""

    RECORDING = r"""
options:
  ledger:
    description:
      - "The ledger into which is written what is sent and what came of it, as a URL of SQLAlchemy: V(sqlite:////path/file.db), with an
        absolute path, or V(postgresql+psycopg://user@host:5432/name). It is made where there is none."
      - Unless set, nothing is written.
      - A URL that holds a password is refused. The user in it is not shown.
    type: str
  ledger_password:
    description:
      - The password of the ledger's user, on PostgreSQL.
      - Unless set, the environment variable E(TEAMS_UPGRADE_LEDGER_PASSWORD), and after it what PostgreSQL's own client
        knows, E(PGPASSWORD) and E(PGPASSFILE).
    type: str
  wave:
    description:
      - The name of the wave as a part of which the users are worked on. Unless set, the wave that the ledger knows them in.
    type: str
  run:
    description:
      - The run as a part of which the users are worked on, by any name. Tasks that name the same run are one run in the ledger.
      - Unless set, the task is a run of its own.
    type: str
  claim_timeout:
    description:
      - After how many seconds without a sign of life the users of another run are free. A run whose process was on this machine and is
        gone has no users any more.
    type: int
    default: 300
  interrupted_timeout:
    description:
      - For how many seconds after it was sent a cmdlet may still be at work on the host, where the run that sent it has died. A user who
        is as before is read again until then, and only after it is anything sent for them once more.
    type: int
    default: 120
"""

    ATTRIBUTES = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
  platform:
    description: Hosts that the module works on. It runs on the controller, and needs no host.
    platforms: posix
    support: full
"""

    INFO_ATTRIBUTES = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details: This module only reads.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: none
    details: This module changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
  platform:
    description: Hosts that the module works on. It runs on the controller, and needs no host.
    platforms: posix
    support: full
"""
