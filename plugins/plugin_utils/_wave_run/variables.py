# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that must not be what they are: extra variables that only a role of its own takes, and names with typing errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.utils.vars import load_extra_vars

PREFIX = "teams_upgrade_"
# The entry points that take a plan. What one of them alone has a use for may be in a file of variables for all of them.
PLANNED = ("wave", "drift", "rehearse")
PRIVATE = "__teams_upgrade_"
SPECS = Path(__file__).parents[3] / "roles" / "teams_upgrade" / "meta" / "argument_specs.yml"
DEFAULTS = SPECS.parents[1] / "defaults" / "main.yml"
# Names that are no options of the role: what modules read, and what a run leaves for the next job of an AWX workflow.
OTHERS = ("teams_upgrade_progress_seconds", "teams_upgrade_result", "teams_upgrade_drift", "teams_upgrade_rehearsal")
# The entry points that no other one follows, with what an extra variable that they do not take would be thought to decide.
ALONE: Mapping[str, tuple[str, str]] = {
    "wave": (
        "a run of waves",
        "the plan says who is upgraded, to which mode and within which budget. Nothing was done. Change the plan",
    ),
    "drift": ("a look for drift", "the plan says what is expected of whom. Nothing was done. Change the plan"),
    "plan_readiness": (
        "a look at readiness by a plan",
        "the plan says who is looked at, and for which mode. Nothing was done. Change the plan",
    ),
    "rehearse": ("a rehearsal", "the plan says what is rehearsed. Nothing was done. Change the plan"),
    "rollback": (
        "a rollback",
        "the ledger says what comes back. Nothing was done. Name the wave or the users to roll back",
    ),
}
# What Ansible would turn into a text that nobody meant, by the type that is documented. The values may be secrets.
NO_TEXT: Mapping[object, tuple[type, ...]] = {
    "str": (list, tuple, Mapping),
    "path": (list, tuple, Mapping, bool, int, float),
}
# How much of a name may differ for it to be taken for a typing error: of what follows the prefix, and of a whole name.
SUFFIX_LIKENESS = 0.8
NAME_LIKENESS = 0.94


@cache
def specs_of_role() -> Mapping[str, Mapping[str, Any]]:
    """Return the role's variables by entry point, as its argument specs describe them."""
    specs: Mapping[str, Any] = yaml.safe_load(SPECS.read_text(encoding="utf-8"))["argument_specs"]
    return {entry: spec["options"] for entry, spec in specs.items()}


def options_of_role() -> Mapping[str, frozenset[str]]:
    """Return the names of the role's variables by entry point."""
    return {entry: frozenset(options) for entry, options in specs_of_role().items()}


def described(entry: str) -> Mapping[str, Any]:
    """Return the variables of an entry point as its specs describe them; for users without a plan, of all entry points that follow."""
    others = (options for name, options in specs_of_role().items() if name not in ALONE)
    return specs_of_role()[entry] if entry in ALONE else dict(item for options in others for item in options.items())


def refuse_wrong_types(entry: str, values: Mapping[str, object]) -> None:
    """Raise AnsibleActionFail for values that are not of the type that the role documents, such as a text for a number of seconds."""
    specs = {name: described(entry)[name] for name in values}
    no_texts = (name for name, value in values.items() if isinstance(value, NO_TEXT.get(specs[name].get("type"), ())))
    errors = [f"The variable {name} has to be text" for name in no_texts]
    if errors := [*errors, *ArgumentSpecValidator(specs).validate(values).error_messages]:
        raise AnsibleActionFail(f"Nothing was done. {' '.join(f'{error}.' for error in errors)} Correct the value.")


def extra_variables(loader: Any) -> Mapping[str, object]:
    """Return the extra variables of this run (`-e`, or a survey's answers)."""
    found: Mapping[str, object] = load_extra_vars(loader)
    return found


def refuse_extra_variables(names: Iterable[str], entry: str) -> None:
    """Raise AnsibleActionFail for an extra variable that the entry point does not take, and would be thought to have an effect."""
    options = options_of_role()
    others = frozenset().union(*options.values()) - options[entry]
    if entry in PLANNED:
        others = others.difference(*(options[name] for name in PLANNED))
    else:
        # What stands beside a plan may be given with it. Narrowing it to waves would not narrow anything else.
        others -= options["wave"] - {"teams_upgrade_waves"}
    for name in sorted(names):
        if name in others:
            run, why = ALONE[entry]
            raise AnsibleActionFail(
                f"The extra variable {name} has no effect in {run}: {why}, or leave the variable out."
            )
        if name.startswith(PRIVATE):
            raise AnsibleActionFail(
                f"The extra variable {name} would replace what tasks of this role hand to each other. Nothing was done. Leave it out."
            )


def refuse_near_misses(names: Iterable[str]) -> None:
    """Raise AnsibleActionFail for a variable whose name is nearly that of one of the role's."""
    for name, known in near_misses(names):
        raise AnsibleActionFail(
            f"There is no variable {name}: did you mean {known}? Nothing was done. Correct the name."
        )


def refuse_set(found: Mapping[str, Any], name: str, meant: str, entry: str = "wave") -> None:
    """Raise AnsibleActionFail where a variable that has no effect here is set anywhere, and another one was most likely meant."""
    default = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))[name]
    if found.get(name, default) != default:
        raise AnsibleActionFail(
            f"The variable {name} has no effect in {ALONE[entry][0]}: did you mean {meant}? Nothing was done."
        )


def values_of(names: Iterable[str], found: Mapping[str, Any], templar: Any) -> dict[str, object]:
    """Return the values of variables that are set. Raises AnsibleActionFail for one whose template fails."""
    values: dict[str, object] = {}
    for name in names:
        if name not in found:
            continue
        try:
            value = templar.template(found[name])
        except AnsibleError as error:
            if "omit" in type(error).__name__.lower() or "Omit" in str(error):
                continue
            raise AnsibleActionFail(
                f"Nothing was done: the variable {name} cannot be read: {error}. Correct its template."
            ) from None
        if value != found.get("omit"):
            values[name] = value
    return values


def refuse_set_for_hosts(hostvars: Any, hosts: Iterable[str], here: str, values: Mapping[str, object]) -> None:
    """Raise AnsibleActionFail for a variable of the role that is set for one of the hosts which the role delegates to: it has no effect.

    `here` is the host of the play, for which the role reads its variables; `values` are theirs. A value that the play has taken from
    the host has its effect. Where both hosts have another value than the play, it is the play's host that has one of its own.
    """
    ours, known = hostvars.raw_get(here), {host: hostvars.raw_get(host) for host in hosts}
    for host, theirs in known.items():
        for name in sorted(values.keys() & theirs.keys()):
            if name in ours and (
                theirs[name] == ours[name] or not any(one.get(name) == ours[name] for one in known.values())
            ):
                continue
            if _value_of(hostvars[host], name) == values[name]:
                continue
            raise AnsibleActionFail(
                f"The variable {name} is set for the host {host} and has no effect there: the role reads its variables for {here}, the "
                f"host of the play. Nothing was done. Set it for all hosts or for {here}, or remove it from {host} and its groups."
            )


def near_misses(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each name that is taken for a typing error, with the name that was meant."""
    known = frozenset().union(*options_of_role().values(), OTHERS)
    for name in sorted(set(names) - known):
        if not name.lower().startswith("team"):
            continue
        meant = max(known, key=lambda option: _likeness(name, option))
        if _likeness(name, meant) >= 1:
            yield name, meant


def _value_of(variables: Mapping[str, object], name: str) -> object:
    """Return the value of a variable; where its template fails, a new object, which equals no other."""
    try:
        return variables[name]
    except AnsibleError:
        return object()


def _likeness(name: str, known: str) -> float:
    """Return how alike two names are; from 1 on, one is taken for the other."""
    if name.startswith(PREFIX):
        suffix = name.removeprefix(PREFIX).lower()
        return SequenceMatcher(None, suffix, known.removeprefix(PREFIX)).ratio() / SUFFIX_LIKENESS
    return SequenceMatcher(None, name.lower(), known).ratio() / NAME_LIKENESS
