# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: unseen_moves
short_description: Tell which moved users the cloud does not show yet
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Between a move and the next directory sync, the cloud still homes a user on-prem. That is pending and no failure.
positional: _input
options:
  _input:
    description: The users who were moved.
    type: list
    elements: str
    required: true
  online:
    description: The users as M(sfb.teams_upgrade.csuser_info) listed them on the Teams host.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Count those who are still on their way
  ansible.builtin.debug:
    msg: "{{ moved | sfb.teams_upgrade.unseen_moves(teams.users) | length }}"
"""

RETURN = r"""
_value:
  description: An item for each such user, with C(user), C(status) V(pending) and C(reason).
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.outcomes import moves_unseen, pending_sync
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._untrusted import untrusted


def unseen_moves(moved: Sequence[str], online: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Return a pending item for each moved user whom the cloud does not home online."""
    marked: list[dict[str, object]] = untrusted(pending_sync(moves_unseen(moved, online)))
    return marked


class FilterModule:
    """Filters for moves."""

    def filters(self) -> dict[str, Callable[..., object]]:
        """Return the filters by name."""
        return {"unseen_moves": unseen_moves}
