#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ledger_info
short_description: Read the ledger
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Returns what the ledger remembers of users, of what was sent for them, and of runs.
  - It runs on the controller, where no host is needed, and only reads. A ledger that is not there is not made.
options:
  users:
    description:
      - Only these users, each by SIP address (with or without C(sip:)) or user principal name.
      - Users whom the ledger does not know are left out.
    type: list
    elements: str
  wave:
    description:
      - Only users whose present wave this is, events that were sent for it, and runs that sent one.
    type: str
  run:
    description:
      - Only this run, what it sent, and the users for whom it sent something.
    type: str
  since:
    description:
      - Only runs that started and events that were sent at this time or later, and users for whom anything was written since, in ISO 8601
        such as V(2026-12-07T19:00:00Z). Without an offset it is taken as UTC.
    type: str
  events:
    description:
      - Whether events are returned as well.
    type: bool
    default: false
extends_documentation_fragment:
  - sfb.teams_upgrade.ledger
  - sfb.teams_upgrade.ledger.info_attributes
"""

EXAMPLES = r"""
- name: Read how far the users of a wave are
  sfb.teams_upgrade.ledger_info:
    ledger: "{{ teams_upgrade_ledger }}"
    ledger_password: "{{ teams_upgrade_ledger_password | default(omit) }}"
    wave: pilot
  delegate_to: localhost
  run_once: true

- name: Read everything that was sent for a user
  sfb.teams_upgrade.ledger_info:
    ledger: "{{ teams_upgrade_ledger }}"
    ledger_password: "{{ teams_upgrade_ledger_password | default(omit) }}"
    users: [alice@contoso.com]
    events: true
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
users:
  description:
    - The users, by address.
    - C(phase) is V(planned), V(notified), V(moved), V(upgraded), V(done) or V(rolled_back), and C(since) when that was written.
    - C(notified_on) and C(upgraded_on) are moments in the time of the plan (C(teams_upgrade_now)), all others of the controller's clock.
    - C(before) is what was found before the first write to the user. C(last) is the last event.
  returned: success
  type: list
  elements: dict
  sample:
    - user: alice@contoso.com
      wave: pilot
      phase: upgraded
      since: "2026-12-07T18:12:31.104211+00:00"
      notified_on: "2026-11-30T18:03:10.000000+00:00"
      upgraded_on: "2026-12-07T18:12:31.104211+00:00"
      before: {homing: onprem, registrar_pool: pool01.contoso.com, mode: Islands, assigned: null, notify_policy: null}
      last:
        at: "2026-12-07T18:10:02.512000+00:00"
        run: 20261207T180001Z-5a3f11c0
        action: Move-CsUser
        status: changed
        reason: null
events:
  description:
    - The cmdlets that were sent, the oldest first. C(status) is V(sent) until the user was read back.
    - C(phase) is the phase that the cmdlet leads to; where it leads to none, the one that the user was in.
    - C(operation) is the id of the batch, and C(seconds) how long it took, where they are known.
  returned: O(events=true)
  type: list
  elements: dict
  sample:
    - at: "2026-12-07T18:10:02.512000+00:00"
      run: 20261207T180001Z-5a3f11c0
      user: alice@contoso.com
      wave: pilot
      phase: moved
      action: Move-CsUser
      status: changed
      before: {homing: onprem, registrar_pool: pool01.contoso.com}
      after: {homing: online}
      reason: null
      operation: null
      seconds: 148.6
runs:
  description:
    - The runs, the oldest first. C(ended) is null while a run lives, and for one that died.
  returned: success
  type: list
  elements: dict
  sample:
    - run: 20261207T180001Z-5a3f11c0
      started: "2026-12-07T18:00:01.339201+00:00"
      ended: "2026-12-07T18:31:40.000310+00:00"
      check_mode: false
      now: null
      job: "4711"
      verdict: "12 users: 12 done."
"""

from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.ledger import LEDGER, moment_of, opened, users_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import ansible_module
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import USERS, Spec

SPEC: Spec = {
    **LEDGER,
    **USERS,
    "wave": {"type": "str"},
    "run": {"type": "str"},
    "since": {"type": "str"},
    "events": {"type": "bool", "default": False},
}


def main() -> None:
    """Run the module."""
    module = ansible_module(SPEC)
    options = module.params
    result: dict[str, Any] = {"changed": False}
    with opened(module, read_only=True) as ledger:
        chosen = Selection(users_of(module), options["wave"], options["run"], moment_of(module, "since"))
        result |= {"users": ledger.users(chosen), "runs": ledger.runs(chosen)}
        if options["events"]:
            result["events"] = ledger.events(chosen)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
