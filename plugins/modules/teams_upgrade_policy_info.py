#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: teams_upgrade_policy_info
short_description: Read the instances of TeamsUpgradePolicy and who is assigned which
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Reads the instances that the host has. Online they are built in and carry a mode; on-prem they only say whether users are notified.
  - With O(users), also reads each user's own assignment, what is in effect, and why.
extends_documentation_fragment:
  - sfb.teams_upgrade.users.info_attributes
  - sfb.teams_upgrade.users.retries
options:
  users:
    description:
      - The users to read, each by SIP address (with or without C(sip:)) or user principal name.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: List the instances
  sfb.teams_upgrade.teams_upgrade_policy_info:

- name: Read what applies to a user
  sfb.teams_upgrade.teams_upgrade_policy_info:
    users: [alice@contoso.com]
"""

RETURN = r"""
instances:
  description: The instances, named without their C(Tag:) prefix.
  returned: always
  type: list
  elements: dict
  sample:
    - {identity: Global, mode: Islands, notify: false, side: online}
    - {identity: UpgradeToTeams, mode: TeamsOnly, notify: false, side: online}
users:
  description:
    - One entry per user who was asked for. C(source) says what decides, V(override), V(homing), V(user), V(group), V(tenant) or
      V(unknown). With V(group), C(group_policy) names the instance.
  returned: always
  type: list
  elements: dict
  sample:
    - {user: alice@contoso.com, status: ok, homing: onprem, assigned: null, mode: Islands, notify: false, source: tenant}
summary:
  description: Counts of users by status.
  returned: always
  type: dict
  sample: {total: 1, ok: 1, changed: 0, failed: 0, skipped: 0, pending: 0, unknown: 0}
"""

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.groups import read_group_policies
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.policies import read_instances
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.effective import notified, source
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.info import item, result
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import Run, ansible_module, fail_on_error
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import READ_USERS


def main() -> None:
    """Run the module."""
    module = ansible_module(READ_USERS)
    with fail_on_error(module):
        run = Run.start(module, (Side.ONPREM, Side.ONLINE))
        instances = read_instances(run.remote, run.host)

        facts = read_users(run.remote, run.host, run.asked)
        groups = read_group_policies(run.remote, run.host, [fact for fact in facts.values() if isinstance(fact, User)])

        def shown(user: User) -> dict[str, object]:
            group = groups.get(user, "")
            facts: dict[str, object] = {
                "homing": user.homing.value,
                "notify": notified(user, instances),
                "source": source(user, group, instances).value,
            }
            if group:
                facts["group_policy"] = group
            if user.assigned is not None:
                facts["assigned"] = user.assigned or None
            if user.side is Side.ONLINE:
                facts["mode"] = user.mode.value if user.mode else None
            return facts

        listed = [
            {
                "identity": each.identity,
                "mode": each.mode.value if each.mode else None,
                "notify": each.notify,
                "side": run.host.side.value,
            }
            for each in instances
        ]
        items = [item(user.text, fact, shown) for user, fact in facts.items()]
        module.exit_json(**result(items, instances=listed))


if __name__ == "__main__":
    main()
