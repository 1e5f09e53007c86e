# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that the tasks of a run of waves share."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes, beside those for check mode and diff mode of the fragment users.modes."""

    ATTRIBUTES = r"""
options: {}
attributes:
  action:
    description: Runs on the controller, and runs modules of this collection on the task's host.
    support: full
"""
