#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: wave_rollback
short_description: Begin a rollback
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Finds users in the ledger, by their wave or by name, and begins a run that M(sfb.teams_upgrade.wave_step) works through and
    M(sfb.teams_upgrade.wave_report) reports on. The role P(sfb.teams_upgrade.teams_upgrade#role) orders these tasks.
  - Fails before anything is sent where the ledger does not know the wave, a variable's name is nearly that of one of the role's variables,
    an extra variable would have to be ignored, or a host is missing.
  - What the run knows passes from task to task in a file of the playbook run, which variables cannot reach.
options:
  wave:
    description: The wave whose users are rolled back, those whose present wave it is in the ledger. Give this or O(users).
    type: raw
  users:
    description: The users to roll back, as a list, or the path of a users file.
    type: raw
  pool:
    description: The registrar pool for users whose own pool is gone, or not in the ledger.
    type: str
  plan:
    description: The wave plan. Of it, the window and the failure budget of the users' waves count.
    type: raw
  fail_when_closed:
    description: Whether the run has failed where users wait for the window of their wave.
    type: bool
  most_users:
    description: How many users the run starts. Unless set, there is no such limit.
    type: raw
extends_documentation_fragment:
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.wave.attributes
  - sfb.teams_upgrade.wave.beginning
"""

EXAMPLES = r"""
- name: Begin to roll a wave back
  sfb.teams_upgrade.wave_rollback:
    wave: pilot
    pool: pool01.contoso.com
    skype_host: sfb01
    teams_host: teams01
"""

RETURN = r"""
waves:
  description: The names of the waves whose users are rolled back.
  returned: success
  type: list
  elements: str
  sample: [pilot]
msg:
  description: How many users each wave has.
  returned: success
  type: str
  sample: "pilot: 12 users"
"""
