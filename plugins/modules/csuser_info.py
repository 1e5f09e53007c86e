#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: csuser_info
short_description: Read where users are homed and in which coexistence mode
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Reads users by name, or lists them by filters, from the side that the host stands for. On a Skype for Business Server host that is
    C(Get-CsUser), on a host with the MicrosoftTeams module C(Get-CsOnlineUser).
  - A user who was asked for is always listed, with a reason where nothing could be read. A failed read is never an empty value.
extends_documentation_fragment:
  - sfb.teams_upgrade.users.info_attributes
  - sfb.teams_upgrade.users.retries
options:
  users:
    description:
      - The users to read, each by SIP address (with or without C(sip:)) or user principal name. Without it, users are listed.
    type: list
    elements: str
  filter:
    description:
      - A filter in the language of the host's cmdlet, such as C(Department -eq 'Sales').
    type: str
  ldap_filter:
    description:
      - An LDAP filter. Only on Skype for Business Server hosts.
    type: str
  ou:
    description:
      - An organizational unit, with what is below it. Only on Skype for Business Server hosts.
    type: str
  registrar_pool:
    description:
      - Only users of this registrar pool. Only on Skype for Business Server hosts. Of O(users), the others are C(skipped).
    type: str
  account_type:
    description:
      - Only accounts of this type. Only on hosts with the MicrosoftTeams module.
      - Without it, guests and accounts that cannot be Teams users are left out of a listing.
    type: str
    choices: [User, ResourceAccount, Guest, SfBOnPremUser, IneligibleUser]
  homing:
    description:
      - Only users who are homed there. Of O(users), the others are C(skipped).
    type: str
    choices: [onprem, online]
"""

EXAMPLES = r"""
- name: Read two users
  sfb.teams_upgrade.csuser_info:
    users: [alice@contoso.com, bob@contoso.com]

- name: List who is still homed on-prem in a pool
  sfb.teams_upgrade.csuser_info:
    registrar_pool: pool01.contoso.com
    homing: onprem
"""

RETURN = r"""
users:
  description: One entry per user.
  returned: always
  type: list
  elements: dict
  sample:
    - user: alice@contoso.com
      status: ok
      homing: onprem
      mode: Islands
      assigned: null
      licences: [MCOProfessional, Teams]
summary:
  description: Counts of users by status.
  returned: always
  type: dict
  sample: {total: 1, ok: 1, changed: 0, failed: 0, skipped: 0, pending: 0, unknown: 0}
notes:
  description: What the host says of a listing, such as that it returns some users alone, and the accounts that are left out of it.
  returned: when users are listed and there is something to say
  type: list
  elements: str
  sample: ["sfb01 said of Get-CsUser: Only the first 1000 items are returned."]
"""

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.listing import Selection, list_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import InvalidOption
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.info import Item, item, result
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import Run, ansible_module, fail_on_error
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import READ_USERS, Spec

SPEC: Spec = READ_USERS | {
    "filter": {"type": "str"},
    "ldap_filter": {"type": "str"},
    "ou": {"type": "str"},
    "registrar_pool": {"type": "str"},
    "account_type": {"type": "str", "choices": ["User", "ResourceAccount", "Guest", "SfBOnPremUser", "IneligibleUser"]},
    "homing": {"type": "str", "choices": ["onprem", "online"]},
}
EXCLUSIVE = [("users", "filter", "ldap_filter"), ("users", "ou"), ("users", "account_type")]


def items(run: Run) -> list[Item]:
    """Return the lines of the result."""
    params = run.params
    homing = Homing(params["homing"]) if params["homing"] else None
    if params["registrar_pool"] and run.host.side is Side.ONLINE:
        raise InvalidOption(
            "registrar_pool is for a Skype for Business Server host: the cloud does not say who is in a pool."
        )
    names = ("filter", "ldap_filter", "ou", "account_type", "registrar_pool")
    selection = Selection(**{name: params[name] for name in names}, homing=homing)
    if params["users"] is None:
        return [item(user.id.text, user, User.to_result) for user in list_users(run.remote, run.host, selection)]
    facts = read_users(run.remote, run.host, run.asked)
    asked = {name: params[name] for name in ("homing", "registrar_pool")}
    return [
        item(user.text, fact, User.to_result).unless(not isinstance(fact, User) or selection.narrows(fact), **asked)
        for user, fact in facts.items()
    ]


def main() -> None:
    """Run the module."""
    module = ansible_module(SPEC, mutually_exclusive=EXCLUSIVE)
    with fail_on_error(module):
        run = Run.start(module, (Side.ONPREM, Side.ONLINE))
        listed = items(run)
        notes = run.warn_of_notes()
        module.exit_json(**result(listed, **({"notes": notes} if notes else {})))


if __name__ == "__main__":
    main()
