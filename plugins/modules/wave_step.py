#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: wave_step
short_description: Do one step of a wave
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Asks the run that M(sfb.teams_upgrade.wave_plan) began which users the step is for, runs the module of the step for them on the task's
    host, and records what came of it. Nothing is done where the wave's dates, its window, its failure budget or an earlier fault
    stand against it.
  - A step does not fail by itself. M(sfb.teams_upgrade.wave_report) judges the whole run.
  - In a run that looks for drift, reading needs no wave and is for all users at once, and nothing else is done.
options:
  step:
    description:
      - Which step, or several that need the same host, in order.
      - V(members), V(readiness_onprem), V(notify_onprem), V(move), V(rollback_onprem), V(rollback_onprem_instances), V(rollback_move)
        and V(rollback_notification) need the Skype for Business host, the others the Teams host. V(members) stands alone.
      - Those whose name begins with V(rollback_) are for a run that M(sfb.teams_upgrade.wave_rollback) began.
    type: list
    elements: str
    required: true
    choices:
      - members
      - readiness_onprem
      - readiness_online
      - notify_onprem
      - notify_online
      - notify_late_onprem
      - notify_late_online
      - move
      - sync
      - grant
      - meetings
      - rollback_onprem
      - rollback_online
      - rollback_online_instances
      - rollback_onprem_instances
      - rollback_move
      - rollback_sync
      - rollback_mode
      - rollback_notification
  wave:
    description: The name of the wave. All steps but V(members) need it.
    type: str
  options:
    description: Options of the step's module. Empty ones are left out. V(grant) takes none.
    type: dict
extends_documentation_fragment:
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.wave.attributes
"""

EXAMPLES = r"""
- name: Read the plan
  sfb.teams_upgrade.wave_plan:
    plan:
      waves:
        - {name: pilot, upgrade_on: 2026-12-07, users: [alice@contoso.com, bob@contoso.com]}
    skype_host: sfb01
    teams_host: teams01

- name: Read who is ready, on the Skype for Business side
  sfb.teams_upgrade.wave_step:
    step: readiness_onprem
    wave: pilot
  delegate_to: sfb01

- name: Read who is ready, in the tenant
  sfb.teams_upgrade.wave_step:
    step: readiness_online
    wave: pilot
  delegate_to: teams01

- name: Move the ready users of a wave
  sfb.teams_upgrade.wave_step:
    step: move
    wave: pilot
    options:
      credential_user: "{{ teams_upgrade_move_credential_user }}"
      credential_password: "{{ teams_upgrade_move_credential_password }}"
  delegate_to: sfb01
"""

RETURN = r"""
summary:
  description:
    - Counts of users by status, added up over all modules that were run. Users for which two were run are counted twice.
    - V(sync) adds nothing, since its users are counted by the step that comes next.
  returned: when a module returned counts
  type: dict
  sample: {total: 2, ok: 1, changed: 1, failed: 0, skipped: 0, pending: 0, unknown: 0}
msg:
  description: For how many users each step was done, or why one failed. For V(members), how many users each wave has.
  returned: when something was done
  type: str
  sample: "pilot, sync: 2 users; pilot, grant: 1 users"
skip_reason:
  description: Why the task is skipped.
  returned: when nothing was to be done
  type: str
  sample: Nothing is to be done.
"""
