#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: wave_report
short_description: Report on a run of waves
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Writes what came of each user as a page, as JSON and as CSV, links C(latest.html), C(latest.json) and C(latest.csv) to them (in
    check mode C(latest-check.html) and so on), shows a table on the console, and sets the statistic C(teams_upgrade_result) for AWX.
options:
  folder:
    description: The folder of the reports. Unless set, C(teams-upgrade-reports) beside the inventory, and never inside of one.
    type: str
  name:
    description: The name of the files without C(.html), C(.json) and C(.csv). Unless set, C(teams-upgrade-) with the time of writing.
    type: str
  judge:
    description: With V(true), nothing is written, and the task fails where the run has failed.
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
    skype_host: sfb01
    teams_host: teams01

- name: Write the report
  sfb.teams_upgrade.wave_report:
    folder: "{{ playbook_dir }}/reports"
"""

RETURN = r"""
verdict:
  description: The run in a sentence or two.
  returned: unless O(judge)
  type: str
  sample: "12 users: 7 done, 5 left out (3 reasons)."
counts:
  description: Counts of users by outcome.
  returned: unless O(judge)
  type: dict
report:
  description: The path of the page.
  returned: unless O(judge)
  type: str
"""
