#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: meeting_migration
short_description: Convert users' Skype for Business meetings to Teams meetings
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Asks the meeting migration service to convert the future meetings that users organise, once per user. A request that is queued, under
    way or done is not repeated, so that nobody's attendees get a second round of invitations.
  - The service starts a request after 90 minutes at the earliest, usually needs about two hours, and retries for up to 24 hours.
  - Runs on a host with the MicrosoftTeams module (C(Start-CsExMeetingMigration)).
extends_documentation_fragment:
  - sfb.teams_upgrade.ledger.recording
  - sfb.teams_upgrade.users
  - sfb.teams_upgrade.users.attributes
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.users.retries
options:
  users:
    required: false
  inheriting:
    description:
      - Instead of O(users), take everybody who has no assignment of their own and whose mode is TeamsOnly or SfBWithTeamsCollabAndMeetings.
        A tenant-wide change brought them there, which converts nobody's meetings.
    type: bool
    default: false
  filter:
    description:
      - Instead of O(users), take the users that C(Get-CsOnlineUser) finds with this filter, such as C(Department -eq 'Sales'). Together
        with O(inheriting), only those of them.
    type: str
  source:
    description:
      - Which meetings to convert.
    type: str
    choices: [SfB, Teams, All]
    default: SfB
  target:
    description:
      - What to convert them to. V(Current) only renews them as what they are, and converts nothing to Teams.
    type: str
    choices: [Teams, Current]
    default: Teams
  retry_failed:
    description:
      - Ask again for users whose last migration failed. Act on the service's message first.
    type: bool
    default: false
  queued_by_move:
    description:
      - The users were moved to the cloud within the last 90 minutes, which queues the conversion by itself. A user without a request is
        C(pending) then, and none is made, so that attendees do not get a second round of invitations.
    type: bool
    default: false
  follow_only:
    description:
      - Request nothing. Users with an earlier request are followed and reported as otherwise, and users without one are V(ok).
    type: bool
    default: false
  any_mode:
    description:
      - Ask for users of every mode. Without this, users are C(skipped) whose mode is neither TeamsOnly nor SfBWithTeamsCollabAndMeetings
        and whose new meetings would therefore not be Teams meetings.
    type: bool
    default: false
  wait:
    description:
      - Wait until the service is done with every user, or O(wait_timeout) is over. Users who are not done by then are C(pending).
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds to wait. The default is above the two hours that the service usually needs.
    type: int
    default: 10800
  wait_interval:
    description:
      - Seconds between two looks at the service.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Convert the meetings of upgraded users
  sfb.teams_upgrade.meeting_migration:
    users: [alice@contoso.com]

- name: Convert the meetings of users who became TeamsOnly by the tenant default
  sfb.teams_upgrade.meeting_migration:
    inheriting: true

- name: Convert them and wait until that is done
  sfb.teams_upgrade.meeting_migration:
    users: [alice@contoso.com, bob@contoso.com]
    wait: true
"""

RETURN = r"""
users:
  description: One entry per user who changed, failed, was skipped, is pending or unknown; every user with O(return_users=all).
  returned: always
  type: list
  elements: dict
  sample:
    - user: alice@contoso.com
      status: changed
      before: {migration: null, mode: TeamsOnly}
      after: {migration: pending, mode: TeamsOnly}
      actions: [Start-CsExMeetingMigration]
summary:
  description: Counts of users by status.
  returned: always
  type: dict
  sample: {total: 1, ok: 0, changed: 1, failed: 0, skipped: 0, pending: 0, unknown: 0}
failure_count:
  description: How many users count against O(max_failures) or O(max_fail_percentage). Their status is failed or unknown.
  returned: when users were worked on
  type: int
  sample: 0
failures:
  description: >-
    Failed and unknown users grouped by cause, the largest group first, each with C(code), C(message), C(remedy), C(count), and C(users),
    which names some of them.
  returned: always
  type: list
  elements: dict
  sample: []
"""

from collections.abc import Sequence

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.listing import Selection, list_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import read_users_meetings
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.tenant import meeting_migration_enabled
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import StartMeetingMigration
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import InvalidOption, read_or_reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import UserMeetings
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.outcome import Outcome
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.inheriting import never_converted
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.migrate import NOT_CONVERTED_IN_TENANT, Migrate
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.clock import SYSTEM_CLOCK, Clock
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import Run
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import ON_USERS, Params, Spec
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.users import UserTask, run_on_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.wait import Waiter

SPEC: Spec = ON_USERS | {
    "users": {"type": "list", "elements": "str"},
    "inheriting": {"type": "bool", "default": False},
    "filter": {"type": "str"},
    "source": {"type": "str", "choices": ["SfB", "Teams", "All"], "default": "SfB"},
    "target": {"type": "str", "choices": ["Teams", "Current"], "default": "Teams"},
    "retry_failed": {"type": "bool", "default": False},
    "queued_by_move": {"type": "bool", "default": False},
    "follow_only": {"type": "bool", "default": False},
    "any_mode": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 10800},
    "wait_interval": {"type": "int", "default": 60},
}


def desired_state(params: Params, remote: Remote, host: Host) -> Migrate:
    """Return the conversion that is asked for, and whether the tenant converts meetings at all."""
    enabled = read_or_reason(meeting_migration_enabled, remote, host)
    names = ("source", "target", "retry_failed", "queued_by_move", "follow_only", "any_mode")
    asked = {name: params[name] for name in names}
    unread = enabled if isinstance(enabled, Reason) else None
    return Migrate(**asked, disabled=enabled is False, unread=unread)


def select(run: Run) -> list[UserId]:
    """Return who is meant: named, or found by a filter or by inheriting the tenant default."""
    params = run.params
    by_filter = params["inheriting"] or params["filter"] is not None
    if by_filter is (params["users"] is not None):
        raise InvalidOption("Give either users, or filter or inheriting: true.")
    if not by_filter:
        return run.asked
    found = list_users(run.remote, run.host, Selection(filter=params["filter"]))
    run.warn_of_notes()
    return [user.id for user in found if (never_converted(user) if params["inheriting"] else user.is_person)]


def waiter(params: Params) -> Waiter:
    """Return how long to wait."""
    return Waiter(params["wait_timeout"] if params["wait"] else 0, params["wait_interval"])


def warnings(desired: Migrate, _touched: Sequence[Outcome]) -> list[str]:
    """Say that nothing will be converted where the tenant has it switched off (R53)."""
    return [NOT_CONVERTED_IN_TENANT] if desired.disabled else []


def main(clock: Clock = SYSTEM_CLOCK) -> None:
    """Run the module."""
    task = UserTask[UserMeetings](
        sides=(Side.ONLINE,),
        desired_state=desired_state,
        observe=read_users_meetings,
        waiter=waiter,
        warn=warnings,
        select=select,
        cmdlets=(StartMeetingMigration.cmdlet,),
    )
    run_on_users(SPEC, task, clock)


if __name__ == "__main__":
    main()
