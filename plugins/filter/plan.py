# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan
short_description: Check a wave plan and tell what it makes due
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Checks the whole plan and returns its waves by date, each with its users and with what is due.
  - Reads the users files that the plan names, on the controller.
  - Does not fail for a plan that is not sound. It returns what is wrong, so that a playbook can say it.
positional: _input
options:
  _input:
    description: The plan, as the role P(sfb.teams_upgrade.wave#role) takes it.
    type: dict
    required: true
  now:
    description: >-
      The moment to plan for, an ISO time with an offset from UTC. Without it, the controller's clock counts.
    type: str
    default: ''
  directory:
    description: Where the relative paths of users files start. Without it, they start at the working directory.
    type: str
    default: ''
  members:
    description: The users that were found for waves with a filter, by the name of the wave.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Show what is due today
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.due }}"
  loop: "{{ (teams_upgrade_plan | sfb.teams_upgrade.plan(directory=playbook_dir)).waves }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
_value:
  description:
    - RV(_value.problems) lists what is wrong with the plan. A plan with problems has no waves.
    - RV(_value.waves) lists the waves by date.
  type: dict
  contains:
    problems:
      description: What is wrong, each with C(message) and C(remedy).
      type: list
      elements: dict
    waves:
      description: >-
        The waves, each with C(name), C(due) (V(nothing), V(notify) or V(upgrade)), C(users), C(upgrade_on),
        C(notify_on), C(lead_days), C(mode), C(migrate_meetings), C(filter), C(members_known), C(excluded), C(window)
        and C(window_open).
      type: list
      elements: dict
    failure_budget_percentage:
      description: The share of a step's users that may fail.
      type: int
    now:
      description: The moment that was planned for.
      type: str
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan import parse_now, read_plan
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_users import PlanProblem
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._untrusted import untrusted


def plan(
    value: object, now: object = "", directory: str = "", members: Mapping[str, Sequence[str]] | None = None
) -> dict[str, object]:
    """Return the plan's problems and its waves at `now`."""
    try:
        moment = parse_now(str(now)) if now else datetime.now().astimezone()
    except PlanProblem as problem:
        return {
            "problems": [{"message": problem.message, "remedy": problem.remedy}],
            "waves": [],
            "failure_budget_percentage": 0,
            "now": "",
        }
    found = read_plan(value, moment, lambda path: Path(directory, path).expanduser().read_bytes(), members)
    marked: dict[str, object] = untrusted(found)
    return marked


class FilterModule:
    """Filters for wave plans."""

    def filters(self) -> dict[str, Callable[..., object]]:
        """Return the filters by name."""
        return {"plan": plan}
