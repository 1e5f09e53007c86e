# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine and the organisation say to each other: a bound call, and what comes of it.

An engine (the embedded one, or a real PowerShell) knows how PowerShell binds, prompts and reports; the organisation knows what
Skype for Business Server and Microsoft Teams do. Neither knows the other beyond these values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Pipeline(StrEnum):
    """How a parameter takes pipeline input."""

    NONE = "none"
    BY_VALUE = "by_value"
    BY_PROPERTY = "by_property"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter in one parameter set. `type` is the documented .NET or PowerShell type name; `values` the closed set, if any."""

    name: str
    type: str
    mandatory: bool = False
    position: int | None = None
    pipeline: Pipeline = Pipeline.NONE
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """A named parameter set of a cmdlet."""

    name: str
    parameters: tuple[Parameter, ...]
    default: bool = False


@dataclass(frozen=True, slots=True)
class CmdletContract:
    """What a module exports under a name. `confirm_impact` is None where the cmdlet has no ShouldProcess (no WhatIf, no Confirm).

    The sets never list WhatIf and Confirm: every cmdlet with a `confirm_impact` has both, in all its sets.
    """

    name: str
    module: str
    sets: tuple[ParameterSet, ...]
    confirm_impact: str | None = None


@dataclass(frozen=True, slots=True)
class InstalledModule:
    """A PowerShell module that a host has on its path."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A PSCredential as it arrived."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one cmdlet with its parameters bound, by their full names."""

    host: str
    shell: str
    module: str
    cmdlet: str
    parameters: Mapping[str, object]
    user: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """An object with a .NET type name. Values: str, bool, int, float, None, datetime, Thing, list or dict of these.

    `text` is what ToString() gives; None means the type's name, as in .NET.
    """

    type_name: str
    properties: Mapping[str, object]
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An error record. `error_id` is the id without the cmdlet's class, which the engine adds after a comma."""

    message: str
    error_id: str = "MicrosoftError"
    category: str = "NotSpecified"
    exception: str = "System.Exception"
    terminating: bool = True
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call comes to. A `prompt` is a question that the cmdlet asks beyond ShouldProcess (a sign-in window, say).

    With `drop_shell` the shell breaks before any of the outcome is sent, as when a host loses a session.
    """

    output: Sequence[object] = ()
    failures: Sequence[Failure] = ()
    warnings: Sequence[str] = ()
    prompt: str | None = None
    drop_shell: bool = False
