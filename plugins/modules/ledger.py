#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ledger
short_description: Purge users, or what is old, from the ledger
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Removes users with all that the ledger knows of them, or everything that is older than a date. It cannot be brought back.
  - Who is purged counts as never notified, and has nothing to be rolled back to.
  - Nothing is removed while a run is at work on one of the users.
  - It runs on the controller, where no host is needed.
options:
  state:
    description:
      - V(absent) removes.
    type: str
    choices: [absent]
    required: true
  users:
    description:
      - The users to remove, each by SIP address (with or without C(sip:)) or user principal name.
      - Those whom the ledger does not know are absent already.
    type: list
    elements: str
  older_than:
    description:
      - A time in ISO 8601, such as V(2026-12-07T19:00:00Z), or a day, such as V(2026-12-07). Without an offset it is taken as UTC.
      - Removed are events from before it, users for whom nothing was written since, and runs that started before and have no event left.
      - Of users for whom something was written since, what they had before the first write stays, whenever that was.
    type: str
extends_documentation_fragment:
  - sfb.teams_upgrade.ledger
  - sfb.teams_upgrade.ledger.attributes
"""

EXAMPLES = r"""
- name: Remove a user who has left, with all that is known of them
  sfb.teams_upgrade.ledger:
    ledger: "{{ teams_upgrade_ledger }}"
    ledger_password: "{{ teams_upgrade_ledger_password | default(omit) }}"
    users: [alice@contoso.com]
    state: absent
  delegate_to: localhost
  run_once: true

- name: Remove what is older than the first day of the year
  sfb.teams_upgrade.ledger:
    ledger: "{{ teams_upgrade_ledger }}"
    ledger_password: "{{ teams_upgrade_ledger_password | default(omit) }}"
    older_than: "2026-01-01"
    state: absent
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
purged:
  description: The addresses of the users that were removed, or in check mode would be, and the numbers of events and runs.
  returned: success
  type: dict
  sample: {users: [alice@contoso.com], events: 4, runs: 0}
"""

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.ledger import LEDGER, moment_of, opened, users_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import ansible_module
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import USERS, Spec

SPEC: Spec = {
    **LEDGER,
    **USERS,
    "state": {"type": "str", "choices": ["absent"], "required": True},
    "older_than": {"type": "str"},
}
CHOICE = [("users", "older_than")]
NOTHING = {"users": [], "events": 0, "runs": 0}


def main() -> None:
    """Run the module."""
    module = ansible_module(SPEC, required_one_of=CHOICE, mutually_exclusive=CHOICE)
    with opened(module, read_only=module.check_mode) as ledger:
        users, older = users_of(module), moment_of(module, "older_than")
        if older is not None:
            found = ledger.purge_before(older, predict=module.check_mode)
        else:
            found = ledger.purge_users(users or [], predict=module.check_mode)
    purged = {"users": list(found.users), "events": found.events, "runs": found.runs}
    diff = {"diff": {"before": purged, "after": NOTHING}} if module._diff else {}
    module.exit_json(changed=found.anything, purged=purged, **diff)


if __name__ == "__main__":
    main()
