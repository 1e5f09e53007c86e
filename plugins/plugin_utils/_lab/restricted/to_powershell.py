# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A restriction as a session configuration file that a PowerShell engine takes at its start, which knows of no roles."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .restriction import Parameters, Restriction


def session_configuration(restriction: Restriction, functions: Collection[str]) -> str:
    """Return the file's text. `functions` names, in lower case, what the host's modules export: in the lab all of it are functions."""
    entries = {name: _entry(name, parameters) for name, parameters in restriction.visible.items()}
    own = {name for name in entries if name.casefold() in functions or name in restriction.definitions}
    lines = [
        "@{",
        "SchemaVersion = '2.0.0.0'",
        "SessionType = 'RestrictedRemoteServer'",
        "LanguageMode = 'NoLanguage'",
        *_listed("ModulesToImport", map(_quoted, restriction.modules)),
        *_listed("VisibleFunctions", (entry for name, entry in entries.items() if name in own)),
        *_listed("VisibleCmdlets", (entry for name, entry in entries.items() if name not in own)),
        *_listed("FunctionDefinitions", (_definition(*each) for each in restriction.definitions.items())),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _listed(key: str, entries: Iterable[str]) -> list[str]:
    listed = list(entries)
    return [f"{key} = @(", *listed, ")"] if listed else []


def _entry(name: str, parameters: Parameters | None) -> str:
    if parameters is None:
        return _quoted(name)
    listed = ", ".join(_parameter(*each) for each in parameters.items())
    return f"@{{ Name = {_quoted(name)}; Parameters = @({listed}) }}"


def _parameter(name: str, values: Iterable[str]) -> str:
    held = ", ".join(map(_quoted, values))
    return f"@{{ Name = {_quoted(name)}{f'; ValidateSet = {held}' if held else ''} }}"


def _definition(name: str, body: str) -> str:
    return f"@{{ Name = {_quoted(name)}; ScriptBlock = {{{body}}} }}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
