# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the connection's options for hosts that share the work."""

from __future__ import annotations


class ModuleDocFragment:
    """The options."""

    DOCUMENTATION = r"""
options:
  more_hosts:
    description:
      - Further hosts that share the work of this one, such as other servers of the deployment, or another host with the MicrosoftTeams
        module. Each entry is an address, C(address:port), or a mapping with C(address), and with C(port) and C(registrar_pool)
        where they are needed.
      - O(sessions) are opened on each of them, with the other options of this host. A command goes to whichever host is free, and what a
        host that is lost has not begun goes to the others.
      - A host whose module has another version than the first one that is ready is left out, and tasks warn. Servers have to have the
        same update and the same MicrosoftTeams modules as well.
    type: list
    elements: raw
    default: []
    vars:
      - name: ansible_runspace_more_hosts
  registrar_pool:
    description:
      - The registrar pool whose users this host moves, where several hosts share the work and O(more_hosts) names the pools of the others.
        Users of pools that no host is named for are moved by any of them, and so are those of a pool whose hosts are lost.
    type: str
    vars:
      - name: ansible_runspace_registrar_pool
"""
