#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: teams_upgrade_policy
short_description: Assign the coexistence mode and the upgrade notification to users, or as the tenant default
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Grants an instance of TeamsUpgradePolicy to users, takes their assignment away, or sets the tenant default.
  - On a host with the MicrosoftTeams module that is the coexistence mode (and for users homed online the notification). Users who
    already have what is asked for are not changed. Success is what the host shows when it is read again afterwards.
  - On a Skype for Business Server host the instances have no mode, only C(NotifySfbUsers), and must have been created
    (M(sfb.teams_upgrade.teams_upgrade_policy_instance)). Users homed on-prem are notified by those alone.
extends_documentation_fragment:
  - sfb.teams_upgrade.ledger.recording
  - sfb.teams_upgrade.users
  - sfb.teams_upgrade.users.attributes
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.users.retries
options:
  users:
    required: false
  scope:
    description:
      - Whether single users are meant, or the tenant default, which applies to everybody without an assignment of their own.
    type: str
    choices: [user, tenant]
    default: user
  mode:
    description:
      - The coexistence mode. V(TeamsOnly) is only possible for users homed online; on-prem users are moved
        (M(sfb.teams_upgrade.csuser_move)).
      - Unless O(notify) says otherwise, users with this mode are notified as before, and those who get it are not.
    type: str
    choices: [Islands, SfBOnly, SfBWithTeamsCollab, SfBWithTeamsCollabAndMeetings, TeamsOnly]
  policy:
    description:
      - The instance by name, instead of O(mode); with O(scope=tenant), one of those that are built in. V(Global) is the tenant default
        and is never granted to a user.
    type: str
  notify:
    description:
      - Whether users see in their Skype for Business client that they will be upgraded. Alone, it leaves the mode as it is.
      - Online, it picks the instance with the same mode. On-prem, an existing instance whose C(NotifySfbUsers) is the same.
      - Together with O(policy) it says what that instance must be like. Check mode then also predicts grants of an on-prem instance
        that does not exist yet, since an earlier task may be going to make it.
    type: bool
  state:
    description:
      - With V(absent), the users' own assignment is taken away, so that the tenant default applies.
    type: str
    choices: [present, absent]
    default: present
  migrate_meetings:
    description:
      - Whether the grant is to convert the user's meetings. Only with O(mode=TeamsOnly) or O(mode=SfBWithTeamsCollabAndMeetings), and only
        on hosts whose cmdlet still has the parameter; elsewhere the task fails and M(sfb.teams_upgrade.meeting_migration) is the way.
    type: bool
  method:
    description:
      - How grants are made online. With V(grant), user by user; with V(batch), as operations of the service for up to 5,000 users each,
        which are followed to their end, and users that they leave out are granted singly; with V(auto), as a batch from 90 grants on.
      - Users of which an operation says nothing that can be read, as through most restricted endpoints, may have been granted. They are
        read back, and pending where it does not show yet, but not granted again.
      - The number was measured on simulated hosts, for times that are assumed of the service, see docs/batches.md. It is not documented
        whether a batch has meetings converted.
    type: str
    choices: [grant, batch, auto]
    default: grant
  batch_timeout:
    description:
      - Seconds to follow batch operations. Users who are not reached by then are granted singly.
    type: int
    default: 3600
  batch_interval:
    description:
      - Seconds between two looks at batch operations.
    type: int
    default: 10
  confirm_tenant_change:
    description:
      - Must be V(true) with O(scope=tenant), since that changes everybody who has no assignment of their own.
    type: bool
    default: false
  onprem_users:
    description:
      - How many users Skype for Business Server homes, as M(sfb.teams_upgrade.csuser_info) with C(homing=onprem) counts them on such a
        host (C(summary.total)). With one or more, the tenant default is not made V(TeamsOnly).
      - Only where the tenant default is to be V(TeamsOnly). Without it, only the cloud is asked, which never knew users without a sync.
    type: int
  restore:
    description: Grant another mode to users homed online and TeamsOnly as well, who had it before. The service decides; today it refuses.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Make users who are homed online TeamsOnly
  sfb.teams_upgrade.teams_upgrade_policy:
    users: [alice@contoso.com, bob@contoso.com]
    mode: TeamsOnly

- name: Have the instance that notifies users who are homed on-prem
  sfb.teams_upgrade.teams_upgrade_policy_instance:
    identity: TeamsUpgradeNotify
    notify: true
  delegate_to: sfb01

- name: Notify users who are homed on-prem
  sfb.teams_upgrade.teams_upgrade_policy:
    users: [dave@contoso.com, erin@contoso.com]
    policy: TeamsUpgradeNotify
  delegate_to: sfb01

- name: Let users inherit the tenant default again
  sfb.teams_upgrade.teams_upgrade_policy:
    users: [carol@contoso.com]
    state: absent

- name: Set the tenant default
  sfb.teams_upgrade.teams_upgrade_policy:
    scope: tenant
    mode: SfBWithTeamsCollab
    confirm_tenant_change: true

- name: Count who is left on-prem
  sfb.teams_upgrade.csuser_info:
    homing: onprem
  delegate_to: sfb01
  register: left

- name: Make the tenant TeamsOnly once nobody is
  sfb.teams_upgrade.teams_upgrade_policy:
    scope: tenant
    mode: TeamsOnly
    onprem_users: "{{ left.summary.total }}"
    confirm_tenant_change: true
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
      before: {homing: online, mode: Islands, policy: null, notify: false}
      after: {homing: online, mode: TeamsOnly, policy: UpgradeToTeams, notify: false}
      actions: [Grant-CsTeamsUpgradePolicy]
operations:
  description: The ids of the batch operations that were started.
  returned: when there are any
  type: list
  elements: str
  sample: [c3f2e1d0-0000-0000-0000-000000000000]
tenant:
  description: The tenant default before and after.
  returned: with O(scope=tenant)
  type: dict
  sample: {status: changed, before: {mode: Islands, notify: false}, after: {mode: SfBWithTeamsCollab, notify: false}}
inheriting:
  description:
    - Whose mode the tenant default changes, since they have no assignment of their own, and how many they are. It is read before the
      change, and in check mode.
  returned: with O(scope=tenant), when the mode changes and users could be listed
  type: dict
  sample: {count: 1, users: [alice@contoso.com]}
meetings_not_migrated:
  description:
    - Who of them gets a mode in which meetings are Teams meetings. A tenant-wide change converts nobody's, so that they are for
      M(sfb.teams_upgrade.meeting_migration).
  returned: with O(scope=tenant), when the mode changes and users could be listed
  type: list
  elements: str
  sample: [alice@contoso.com]
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

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.policies import (
    read_instance,
    read_instances,
    read_tenant_default,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import organisation_reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import GrantInBatch, GrantPolicy
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.assign import (
    AssignOnline,
    AssignOnprem,
    InheritOnline,
    disagrees,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.policy_options import check_options
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.tenant import DefaultMode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.batches import Following
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.clock import SYSTEM_CLOCK, Clock
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import Run, ansible_module, fail_on_error
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import ON_USERS, Params, Spec
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.tenant import run_on_tenant
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.users import DesiredState, UserRunner, UserTask

# Where a batch gets faster than one grant after the other: docs/batches.md, made by dev/break_even.py.
AUTO_BATCH_FROM = 90

SPEC: Spec = ON_USERS | {
    "users": {"type": "list", "elements": "str"},
    "scope": {"type": "str", "choices": ["user", "tenant"], "default": "user"},
    "mode": {"type": "str", "choices": [mode.value for mode in Mode]},
    "policy": {"type": "str"},
    "notify": {"type": "bool"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "migrate_meetings": {"type": "bool"},
    "method": {"type": "str", "choices": ["grant", "batch", "auto"], "default": "grant"},
    "batch_timeout": {"type": "int", "default": 3600},
    "batch_interval": {"type": "int", "default": 10},
    "confirm_tenant_change": {"type": "bool", "default": False},
    "onprem_users": {"type": "int"},
    "restore": {"type": "bool", "default": False},
}


def desired_state(params: Params, remote: Remote, host: Host) -> DesiredState[User]:
    """Return what users are to be assigned on this side, with the instances looked up on the host. Raises Failure."""
    absent = params["state"] == "absent"
    if host.side is Side.ONLINE and absent:
        return InheritOnline(read_tenant_default(remote, host))
    if host.side is Side.ONLINE:
        mode = Mode(params["mode"]) if params["mode"] else None
        instance = read_instance(remote, host, params["policy"]) if params["policy"] else None
        if instance and (reason := disagrees(instance, params["notify"])):
            raise Failure(reason)
        return AssignOnline(mode, params["notify"], instance, params["migrate_meetings"], restores=params["restore"])
    if params["mode"]:
        raise Failure(organisation_reasons.NO_MODE_ONPREM.format(host=host.name))
    instances = read_instances(remote, host)
    policy, notify = (None, None) if absent else (params["policy"], params["notify"])
    return AssignOnprem(host.name, instances, policy, notify, predicts=remote.read_only)


def batched(params: Params, host: Host, grants: int) -> bool:
    """Return whether so many grants are made as batch operations, which there are online only."""
    if host.side is Side.ONPREM or not grants:
        return False
    offered = host.offers(GrantInBatch.cmdlet) and host.offers("Get-CsBatchPolicyAssignmentOperation")
    return params["method"] == "batch" or (params["method"] == "auto" and offered and grants >= AUTO_BATCH_FROM)


def following(params: Params) -> Following:
    """Return how long batch operations are followed."""
    return Following(params["batch_timeout"], params["batch_interval"])


def main(clock: Clock = SYSTEM_CLOCK) -> None:
    """Run the module."""
    module = ansible_module(SPEC, mutually_exclusive=[("mode", "policy")], required_if=[("scope", "user", ("users",))])
    with fail_on_error(module):
        check_options(module.params)
        if module.params["scope"] == "tenant":
            run_on_tenant(Run.start(module, (Side.ONLINE,)), DefaultMode.named(module.params))
        sides = (Side.ONPREM, Side.ONLINE)
        task = UserTask[User](
            sides=sides,
            desired_state=desired_state,
            observe=read_users,
            batched=batched,
            following=following,
            cmdlets=(GrantPolicy.cmdlet, GrantInBatch.cmdlet),
        )
        UserRunner.start(Run.start(module, sides, clock), task).run()


if __name__ == "__main__":
    main()
