#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: meeting_migration_info
short_description: Read how far the conversion of users' meetings has come
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Reads the newest meeting migration request of each user (C(Get-CsMeetingMigrationStatus)), by name or for everybody who has one.
  - Runs on a host with the MicrosoftTeams module.
extends_documentation_fragment:
  - sfb.teams_upgrade.users.info_attributes
  - sfb.teams_upgrade.users.retries
options:
  users:
    description:
      - The users to read, each by SIP address (with or without C(sip:)) or user principal name. Without it, everybody with a request.
    type: list
    elements: str
  state:
    description:
      - Only users whose newest request is in this state. Of O(users), the others are C(skipped).
    type: str
    choices: [pending, in_progress, succeeded, failed]
  since:
    description:
      - Only requests made at this time or later, in ISO 8601 such as V(2026-12-07T19:00:00Z). Without an offset it is taken as UTC.
        Of O(users), the others are C(skipped).
    type: str
"""

EXAMPLES = r"""
- name: Whose meetings need action
  sfb.teams_upgrade.meeting_migration_info:
    state: failed
"""

RETURN = r"""
users:
  description: One entry per user. C(state) is null for a user who was asked for and has no request.
  returned: always
  type: list
  elements: dict
  sample:
    - user: alice@contoso.com
      status: ok
      state: succeeded
      total: 4
      succeeded: 4
      failed: 0
      message: ""
      since: "2026-12-07T19:02:11+00:00"
counts:
  description: Users by the state of their newest request.
  returned: always
  type: dict
  sample: {pending: 0, in_progress: 0, succeeded: 1, failed: 0}
summary:
  description: Counts of users by status.
  returned: always
  type: dict
  sample: {total: 1, ok: 1, changed: 0, failed: 0, skipped: 0, pending: 0, unknown: 0}
"""

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import (
    list_meetings,
    moment,
    read_users_meetings,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import InvalidOption
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import MigrationState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.info import meeting_item, result
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import Run, ansible_module, fail_on_error
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import READ_USERS, Spec

SPEC: Spec = READ_USERS | {
    "state": {"type": "str", "choices": [state.value for state in MigrationState]},
    "since": {"type": "str"},
}


def main() -> None:
    """Run the module."""
    module = ansible_module(SPEC)
    options = module.params
    since = moment(options["since"])
    with fail_on_error(module):
        if options["since"] and since is None:
            raise InvalidOption(
                f"since is {options['since']!r}: write a time in ISO 8601, such as 2026-12-07T19:00:00Z."
            )
        run = Run.start(module, (Side.ONLINE,))
        if options["users"] is None:
            items = [meeting_item(user, meeting) for user, meeting in list_meetings(run.remote, run.host).items()]
        else:
            facts = read_users_meetings(run.remote, run.host, run.asked)
            items = [meeting_item(user.text, fact) for user, fact in facts.items()]
        meant = [each for each in items if each.is_meant(options["state"], since)]
        counts = {
            state.value: sum(each.facts.get("state") == state.value for each in meant) for state in MigrationState
        }
        if options["users"] is not None:
            asked = {name: options[name] for name in ("state", "since")}
            items = [each.unless(each.is_meant(options["state"], since), **asked) for each in items]
        module.exit_json(**result(meant if options["users"] is None else items, counts=counts))


if __name__ == "__main__":
    main()
