# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a restricted session configuration leaves of a host's commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

# By parameter, the values that it is held to; none for any value.
Parameters: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restricted session configuration with its role capabilities.

    `visible` holds, by command, the parameters of its proxy, None where it is visible whole; `definitions` holds the bodies of
    functions that the configuration brings along.
    """

    name: str
    modules: tuple[str, ...] = ()
    visible: Mapping[str, Parameters | None] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)

    def with_(self, other: Restriction) -> Restriction:
        """Return both in one: an account that has several role capabilities may do what any of them allows."""
        visible = dict(self.visible)
        for command, parameters in other.visible.items():
            mine = visible.get(command, parameters)
            visible[command] = None if mine is None or parameters is None else _either(mine, parameters)
        modules = tuple(dict.fromkeys((*self.modules, *other.modules)))
        return Restriction(self.name, modules, visible, {**self.definitions, **other.definitions})


def _either(one: Parameters, other: Parameters) -> Parameters:
    """Return the parameters of both; where one of them takes any value, both do."""
    merged = {**other, **one}
    for name in one.keys() & other.keys():
        merged[name] = tuple(dict.fromkeys((*one[name], *other[name]))) if one[name] and other[name] else ()
    return merged
