# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The question which cmdlets a host offers, and how its answer is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...module_utils._connection.messages import Answer, Command, Export, SessionFault
from .clixml import Value
from .session_faults import NoSession, errors_text

PROPERTIES = ("Name", "ModuleName", "CommandType", "Parameters")


def question(names: Iterable[str], modules: Sequence[str] = ()) -> Command:
    """Return the one pipeline that asks for `names`; what does not exist is not in its answer.

    Where two modules export a name, the bare name finds one of them, and a module that is not loaded yet may be loaded by the question
    itself: `modules` are asked for by their own names as well.
    """
    asked = sorted(set(names))
    qualified = [f"{module}\\{name}" for module in modules for name in asked]
    return Command("Get-Command", {"Name": asked + qualified, "ErrorAction": "SilentlyContinue"}, select=PROPERTIES)


def output_of(answer: Answer, host: str) -> Sequence[object]:
    """Return the output of an answer to a question. Raises NoSession when the host refuses to say."""
    if answer.errors:
        raise NoSession(
            SessionFault(
                "session_refused",
                f"{host} does not tell which cmdlets it has: {errors_text(answer)}",
                "A restricted endpoint needs Get-Command and Select-Object, as SessionType RestrictedRemoteServer gives them.",
            )
        )
    return answer.output


def offers_in(output: Iterable[object]) -> list[Export]:
    """Return what the answer to a question lists, each command of each module once."""
    found: dict[tuple[str, str], Export] = {}
    for item in output:
        if isinstance(item, dict):
            offer = _offer(item)
            found.setdefault((offer.name.casefold(), offer.module.casefold()), offer)
    return list(found.values())


def projects_freely(offers: Iterable[Export]) -> bool:
    """Return whether Select-Object keeps any property: the proxy of a restricted endpoint is a function, and does not."""
    return any(offer.name.casefold() == "select-object" and offer.kind == "Cmdlet" for offer in offers)


def _offer(item: dict[str, Value]) -> Export:
    listed = item.get("Parameters")
    parameters = listed if isinstance(listed, dict) else {}
    return Export(
        name=str(item.get("Name") or ""),
        module=str(item.get("ModuleName") or ""),
        kind=str(item.get("CommandType") or ""),
        parameters=tuple(parameters),
        untyped=tuple(name for name, details in parameters.items() if _type(details) == "System.Object"),
    )


def _type(parameter: Value) -> Value:
    return parameter.get("ParameterType") if isinstance(parameter, dict) else None
