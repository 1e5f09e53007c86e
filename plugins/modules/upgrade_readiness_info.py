#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: upgrade_readiness_info
short_description: Find out what keeps the organisation or users from being upgraded
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Checks the deployment (on a Skype for Business Server host) or the tenant (on a host with the MicrosoftTeams module) once, and each user
    as far as that side can tell. Run it on both sides to have the whole picture.
  - What could not be read is said to be unknown and counts as neither.
extends_documentation_fragment:
  - sfb.teams_upgrade.users.info_attributes
  - sfb.teams_upgrade.users.retries
  - sfb.teams_upgrade.bounds
options:
  users:
    description:
      - The users to check, each by SIP address (with or without C(sip:)) or user principal name. Without it, only the organisation is.
    type: list
    elements: str
  side:
    description:
      - The side that the host has to be of. The task fails before anything is read where it is of the other one.
    type: str
    choices: [onprem, online]
  checks:
    description:
      - Which checks to make. By default all that the side has.
      - "Of the deployment: V(server_build), V(teams_module), V(hosting_provider), V(access_edge), V(notification), V(client_download)."
      - "Of the tenant: V(tenant_mode), V(tenant_default), V(shared_sip_address_space), V(meeting_migration)."
      - "Of users on-prem: V(account), V(contacts), V(mailbox), V(conferencing)."
      - "Of users online: V(account), V(licences), V(telephony), V(sync)."
      - All of them are made in bulk, but for V(contacts) in pools that have users whose contacts are in the unified contact store. Those
        pools' users are asked for one by one.
    type: list
    elements: str
    choices: [server_build, teams_module, hosting_provider, access_edge, notification, client_download, tenant_mode, tenant_default,
              shared_sip_address_space, meeting_migration, account, contacts, mailbox, conferencing, licences, telephony, sync]
"""

EXAMPLES = r"""
- name: Check the deployment and a wave's users on the Skype for Business side
  sfb.teams_upgrade.upgrade_readiness_info:
    users: [alice@contoso.com, bob@contoso.com]
"""

RETURN = r"""
organisation:
  description:
    - The checks of the deployment or the tenant. C(ok) is null where what a check needs could not be read.
    - C(stops) says what a check that is not ok keeps everybody from, V(move), V(mode) (any change of a mode) or V(notify). It is null for
      what is only worth knowing.
  returned: always
  type: list
  elements: dict
  sample:
    - {check: server_build, ok: true, code: null, message: null, remedy: null, stops: null}
users:
  description:
    - One entry per user who was asked for, with the facts of M(sfb.teams_upgrade.csuser_info).
    - C(reasons) keep a user from being moved, C(warnings) do not.
    - On-prem, C(contacts_in_exchange), C(mailbox_onprem) and C(dial_in) say what was found of these, null where it could not be read.
  returned: always
  type: list
  elements: dict
  sample:
    - user: alice@contoso.com
      status: ok
      ready: false
      reasons:
        - {code: not_licensed, message: alice@contoso.com has no enabled licence for Teams., remedy: Assign it.}
      warnings: []
summary:
  description: Counts of users by status.
  returned: always
  type: dict
  sample: {total: 1, ok: 1, changed: 0, failed: 0, skipped: 0, pending: 0, unknown: 0}
"""

from collections.abc import Mapping

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.onprem_dependencies import (
    read_onprem_dependencies,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.organisation import (
    read_deployment,
    read_whole_tenant,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules import checks as rules
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.ready import CHECKS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.bounds import BOUNDS, bounds_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.info import readiness_item, readiness_of, result
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import Run, ansible_module, fail_on_error
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import READ_USERS, Spec

ALL = (*rules.ONPREM, *rules.ONLINE, *CHECKS)
SPEC: Spec = (
    READ_USERS
    | BOUNDS
    | {
        "side": {"type": "str", "choices": [side.value for side in Side]},
        "checks": {"type": "list", "elements": "str", "choices": list(ALL)},
    }
)


def organisation(run: Run, wanted: frozenset[str]) -> list[Mapping[str, object]]:
    """Return the checks of this side's organisation."""
    if run.host.side is Side.ONPREM:
        found = rules.check_deployment(read_deployment(run.remote, run.host), bounds_of(run.params))
    else:
        found = rules.check_tenant(read_whole_tenant(run.remote, run.host))
    return [check.to_result() for check in found if check.name in wanted]


def main() -> None:
    """Run the module."""
    module = ansible_module(SPEC)
    with fail_on_error(module):
        run = Run.start(module, tuple(Side) if module.params["side"] is None else (Side(module.params["side"]),))
        wanted = frozenset(ALL if module.params["checks"] is None else module.params["checks"])
        facts = read_users(run.remote, run.host, run.asked)
        known = [fact for fact in facts.values() if isinstance(fact, User)]
        shown = readiness_of(wanted, read_onprem_dependencies(run.remote, run.host, known, wanted))
        items = [readiness_item(user.text, fact, shown) for user, fact in facts.items()]
        asked = wanted & {*rules.ONPREM, *rules.ONLINE}
        module.exit_json(**result(items, organisation=organisation(run, wanted) if asked else []))


if __name__ == "__main__":
    main()
