# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the versions between which moves work."""

from __future__ import annotations


class ModuleDocFragment:
    """The option bounds."""

    DOCUMENTATION = r"""
options:
  bounds:
    description:
      - The versions between which moves to the cloud work, where the defaults do not hold for you. Outside of them nobody is moved.
      - Documents disagree about the newest module that works, so the default is the safe one.
    type: dict
    suboptions:
      server_build_min:
        description: The oldest build of Skype for Business Server. By default that of the product's update which Microsoft requires.
        type: str
      teams_module_min:
        description: The oldest MicrosoftTeams module on the server. By default V(6.2.1). V(0.0) says that none is needed.
        type: str
      teams_module_max:
        description:
          - The newest MicrosoftTeams module, unless the server has O(bounds.server_build_fixed). By default V(7.1), with all V(7.1.x).
        type: str
      server_build_fixed:
        description: The build from which on newer modules work as well. By default V(7.0.2046.849).
        type: str
"""
