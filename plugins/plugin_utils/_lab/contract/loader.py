# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cmdlets' documented signatures, narrowed to what one version of a module offers.

The data says for each cmdlet its parameters (type, pipeline, values, aliases) and its parameter sets. In a set `!` marks a mandatory
parameter and `@n` its position. `offered` lists the ranges of versions, from the first up to but without the second, in which something
is there; `reading` names the switch that overrules them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .call import CmdletContract, Parameter, ParameterSet, Pipeline
from .readings import Readings
from .versions import Version, parse

SKYPE, TEAMS = "SkypeForBusiness", "MicrosoftTeams"
_DATA = Path(__file__).with_name("cmdlets.json")
_Facts = Mapping[str, Any]


@cache
def _data() -> Mapping[str, Mapping[str, _Facts]]:
    loaded: dict[str, dict[str, Any]] = json.loads(_DATA.read_text(encoding="utf-8"))
    return loaded


def cmdlets(module: str, version: str, readings: Readings) -> dict[str, CmdletContract]:
    """Return by name what a version of a module offers. For SkypeForBusiness the version is the server's build.

    Raises KeyError for a module that is neither of the two, ValueError for what is no version.
    """
    numbers = parse(version)
    return {
        name: _contract(name, module, facts, numbers, readings)
        for name, facts in _data()[module].items()
        if _offered(facts, numbers, readings)
    }


def _contract(name: str, module: str, facts: _Facts, version: Version, readings: Readings) -> CmdletContract:
    kept = {
        parameter: details for parameter, details in facts["parameters"].items() if _offered(details, version, readings)
    }
    sets = tuple(
        ParameterSet(
            one["name"],
            tuple(_parameter(entry, kept) for entry in one["parameters"] if _split(entry)[0] in kept),
            one.get("default", False),
        )
        for one in facts["sets"]
        if _offered(one, version, readings)
    )
    impact = facts.get("confirm_impact")
    asks = _offered(facts.get("should_process", {}), version, readings)
    return CmdletContract(name, module, sets, impact if asks else None)


def _parameter(entry: str, known: Mapping[str, _Facts]) -> Parameter:
    name, mandatory, position = _split(entry)
    facts = known[name]
    return Parameter(
        name=name,
        type=facts["type"],
        mandatory=mandatory,
        position=position,
        pipeline=Pipeline(facts.get("pipeline", "none")),
        values=tuple(facts.get("values", ())),
        aliases=tuple(facts.get("aliases", ())),
    )


def _split(entry: str) -> tuple[str, bool, int | None]:
    marked, _dummy, position = entry.partition("@")
    return marked.rstrip("!"), marked.endswith("!"), int(position) if position else None


def _offered(facts: _Facts, version: Version, readings: Readings) -> bool:
    choice = readings.choice(facts["reading"]) if "reading" in facts else "by_version"
    if choice != "by_version":
        return choice == "offered"
    ranges: Sequence[Sequence[str | None]] | None = facts.get("offered")
    return ranges is None or any(_within(version, first, end) for first, end in ranges)


def _within(version: Version, first: str | None, end: str | None) -> bool:
    return (first is None or version >= parse(first)) and (end is None or version < parse(end))
