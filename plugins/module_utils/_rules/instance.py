# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On-prem instances of TeamsUpgradePolicy: created, changed, removed (M11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .._model.actions import NewInstance, RemoveInstance, SetInstance
from .._model.decision import Change, Decision, Keep
from .._model.failure import InvalidOption
from .._model.identity import names_one
from .._model.policy import GLOBAL, PolicyInstance, bare_name, same_instance


def shown(instance: PolicyInstance | None) -> dict[str, object]:
    """Return an on-prem instance as results show it."""
    if instance is None:
        return {"state": "absent"}
    return {"state": "present", "notify": instance.notify, "description": instance.description or None}


@dataclass(frozen=True, slots=True)
class HoldInstance:
    """The instance `identity` exists with these properties (None leaves one alone), or does not exist.

    Raises InvalidOption for a desired state that no host can fulfil.
    """

    identity: str
    present: bool = True
    notify: bool | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        if not names_one(bare_name(self.identity) or ""):
            raise InvalidOption(
                f"identity {self.identity!r} is empty or contains a wildcard or control character: name one instance."
            )
        if not self.present and same_instance(self.identity, GLOBAL):
            raise InvalidOption("The instance Global cannot be removed, only set.")

    def decide(self, instances: Sequence[PolicyInstance]) -> Decision:
        """Return what is to be done, given the instances that the host has."""
        held = next((each for each in instances if each.is_named(self.identity)), None)
        if not self.present:
            return Change(shown(held), shown(None), RemoveInstance(held.identity)) if held else Keep(shown(None))
        if held is None:
            return self._create()
        wanted = replace(
            held,
            notify=held.notify if self.notify is None else self.notify,
            description=held.description if self.description is None else self.description,
        )
        if wanted == held:
            return Keep(shown(held))
        return Change(shown(held), shown(wanted), SetInstance(held.identity, *self._differences(held)))

    def _create(self) -> Change:
        wanted = PolicyInstance(self.identity, None, bool(self.notify), self.description or "")
        if same_instance(self.identity, GLOBAL):
            return Change(shown(None), shown(wanted), SetInstance(GLOBAL, self.notify, self.description))
        return Change(shown(None), shown(wanted), NewInstance(self.identity, wanted.notify, self.description))

    def _differences(self, held: PolicyInstance) -> tuple[bool | None, str | None]:
        notify = self.notify if self.notify is not held.notify else None
        return notify, self.description if self.description != held.description else None
