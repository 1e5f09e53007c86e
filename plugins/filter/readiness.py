# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: readiness
short_description: Tell who can be upgraded, and what the others lack
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Compares what M(sfb.teams_upgrade.upgrade_readiness_info) returned on the Skype for Business side and on the Teams side. What
    M(sfb.teams_upgrade.csuser_info) returns will do as well, but does not tell of contacts, mailboxes and dial-in conferencing.
  - A user who could not be read on either side, or whose licences could not, is not ready. Where contacts, mailbox or dial-in
    conferencing could not be read is a warning with the user. Nothing is guessed.
positional: _input
options:
  _input:
    description: The users who are to be judged.
    type: list
    elements: str
    required: true
  onprem:
    description: The users as the Skype for Business host listed them.
    type: list
    elements: dict
    required: true
  online:
    description: The users as the Teams host listed them.
    type: list
    elements: dict
    required: true
  mode:
    description: The mode that the users are to get.
    type: str
    default: TeamsOnly
  without_telephony:
    description: Whether users with enterprise voice may be moved without a Phone System licence.
    type: bool
    default: false
  organisation:
    description: The checks of the deployment and of the tenant, of both sides.
    type: list
    elements: dict
    default: []
  phase:
    description: What is to be done with the users. What stands against a move does not stand against telling them of it.
    type: str
    choices: [notify, upgrade]
    default: upgrade
  accepted:
    description: Codes of reasons that are to be warnings only.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Name those who are not ready
  ansible.builtin.debug:
    msg: "{{ (users | sfb.teams_upgrade.readiness(skype.users, teams.users)).not_ready }}"
"""

RETURN = r"""
_value:
  description: >-
    All users with their verdicts, and the ready ones by station.
  type: dict
  contains:
    users:
      description: >-
        Each user with C(ready), C(station) (V(onprem), V(moving), V(online), V(teams_only) or V(unknown)), C(mode),
        C(display_name), C(reasons) (why not) and C(warnings) (what else is worth knowing).
      type: list
      elements: dict
    onprem:
      description: Ready users who are homed on-prem.
      type: list
      elements: str
    moving:
      description: Ready users who were moved and whom the cloud does not show yet.
      type: list
      elements: str
    online:
      description: Ready users who are homed online and not TeamsOnly.
      type: list
      elements: str
    teams_only:
      description: Users who are TeamsOnly.
      type: list
      elements: str
    not_ready:
      description: Users who lack something.
      type: list
      elements: str
    upgraded_before:
      description: Those of RV(_value.teams_only) who were moved or granted the mode in an earlier run.
      type: list
      elements: str
    stop:
      description: >-
        What keeps everybody from being started, with C(code), C(message) and C(remedy). The lists of ready users are empty
        then. It is null where nothing does, or nobody is left for whom it would matter.
      type: dict
    warnings:
      description: What else is not in order in the organisation, or could not be read.
      type: list
      elements: dict
    items:
      description: The verdicts in the form of a module's users, for P(sfb.teams_upgrade.outcomes#filter).
      type: list
      elements: dict
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.readiness import Asked, judge_users
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._untrusted import untrusted

Item = Mapping[str, object]


def readiness(
    users: Sequence[str],
    onprem: Iterable[Item],
    online: Iterable[Item],
    mode: str = "TeamsOnly",
    without_telephony: bool = False,
    organisation: Iterable[Item] = (),
    phase: str = "upgrade",
    accepted: Iterable[str] = (),
) -> dict[str, object]:
    """Return the verdicts, the ready users by station, and the verdicts as items of a result."""
    wanted = Mode.read(mode)
    if wanted is None:
        raise AnsibleFilterError(f"There is no mode {mode!r}. The modes are {', '.join(Mode)}.")
    asked = Asked(wanted, phase, without_telephony, frozenset(map(str, accepted)))
    marked: dict[str, object] = untrusted(judge_users(users, onprem, online, organisation, asked))
    return marked


class FilterModule:
    """Filters for readiness."""

    def filters(self) -> dict[str, Callable[..., object]]:
        """Return the filters by name."""
        return {"readiness": readiness}
