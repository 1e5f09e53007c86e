#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: wave_rehearsal
short_description: Rehearse a plan on simulated hosts
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Starts simulated hosts with the users of the organisation's own exports, and runs the playbook C(sfb.teams_upgrade.waves) on them on
    every day on which the plan has anything to do, and C(sfb.teams_upgrade.drift) the night after. Shows each day as it is done.
  - Writes the report, links C(latest-rehearsal) to it, shows a table on the console, and sets the statistic C(teams_upgrade_rehearsal)
    for AWX. The report says who would be left out or fail and why, day by day, and how long each wave would take.
  - Contacts no host but the simulated ones, which listen on loopback and are gone with the task, also where it is interrupted or killed.
  - The playbook C(sfb.teams_upgrade.rehearse) consists of this task.
options:
  plan:
    description: The wave plan, a mapping, as for M(sfb.teams_upgrade.wave_plan).
    type: raw
    required: true
  directory:
    description:
      - Where relative paths of users files and exports start. Unless set, the folder of the inventory, or without one the current folder.
    type: str
  onprem:
    description: The export of C(Get-CsUser), a CSV file. Give this, O(online) or both.
    type: str
  online:
    description: The export of C(Get-CsOnlineUser), a CSV file.
    type: str
  settings:
    description: What no export says of the organisation, as a mapping. What is left out is assumed, which the report lists.
    type: raw
  sessions:
    description: The sessions on each host, for the hours that each wave would take.
    type: raw
    default: 4
  skype_hosts:
    description: How many Skype for Business hosts would share the moves.
    type: raw
    default: 1
  teams_hosts:
    description: How many hosts with the MicrosoftTeams module would share the grants.
    type: raw
    default: 1
  now:
    description:
      - The moment with which the rehearsal begins, an ISO time with an offset from UTC. Unless set, the first day on which anything is due.
    type: str
  waves:
    description: The names of the waves to rehearse, as a list or with commas between them. Unless set, all of the plan.
    type: raw
  accepted_reasons:
    description: The codes of reasons that do not keep users from being upgraded, as for M(sfb.teams_upgrade.wave_plan).
    type: raw
  without_telephony:
    description: Whether users with telephony on-prem are moved without it.
    type: raw
  notify_policy:
    description: The on-prem policy instance that notifies.
    type: str
  most_users:
    description: How many users one job starts.
    type: raw
  meetings_catch_up:
    description: Whether meetings are also requested for users who were upgraded before.
    type: raw
  ledger:
    description:
      - The URL of the ledger of the real jobs. It is only read, for how long cmdlets take there. Unless set, a file beside the inventory,
        if it is there.
    type: str
  ledger_password:
    description: The password of the ledger's user, on PostgreSQL.
    type: str
  folder:
    description: The folder of the reports. Unless set, C(teams-upgrade-reports) beside the inventory, and never inside of one.
    type: str
  name:
    description: The name of the files without their suffix. Unless set, C(teams-upgrade-rehearsal-) with the time of writing.
    type: str
extends_documentation_fragment:
  - sfb.teams_upgrade.wave.attributes
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target. It does the same as without.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
requirements:
  - psrpcore (Python library on the controller)
  - what meta/lab-requirements.txt and meta/requirements.txt name besides
"""

EXAMPLES = r"""
- name: Rehearse the plan with the organisation's own users
  sfb.teams_upgrade.wave_rehearsal:
    plan:
      waves:
        - {name: pilot, upgrade_on: 2026-12-07, users: [alice@contoso.com, bob@contoso.com]}
    onprem: onprem.csv
    online: online.csv
    directory: "{{ playbook_dir }}"
    folder: "{{ playbook_dir }}/reports"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
verdict:
  description: What would come of the plan, in a sentence or two.
  returned: success
  type: str
  sample: "120 users in 5 jobs: 108 would be upgraded by 8 December 2026, 10 would be left out, 2 would fail."
counts:
  description: Counts of users by outcome.
  returned: success
  type: dict
  sample: {total: 120, ok: 0, changed: 108, skipped: 10, pending: 0, unknown: 0, failed: 2}
report:
  description: The path of the page.
  returned: success
  type: str
"""
