#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: wave_drift
short_description: Report on who is not as the ledger and the plan say
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Compares what M(sfb.teams_upgrade.wave_step) has read on both sides with what the ledger and the plan say of each user, in a run that
    M(sfb.teams_upgrade.wave_plan) has begun with its option C(drift). Writes the report, links C(latest-drift) to it, shows a table on
    the console, and sets the statistic C(teams_upgrade_drift) for AWX.
  - What was found of each user is kept in the ledger, so that the next report knows since when they are so, and what is new.
options:
  folder:
    description: The folder of the reports. Unless set, C(teams-upgrade-reports) beside the inventory, and never inside of one.
    type: str
  name:
    description: The name of the files without their suffix. Unless set, C(teams-upgrade-drift-) with the time of writing.
    type: str
  fail_on_drift:
    description: Whether the run has failed where a user is drifted or inconsistent.
    type: raw
    default: false
  judge:
    description:
      - With V(true), nothing is written, and the task fails where the run has failed. It has also failed where one of the sides could not
        be read, so that nobody could be judged.
    type: bool
    default: false
extends_documentation_fragment:
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.wave.attributes
  - sfb.teams_upgrade.wave.webhook
"""

EXAMPLES = r"""
- name: Read the plan
  sfb.teams_upgrade.wave_plan:
    plan:
      waves:
        - {name: pilot, upgrade_on: 2026-12-07, users: [alice@contoso.com, bob@contoso.com]}
    drift: true
    skype_host: sfb01
    teams_host: teams01

- name: Find out who is to be read
  sfb.teams_upgrade.wave_step:
    step: members
  delegate_to: sfb01

- name: Read all users on the Skype for Business side
  sfb.teams_upgrade.wave_step:
    step: readiness_onprem
  delegate_to: sfb01

- name: Read all users in the tenant
  sfb.teams_upgrade.wave_step:
    step: readiness_online
  delegate_to: teams01

- name: Report who is not as they should be
  sfb.teams_upgrade.wave_drift:
    folder: "{{ playbook_dir }}/reports"
"""

RETURN = r"""
verdict:
  description: What was found in a sentence or two.
  returned: unless O(judge)
  type: str
  sample: "120 users: 3 drifted, 10 pending, 107 in state. Since yesterday: 3 new, 2 gone."
counts:
  description: Counts of users by status.
  returned: unless O(judge)
  type: dict
  sample: {total: 120, drifted: 3, inconsistent: 0, unknown: 0, pending: 10, not_due: 0, in_state: 107}
report:
  description: The path of the page.
  returned: unless O(judge)
  type: str
"""
