# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that the tasks of a run of waves share."""

from __future__ import annotations


class ModuleDocFragment:
    """What begins a run and takes its report, and the attributes beside those for check mode and diff mode of the fragment users.modes."""

    BEGINNING = r"""
options:
  directory:
    description: Where relative paths of users files start. Unless set, the folder of the inventory that names the Skype for Business host.
    type: str
  now:
    description: The moment to plan for, an ISO time with an offset from UTC. Unless set, the controller's clock.
    type: str
  skype_host:
    description: The inventory name of the Skype for Business host.
    type: str
    required: true
  teams_host:
    description: The inventory name of the host with the MicrosoftTeams module.
    type: str
    required: true
  ledger:
    description: The URL of the ledger. Unless set, a file beside the inventory.
    type: str
  ledger_password:
    description: The password of the ledger's user, on PostgreSQL.
    type: str
  claim_timeout:
    description: After how many seconds without a sign of life the users of another run are free.
    type: raw
  interrupted_timeout:
    description: For how many seconds what a dead run has sent may still be at work on its user.
    type: raw
  report_folder:
    description: The folder of the reports, which has to be writable before anything is done.
    type: str
"""

    WEBHOOK = r"""
options:
  webhook:
    description:
      - The address that the JSON file is posted to, in check mode as well. It is not shown, as a password. One that fails is a warning.
    type: str
  webhook_headers:
    description: Headers for O(webhook), such as C(Authorization). They are not shown.
    type: dict
"""

    ATTRIBUTES = r"""
options: {}
attributes:
  action:
    description: Runs on the controller, and runs modules of this collection on the task's host.
    support: full
"""
