#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: csuser_move
short_description: Move users between Skype for Business Server and the cloud
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Homes users in the cloud, which makes them TeamsOnly and queues the conversion of their meetings, or homes them in a registrar pool.
  - Users who are homed there already are left alone. Success is what the host says when it is read again afterwards. A move that met no
    error and does not show is read again every O(retry_delay) seconds, as often as O(retries), since the domain controller that is
    read may hear of it later. Who is not shown to be moved by then is V(unknown).
  - Runs on a Skype for Business Server host (C(Move-CsUser)).
extends_documentation_fragment:
  - sfb.teams_upgrade.ledger.recording
  - sfb.teams_upgrade.users
  - sfb.teams_upgrade.users.attributes
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.users.retries
  - sfb.teams_upgrade.bounds
options:
  target:
    description:
      - Where to home the users, as the C(ProxyFqdn) of a hosting provider (the cloud) or the FQDN of a registrar pool.
      - Without it, the first enabled hosting provider that shares the address space is taken.
    type: str
  move_to_teams:
    description:
      - Send C(-MoveToTeams) where the host's C(Move-CsUser) has it. Newer servers make every move to the cloud a move to Teams.
    type: bool
    default: true
  credential_user:
    description:
      - The tenant administrator on whose behalf users are moved to or from the cloud, and who needs no second factor. Without it
        C(Move-CsUser) would have to ask, so that nobody is moved. Moves from pool to pool need none.
    type: str
  credential_password:
    description:
      - The password of O(credential_user). It travels encrypted, as a PSCredential.
    type: str
  hosted_migration_override_url:
    description:
      - The URL of the hosted migration service. Only for deployments whose automatic discovery does not find it.
    type: str
  proxy_pool:
    description:
      - The FQDN of the front-end pool that is to carry out the move.
    type: str
  domain_controller:
    description:
      - The FQDN of the domain controller to use. Needed for users of another Active Directory domain than the servers'. Users are read
        from it as well.
    type: str
  without_telephony:
    description:
      - Move users with Enterprise Voice although they have no Phone System licence. They lose telephony.
    type: bool
    default: false
  discard_contacts_and_meetings:
    description:
      - B(Loses data.) Move the account without its contacts and meetings, which cannot be recovered (C(-Force)).
    type: bool
    default: false
  report_dir:
    description:
      - The full path of a folder on the server, on a drive or a share, which exists and to which the account that moves users may write.
        Each move then writes a CSV file of its own there (C(-Report)). What that file gives as the cause of a failure is the reason of the
        user's failure, even where C(Move-CsUser) ends without an error.
      - The files stay on the server, where a failure can be looked into, and nothing removes them. Their names and lines hold addresses of
        users; no credentials are handed to them.
      - Where C(Move-CsUser) has no C(-Report), or a file cannot be read (C(Import-Csv)), a warning says so, and the move counts as ever.
    type: str
"""

EXAMPLES = r"""
# On the Skype for Business host. The variables of the credential are those of the role: a tenant administrator without a second factor.
- name: Move two users to Teams
  sfb.teams_upgrade.csuser_move:
    users:
      - alice@contoso.com
      - sip:bob@contoso.com
    credential_user: "{{ teams_upgrade_move_credential_user }}"
    credential_password: "{{ teams_upgrade_move_credential_password }}"

- name: Move a user back to a pool
  sfb.teams_upgrade.csuser_move:
    users: [alice@contoso.com]
    target: pool01.contoso.com
    credential_user: "{{ teams_upgrade_move_credential_user }}"
    credential_password: "{{ teams_upgrade_move_credential_password }}"
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
      before: {homing: onprem, registrar_pool: pool01.contoso.com}
      after: {homing: online}
      actions: [Move-CsUser]
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
from dataclasses import replace
from functools import partial

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.deployment import read_target
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.server import read_moving_server
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.outcome import Outcome
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.move import (
    LOST_BY_MOVING_BACK,
    Move,
    check_options,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.server_versions import cannot_move
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.bounds import BOUNDS, bounds_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.clock import SYSTEM_CLOCK, Clock
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import Run, ansible_module, fail_on_error
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import ON_USERS, Params, Spec
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.users import UserRunner, UserTask
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.wait import while_tried_again

SPEC: Spec = (
    ON_USERS
    | BOUNDS
    | {
        "target": {"type": "str"},
        "move_to_teams": {"type": "bool", "default": True},
        "credential_user": {"type": "str"},
        "credential_password": {"type": "str", "no_log": True},
        "hosted_migration_override_url": {"type": "str"},
        "proxy_pool": {"type": "str"},
        "domain_controller": {"type": "str"},
        "without_telephony": {"type": "bool", "default": False},
        "discard_contacts_and_meetings": {"type": "bool", "default": False},
        "report_dir": {"type": "str"},
    }
)


def desired_state(params: Params, remote: Remote, host: Host) -> Move:
    """Return the move that is asked for, with its target looked up on the host. Raises InvalidOption and Failure."""
    check_options(params["target"], params["report_dir"])
    target = read_target(remote, host, params["target"])
    # Moves to the cloud need what it takes, and so do moves back; those between pools do not (R13 to R15).
    fault = cannot_move(read_moving_server(remote, host), bounds_of(params))
    if fault and target.homing is Homing.ONLINE:
        raise Failure(fault)
    return Move(
        replace(target, closed=target.closed or fault),
        MoveUser(
            identity="",
            target=target.fqdn,
            to_teams=params["move_to_teams"] and target.homing is Homing.ONLINE,
            without_telephony=params["without_telephony"],
            discard_contacts_and_meetings=params["discard_contacts_and_meetings"],
            credential_user=params["credential_user"],
            credential_password=params["credential_password"],
            hosted_migration_override_url=params["hosted_migration_override_url"],
            proxy_pool=params["proxy_pool"],
            domain_controller=params["domain_controller"],
            report_dir=params["report_dir"],
        ),
    )


def warnings(desired: Move, moved: Sequence[Outcome]) -> list[str]:
    """Say what a move back from the cloud does not bring back (R64)."""
    return [LOST_BY_MOVING_BACK] if any(desired.brings_back(each.before) for each in moved) else []


def main(clock: Clock = SYSTEM_CLOCK) -> None:
    """Run the module."""
    module = ansible_module(SPEC, required_together=[("credential_user", "credential_password")])
    observe = partial(read_users, domain_controller=module.params["domain_controller"])
    task = UserTask[User](
        sides=(Side.ONPREM,),
        desired_state=desired_state,
        observe=observe,
        waiter=while_tried_again,
        warn=warnings,
        without=Move.without,
        cmdlets=(MoveUser.cmdlet,),
    )
    with fail_on_error(module):
        UserRunner.start(Run.start(module, task.sides, clock), task).run()


if __name__ == "__main__":
    main()
