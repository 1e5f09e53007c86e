# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The common parameters of one command: what it does with errors and warnings, and whether it would ask."""

from __future__ import annotations

from .errors import NULL_VALUES, ErrorSource, Report, Terminated
from .signature import ACTIONS, BindableParameter
from .types import SWITCH, Unconvertible
from .values import as_text, net_name

_IMPACTS = ("None", "Low", "Medium", "High")


class CommonParameters:
    """Values of the common parameters that were given, by name."""

    def __init__(self, source: ErrorSource, confirm_impact: str | None) -> None:
        self.given: dict[str, object] = {}
        self._source = source
        self._impact = confirm_impact

    @property
    def what_if(self) -> bool:
        """Whether the command only says what it would do."""
        return self.given.get("WhatIf") is True

    @property
    def verbose(self) -> bool:
        """Whether verbose records are wanted."""
        return self.given.get("Verbose") is True

    @property
    def asks(self) -> bool:
        """Whether the command asks before it does its work."""
        if self._impact is None:
            return False
        if "Confirm" in self.given:
            return self.given["Confirm"] is not False
        return _IMPACTS.index(self._impact) >= _IMPACTS.index("High")

    def action(self, name: str) -> str:
        """What to do with records of a kind: the ErrorAction or WarningAction, Continue unless given."""
        return str(self.given.get(name, "Continue"))

    def set(self, parameter: BindableParameter, value: object) -> None:
        """Take a value. Raises Terminated."""
        if parameter.kind is SWITCH:
            self.given[parameter.name] = self._switch(parameter.name, value)
        elif parameter.name.endswith("Action"):
            self.given[parameter.name] = self._action(parameter.name, value)
        elif parameter.name == "OutBuffer" and value is None:
            raise Terminated(self._source.invalid(parameter.name, NULL_VALUES))
        else:
            self.given[parameter.name] = self._converted(parameter, value)

    def _switch(self, name: str, value: object) -> object:
        """A null is no value, and a common switch without a value is set."""
        if value is None:
            return True
        if isinstance(value, bool | int | float):
            return bool(value)
        raise Terminated(self._source.no_switch(name, value))

    def _converted(self, parameter: BindableParameter, value: object) -> object:
        try:
            return parameter.kind.convert(value)
        except Unconvertible as error:
            raise Terminated(self._source.unbindable(parameter.name, str(error))) from None

    def _action(self, name: str, value: object) -> str:
        if value is None:
            raise Terminated(self._null_action(name))
        if isinstance(value, bool):
            raise Terminated(self._no_cast(name, value))
        if isinstance(value, int) and 0 <= value < len(ACTIONS):
            return ACTIONS[value]
        text = as_text(value).strip()
        wanted = text.casefold()
        matches = [action for action in ACTIONS if action.casefold().startswith(wanted)]
        exact = [action for action in matches if action.casefold() == wanted]
        if len(exact or matches) == 1:
            return (exact or matches)[0]
        raise Terminated(self._no_action(name, text, matches))

    def _no_cast(self, name: str, value: object) -> Report:
        kind = "System.Management.Automation.ActionPreference"
        detail = f"Invalid cast from '{net_name(value)}' to '{kind}'."
        return self._source.unbindable(name, f'Cannot convert value "{value}" to type "{kind}". Error: "{detail}"')

    def _null_action(self, name: str) -> Report:
        text = (
            f'Cannot bind parameter \'{name}\' to the target. Exception setting "{name}": "Cannot convert null to type '
            '"System.Management.Automation.ActionPreference" due to enumeration values that are not valid. Specify one of '
            "the following enumeration values and try again. The possible enumeration values are "
            f'"{",".join(ACTIONS)}"."'
        )
        return self._source.report(text, "ParameterBindingFailed", "WriteError")

    def _no_action(self, name: str, text: str, matches: list[str]) -> Report:
        detail = (
            f"The identifier name {text} cannot be processed because it is either too similar or identical to the "
            f"following enumerator names: {', '.join(matches)}. Use a more specific identifier name."
            if matches
            else f"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the following "
            f"enumerator names and try again:\n{', '.join(ACTIONS)}"
        )
        kind = "System.Management.Automation.ActionPreference"
        return self._source.unbindable(name, f'Cannot convert value "{text}" to type "{kind}". Error: "{detail}"')
