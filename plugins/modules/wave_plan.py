#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: wave_plan
short_description: Begin a run of waves
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Reads and checks a wave plan, or takes users without one, and begins a run that M(sfb.teams_upgrade.wave_step) works through and
    M(sfb.teams_upgrade.wave_report) reports on. The role P(sfb.teams_upgrade.teams_upgrade#role) orders these tasks.
  - Fails before anything is sent where the plan is not sound, a variable's name is nearly that of one of the role's variables, an extra
    variable would have to be ignored, or a host is missing.
  - What the run knows passes from task to task in a file of the playbook run, which variables cannot reach.
options:
  plan:
    description: The wave plan, as the role takes it. Give this or O(users).
    type: dict
  users:
    description: Users without a plan, each by SIP address or user principal name.
    type: list
    elements: str
  waves:
    description: The names of the waves to work on, as a list or with commas between them. Unless set, all of the plan.
    type: raw
  drift:
    description:
      - With O(plan), whether the run looks for drift. It then reads all waves, due or not, and whatever is called in it changes nothing.
        M(sfb.teams_upgrade.wave_drift) reports on it.
    type: bool
    default: false
  readiness:
    description:
      - Whether the run only finds out who can be upgraded, of O(plan), in all waves, due or not, or of O(users), whichever is given.
        Whatever is called in it changes nothing.
    type: bool
    default: false
  accepted_reasons:
    description: Codes of reasons that are warnings only.
    type: list
    elements: str
  without_telephony:
    description: Whether users with enterprise voice may be moved without a Phone System licence.
    type: bool
  fail_when_closed:
    description: Whether the run has failed where a wave is due and waits for its window.
    type: bool
  notify_policy:
    description: The on-prem instance that notifies. Users who are assigned it do not wait for a notification.
    type: str
  most_users:
    description: How many users the run starts, over all waves. Unless set, there is no such limit.
    type: raw
  wave:
    description: With O(users), the name under which they are reported.
    type: str
  phase:
    description: With O(users), what is to be done with them.
    type: str
    choices: [notify, upgrade]
  mode:
    description: With O(users), the mode that they are to get.
    type: str
  migrate_meetings:
    description: With O(users), whether their meetings are to become Teams meetings.
    type: bool
  failure_budget_percentage:
    description: With O(users), the percentage of them that may fail.
    type: int
extends_documentation_fragment:
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.wave.attributes
  - sfb.teams_upgrade.wave.beginning
"""

EXAMPLES = r"""
- name: Read the plan
  sfb.teams_upgrade.wave_plan:
    plan:
      waves:
        - {name: pilot, upgrade_on: 2026-12-07, users: [alice@contoso.com, bob@contoso.com]}
    skype_host: sfb01
    teams_host: teams01
"""

RETURN = r"""
waves:
  description: The waves by date.
  returned: success
  type: list
  elements: dict
  sample:
    - {name: pilot, due: upgrade, upgrade_on: "2026-12-07", notify_on: "2026-11-30", users: 12, window: "", window_open: true}
work:
  description: The waves for which something is due, with C(name) and C(due) (V(notify) or V(upgrade)). Before them V(members), where
    a filter chooses the members of a wave. With O(readiness), all waves (V(readiness)) and nothing else.
  returned: success
  type: list
  elements: dict
  sample: [{name: pilot, due: upgrade}]
"""
