# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every action, with and without each of its options, made from the options themselves: a new one is tried without being listed here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from types import NoneType
from typing import Any, get_args, get_type_hints

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import Task
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.configurations import MIGRATION, UPGRADE
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import (
    Action,
    GrantInBatch,
    GrantPolicy,
    GrantTenantPolicy,
    MoveUser,
    NewInstance,
    RemoveInstance,
    SetConfiguration,
    SetInstance,
    StartMeetingMigration,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side

KINDS: tuple[type[Action], ...] = get_args(Action)
VALUES: Mapping[object, object] = {str: "x", bool: True}
# By configuration, the properties that can be set. All that are read are to be here.
SETTINGS: Mapping[str, Sequence[str]] = {
    UPGRADE: ("DownloadTeams", "SfBMeetingJoinUx"),
    MIGRATION: ("MeetingMigrationEnabled",),
}


@dataclass(frozen=True)
class Use:
    """An action as a task sends it: with every option but those of `without`, which the task never gives; `fixed` gives some a value."""

    kind: type[Action]
    without: frozenset[str] = frozenset()
    fixed: Mapping[str, object] = field(default_factory=dict)

    def actions(self) -> Iterator[Action]:
        """Yield the action with all options, then without each that can be left out."""
        given = {each.name: self._value(each) for each in fields(self.kind) if each.name not in self.without}
        yield self.kind(**given)
        for each in fields(self.kind):
            if each.name in given and each.default is not MISSING:
                yield self.kind(**{name: value for name, value in given.items() if name != each.name})

    def _value(self, option: Field[Any]) -> Any:
        if option.name in self.fixed:
            return self.fixed[option.name]
        hint = get_type_hints(self.kind)[option.name]
        kinds = [each for each in get_args(hint) or (hint,) if each is not NoneType]
        if kinds[0] not in VALUES:
            raise AssertionError(
                f"{self.kind.__name__}.{option.name} is a {kinds[0]}: add a value of that type to VALUES in {__name__}."
            )
        return VALUES[kinds[0]]


def setting(noun: str, *without: str) -> Use:
    """A change of every property of a configuration, without those that a side does not have."""
    values = tuple((name, True) for name in SETTINGS[noun] if name not in without)
    return Use(SetConfiguration, fixed={"cmdlet": f"Set-{noun}", "values": values})


PLAIN_GRANT = Use(GrantPolicy, without=frozenset({"migrate_meetings"}))
ACTIONS: Mapping[tuple[Side, Task], Sequence[Use]] = {
    (Side.ONPREM, Task.NOTIFY): [PLAIN_GRANT, Use(NewInstance), Use(SetInstance)],
    (Side.ONPREM, Task.MOVE): [Use(MoveUser)],
    (Side.ONPREM, Task.SETTINGS): [
        Use(NewInstance),
        Use(SetInstance),
        Use(RemoveInstance),
        setting(UPGRADE, "SfBMeetingJoinUx"),
    ],
    (Side.ONLINE, Task.NOTIFY): [PLAIN_GRANT],
    (Side.ONLINE, Task.UPGRADE): [Use(GrantPolicy), Use(GrantInBatch), Use(StartMeetingMigration)],
    (Side.ONLINE, Task.SETTINGS): [Use(GrantTenantPolicy), setting(UPGRADE), setting(MIGRATION)],
}
