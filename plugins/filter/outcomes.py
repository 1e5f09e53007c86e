# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: outcomes
short_description: Sum up what came of waves, user by user
version_added: 1.0.0
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
description:
  - Brings the results of a wave's steps together, so that each user has one outcome with its reason and remedy.
  - Of several steps the weightiest outcome counts, in the order failed, unknown, pending, skipped, changed, ok.
positional: _input
options:
  _input:
    description: The waves, as P(sfb.teams_upgrade.plan#filter) returns them.
    type: list
    elements: dict
    required: true
  steps:
    description: >-
      What was done, in order. Each step has C(wave), C(step), C(users) (those who were asked for) and C(result), the
      result of a module. Users whom a result does not list are as wished.
    type: list
    elements: dict
    required: true
  check_mode:
    description: Whether nothing was written.
    type: bool
    default: false
  budget:
    description: The percentage of a wave's users that may fail before the run counts as failed.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: Say how it went
  ansible.builtin.debug:
    msg: "{{ (plan.waves | sfb.teams_upgrade.outcomes(steps)).verdict }}"
"""

RETURN = r"""
_value:
  description: The run.
  type: dict
  contains:
    check_mode:
      description: Whether nothing was written.
      type: bool
    waves:
      description: >-
        The waves, each with C(users), C(counts), C(faults), C(warnings) and its dates. A user has C(outcome), C(changed), C(code),
        C(message), C(remedy), C(steps) and C(warnings).
      type: list
      elements: dict
    counts:
      description: How many users ended how.
      type: dict
    reasons:
      description: The outcomes that need reading, grouped by reason, with C(count), C(remedy) and the first users.
      type: list
      elements: dict
    warnings:
      description: What users are warned of, grouped by reason, with C(count), C(remedy) and the first users.
      type: list
      elements: dict
    failed:
      description: Whether the run has failed.
      type: bool
    verdict:
      description: The run in a sentence.
      type: str
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.outcomes import summarise
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._untrusted import untrusted


def outcomes(
    waves: Sequence[Mapping[str, object]],
    steps: Iterable[Mapping[str, object]],
    check_mode: bool = False,
    budget: int = 0,
) -> dict[str, object]:
    """Return the run as the report shows it."""
    summary: dict[str, object] = untrusted(summarise(waves, steps, check_mode=check_mode, budget=budget))
    return summary


class FilterModule:
    """Filters for outcomes."""

    def filters(self) -> dict[str, Callable[..., object]]:
        """Return the filters by name."""
        return {"outcomes": outcomes}
