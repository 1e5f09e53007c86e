# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of variables as surveys and files write them: often as text."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._model import (
    drift_reasons,
    ledger_reasons,
    organisation_reasons,
    reasons,
    rollback_reasons,
    wave_reasons,
)
from ...module_utils._wave.run import Phase

REPORT = "report"
PHASES_OF_WAVES = tuple(phase for phase in Phase if phase is not Phase.ROLLBACK)
PHASES_OF_ROLLBACK = (Phase.READINESS, Phase.ROLLBACK)
# Each of them puts its reasons into the catalogue.
REASONS = (reasons, organisation_reasons, ledger_reasons, rollback_reasons, wave_reasons, drift_reasons)
# Tags that mean something to Ansible itself.
LIKENESS = 0.7
ANSIBLES = ("all", "always", "never", "tagged", "untagged")


def plan_of(args: Mapping[str, Any], found: Mapping[str, Any], templar: Any) -> Any:
    """Return the plan. ansible-core 2.18 makes a text of a mapping in which dates are: it is taken from its variable then."""
    given, known = args.get("plan"), found.get("teams_upgrade_plan")
    return templar.template(known) if isinstance(given, str) and isinstance(known, Mapping) else given


def truth(value: object, name: str) -> bool:
    """Return a Boolean, also where it is written as text; unset is false. Raises AnsibleActionFail for what is neither."""
    try:
        return bool(boolean(value)) if value not in (None, "") else False
    except TypeError:
        raise AnsibleActionFail(f"{name} is {value!r}. Write true or false. Nothing was done.") from None


def whole_number(value: object, name: str) -> int | None:
    """Return a number above 0, also where it is written as text; None where it is unset. Raises AnsibleActionFail for anything else."""
    if value in (None, ""):
        return None
    if str(value).strip().isdecimal() and int(str(value)) > 0:
        return int(str(value))
    raise AnsibleActionFail(f"{name} is {value!r}. Write a whole number above 0, or leave it out. Nothing was done.")


def names_of(value: object, variable: str) -> list[str]:
    """Return names from a list, or from a text with commas or lines between them, or that is a list in JSON; a number is a name, too.

    Only what is unset or empty means none. Raises AnsibleActionFail for everything else: what is not understood must not mean everybody.
    """
    if value is None or value in ("", [], ()):
        return []
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    listed = _in_text(value) if isinstance(value, str) else value
    if isinstance(listed, Sequence) and not any(isinstance(each, Mapping | list | bool) for each in listed):
        names = [name for each in listed if (name := str(each).strip())]
        if names:
            return names
    raise AnsibleActionFail(
        f"{variable} is {value!r}, which names nothing. Write a list of names, or leave it out. Nothing was done."
    )


def _in_text(text: str) -> object:
    """Return the names in a text, as surveys and extra variables write lists."""
    if text.lstrip().startswith("["):
        with contextlib.suppress(ValueError):
            return json.loads(text)
    return re.split(r"[,\n]", text)


def refuse_unknown_reasons(codes: Iterable[str]) -> None:
    """Raise AnsibleActionFail for a code that no reason has: accepting it would have no effect."""
    known = [reason.code for reason in reasons.catalogue()]
    for code in sorted(codes):
        if code not in known:
            near = get_close_matches(code, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise AnsibleActionFail(
                f"Nothing was done: teams_upgrade_accepted_reasons has {code}, which is no reason's code.{hint} docs/reasons.md lists them."
            )


def phases_of(
    arguments: Mapping[str, Any], own: Sequence[str], phases: Sequence[Phase] = PHASES_OF_WAVES
) -> frozenset[Phase]:
    """Return those of the phases that `--tags` and `--skip-tags` leave. The tag `report` alone reads and reports, and changes nothing.

    `own` are the tags of the task itself. A tag that is neither a phase nor one of them may be a typing error, and would have everything
    done: raises AnsibleActionFail.
    """
    names = {phase.value: phase for phase in phases}
    asked, left_out = (
        [str(tag) for tag in arguments.get(key) or () if str(tag) not in {*ANSIBLES, *own}]
        for key in ("tags", "skip_tags")
    )
    for tag in (*asked, *left_out):
        near = get_close_matches(tag, [*names, REPORT], n=1, cutoff=LIKENESS)
        # Programs such as Molecule leave out tags of their own, which changes nothing here.
        if tag not in names and tag != REPORT and (near or tag in asked):
            hint = f"Did you mean {near[0]}? " if near else ""
            known = ", ".join([*names, REPORT])
            raise AnsibleActionFail(f"Nothing was done: there is no tag {tag}. {hint}The tags are {known}.")
    wanted = {names[tag] for tag in asked if tag in names} if asked else set(phases)
    return frozenset((wanted | {Phase.READINESS}) - {names[tag] for tag in left_out if tag in names})
