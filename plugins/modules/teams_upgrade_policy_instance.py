#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: teams_upgrade_policy_instance
short_description: Create, change and remove on-prem instances of TeamsUpgradePolicy
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Users homed on-prem see in their Skype for Business client that they will be upgraded when an on-prem instance with C(NotifySfbUsers)
    applies to them. Those instances are not built in; this module makes them. Online instances are built in and cannot be changed.
  - Runs on a Skype for Business Server host, 2015 CU8 or later.
extends_documentation_fragment:
  - sfb.teams_upgrade.ledger.recording
  - sfb.teams_upgrade.users.attributes
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.users.retries
options:
  identity:
    description:
      - A name (an instance to be granted to users), C(site:NAME) (applies to a site), or V(Global) (applies to everybody else;
        can only be set).
    type: str
    required: true
  notify:
    description:
      - Whether users are notified. A new instance does not notify unless this says so.
    type: bool
  description:
    description:
      - A text to tell the instance by.
    type: str
  state:
    description:
      - Whether the instance exists.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Have an instance that notifies
  sfb.teams_upgrade.teams_upgrade_policy_instance:
    identity: TeamsUpgradeNotify
    notify: true
    description: Tells users that they will be upgraded to Teams
"""

RETURN = r"""
identity:
  description: The instance's name.
  returned: always
  type: str
  sample: TeamsUpgradeNotify
instance:
  description: The instance before and after, and which cmdlets were called (in check mode, would be).
  returned: always
  type: dict
  sample:
    status: changed
    before: {state: absent}
    after: {state: present, notify: true, description: null}
    actions: [New-CsTeamsUpgradePolicy]
"""

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.policies import read_instances
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.instance import HoldInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import Run, ansible_module, fail_on_error
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import ON_RESOURCE, Spec
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.resource import ResourceRunner, exit_with

SPEC: Spec = ON_RESOURCE | {
    "identity": {"type": "str", "required": True},
    "notify": {"type": "bool"},
    "description": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def main() -> None:
    """Run the module."""
    module = ansible_module(SPEC)
    options = module.params
    with fail_on_error(module):
        desired = HoldInstance(
            options["identity"], options["state"] == "present", options["notify"], options["description"]
        )
        run = Run.start(module, (Side.ONPREM,))
        instance = ResourceRunner(desired.identity, lambda run: read_instances(run.remote, run.host), desired.decide)
        exit_with(run, "instance", instance.run(run), identity=desired.identity)


if __name__ == "__main__":
    main()
