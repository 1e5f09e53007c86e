#!/usr/bin/python
# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: tenant_migration_configuration
short_description: Switch the conversion of meetings on or off for the tenant
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Sets C(MeetingMigrationEnabled). While it is off, neither moves nor requests convert any meeting.
  - Runs on a host with the MicrosoftTeams module (C(Set-CsTenantMigrationConfiguration)).
extends_documentation_fragment:
  - sfb.teams_upgrade.ledger.recording
  - sfb.teams_upgrade.users.attributes
  - sfb.teams_upgrade.users.modes
  - sfb.teams_upgrade.users.retries
options:
  meeting_migration_enabled:
    description:
      - Whether the meeting migration service converts meetings.
    type: bool
    required: true
"""

EXAMPLES = r"""
- name: Have meetings converted
  sfb.teams_upgrade.tenant_migration_configuration:
    meeting_migration_enabled: true
"""

RETURN = r"""
configuration:
  description: The configuration before and after, and which cmdlets were called (in check mode, would be).
  returned: always
  type: dict
  sample:
    status: changed
    before: {MeetingMigrationEnabled: false}
    after: {MeetingMigrationEnabled: true}
    actions: [Set-CsTenantMigrationConfiguration]
"""

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.configurations import MIGRATION
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.configuration import (
    Configuration,
    Setting,
    run_configuration,
)

CONFIGURATION = Configuration(
    MIGRATION,
    (Side.ONLINE,),
    (Setting("meeting_migration_enabled", "MeetingMigrationEnabled", {"type": "bool", "required": True}),),
)


def main() -> None:
    """Run the module."""
    run_configuration(CONFIGURATION)


if __name__ == "__main__":
    main()
