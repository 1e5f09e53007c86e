# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configurations that are a handful of values: the conversion of meetings, and what the upgrade does on clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .._model import organisation_reasons
from .._model.actions import SetConfiguration
from .._model.decision import Change, Decision, Keep, Unknown


@dataclass(frozen=True, slots=True)
class HoldSettings:
    """The values `desired` (by property name) are set with `cmdlet`; other properties are left alone."""

    cmdlet: str
    desired: Mapping[str, object]

    def decide(self, held: Mapping[str, object]) -> Decision:
        """Return what is to be done, given the values that were read. A value that was not read is not overwritten blindly."""
        missing = [name for name in self.desired if held.get(name) is None]
        if missing:
            return Unknown(
                organisation_reasons.SETTING_UNKNOWN.format(
                    name=", ".join(missing), cmdlet=self.cmdlet.replace("Set-", "Get-")
                )
            )
        before = {name: held[name] for name in self.desired}
        differing = {name: value for name, value in self.desired.items() if value != before[name]}
        if not differing:
            return Keep(before)
        return Change(before, {**before, **differing}, SetConfiguration(self.cmdlet, tuple(differing.items())))
