#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ledger_export
short_description: Write the ledger to CSV and JSON files
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Writes users, events and runs to C(ledger-users.csv), C(ledger-events.csv) and C(ledger-runs.csv), and the same as JSON, on the
    controller. No host is needed, and the ledger is only read.
  - The JSON files hold what M(sfb.teams_upgrade.ledger_info) returns. The CSV files have a column for each value; what was found before and
    after an event is JSON in its cell.
  - A cell that a spreadsheet would take for a formula has an apostrophe before it.
  - The files hold personal data, and can be read by their owner and group alone (mode 0640).
  - The playbook C(sfb.teams_upgrade.export) consists of this task.
options:
  ledger:
    description: The URL of the ledger. Unless set, the file C(teams-upgrade-ledger.db) beside the inventory.
    type: str
  ledger_password:
    description:
      - The password of the ledger's user, on PostgreSQL.
      - Unless set, the environment variable E(TEAMS_UPGRADE_LEDGER_PASSWORD), and after it what PostgreSQL's own client
        knows, E(PGPASSWORD) and E(PGPASSFILE).
    type: str
  waves:
    description:
      - The names of waves, as a list or with commas between them. Unless set, everything is written.
      - Of a wave, these are the users whose present wave it is, the events that were sent for it, and the runs that sent one.
    type: raw
  folder:
    description: The folder of the files. Unless set, C(teams-upgrade-reports) beside the inventory, and never inside of one.
    type: str
  name:
    description: With what the names of the files begin.
    type: str
    default: ledger
extends_documentation_fragment:
  - sfb.teams_upgrade.wave.attributes
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
requirements:
  - SQLAlchemy >= 2.0.16 (Python library on the controller)
  - psycopg >= 3.1.8 (Python library on the controller, for a ledger on PostgreSQL)
"""

EXAMPLES = r"""
- name: Write what the ledger holds of two waves
  sfb.teams_upgrade.ledger_export:
    ledger: "{{ teams_upgrade_ledger }}"
    waves: [pilot, paris]
    folder: "{{ playbook_dir }}/reports"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
files:
  description: The paths of the files.
  returned: success
  type: list
  elements: str
  sample: [/srv/teams/reports/ledger-users.csv, /srv/teams/reports/ledger-users.json]
counts:
  description: The numbers of rows.
  returned: success
  type: dict
  sample: {users: 12, events: 14, runs: 3}
"""
