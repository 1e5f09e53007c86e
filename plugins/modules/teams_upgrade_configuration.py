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
  - sfb.teams_upgrade.ledger.recording
  - sfb.teams_upgrade.users.attributes
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.users.retries
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

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.configurations import UPGRADE
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.configuration import (
    Configuration,
    Setting,
    run_configuration,
)

CONFIGURATION = Configuration(
    UPGRADE,
    (Side.ONPREM, Side.ONLINE),
    (
        Setting("download_teams", "DownloadTeams"),
        Setting(
            "sfb_meeting_join_ux",
            "SfBMeetingJoinUx",
            {"type": "str", "choices": ["NativeLimitedClient", "SkypeMeetingsApp"]},
        ),
    ),
)


def main() -> None:
    """Run the module."""
    run_configuration(CONFIGURATION)


if __name__ == "__main__":
    main()
