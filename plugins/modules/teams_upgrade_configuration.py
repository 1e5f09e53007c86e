#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: teams_upgrade_configuration
short_description: Set what the upgrade does on Skype for Business clients
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Sets whether Windows clients of users who are notified or upgraded download Teams silently, and with which client Skype for Business
    meetings are joined.
  - On a Skype for Business Server host it applies to users homed on-prem, on a host with the MicrosoftTeams module to all others.
extends_documentation_fragment:
  - sfb.teams_upgrade.users.attributes
options:
  download_teams:
    description:
      - Whether clients download Teams in the background.
    type: bool
  sfb_meeting_join_ux:
    description:
      - How TeamsOnly users join Skype for Business meetings. Only on hosts with the MicrosoftTeams module.
    type: str
    choices: [NativeLimitedClient, SkypeMeetingsApp]
"""

EXAMPLES = r"""
- name: Do not let clients download Teams, which is deployed otherwise
  sfb.teams_upgrade.teams_upgrade_configuration:
    download_teams: false
"""

RETURN = r"""
configuration:
  description: The configuration before and after, and which cmdlets were called (in check mode, would be).
  returned: always
  type: dict
  sample:
    status: changed
    before: {DownloadTeams: true}
    after: {DownloadTeams: false}
    actions: [Set-CsTeamsUpgradeConfiguration]
"""

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.configurations import (
    UPGRADE,
    read_configuration,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.settings import HoldSettings
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import (
    Run,
    ansible_module,
    fail_on_error,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.options import Spec
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.resource import ResourceRunner, exit_with

SPEC: Spec = {
    "download_teams": {"type": "bool"},
    "sfb_meeting_join_ux": {"type": "str", "choices": ["NativeLimitedClient", "SkypeMeetingsApp"]},
}


def main() -> None:
    """Run the module."""
    module = ansible_module(SPEC, required_one_of=[tuple(SPEC)])
    wished = {
        "DownloadTeams": module.params["download_teams"],
        "SfBMeetingJoinUx": module.params["sfb_meeting_join_ux"],
    }
    desired = HoldSettings(f"Set-{UPGRADE}", {name: value for name, value in wished.items() if value is not None})
    with fail_on_error(module):
        run = Run.start(module, (Side.ONPREM, Side.ONLINE))
        single = ResourceRunner(UPGRADE, lambda run: read_configuration(run.remote, run.host, UPGRADE), desired.decide)
        exit_with(run, "configuration", single.run(run))


if __name__ == "__main__":
    main()
