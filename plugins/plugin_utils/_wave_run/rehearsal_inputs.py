# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rehearsal is given, as surveys and files write it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail

from ...module_utils._ledger.faults import LedgerFault
from ...module_utils._ledger.opening import open_ledger
from ...module_utils._wave.durations import Pace
from .inputs import whole_number
from .ledger import default_url, password_of

# The options that are the daily job's too, and go to it as they are.
PASSED = (
    "accepted_reasons",
    "without_telephony",
    "notify_policy",
    "most_users",
    "meetings_catch_up",
)
SETTINGS = "teams_upgrade_rehearsal_settings"


def directory_of(args: Mapping[str, Any], found: Mapping[str, Any]) -> Path:
    """Return where relative paths start: the folder that is named, or that of the inventory, or else the current one."""
    if args.get("directory"):
        return Path(str(args["directory"])).expanduser().absolute()
    sources = found.get("ansible_inventory_sources")
    paths = (
        [Path(str(each)) for each in sources if each and "," not in str(each)]
        if isinstance(sources, (list, tuple))
        else []
    )
    # Without an inventory, Ansible names its own default.
    known = [path.absolute() for path in paths if path.exists() and path != Path("/etc/ansible/hosts")]
    return next((path if path.is_dir() else path.parent for path in known), Path.cwd())


def export_of(args: Mapping[str, Any], side: str, directory: Path) -> str:
    """Return the path of an export, empty where none is named. Raises AnsibleActionFail for what is no file that can be read."""
    given = args.get(side)
    if given in (None, ""):
        return ""
    if not isinstance(given, str):
        raise AnsibleActionFail(
            f"teams_upgrade_rehearsal_{side} is {given!r}. Write the path of a file. Nothing was rehearsed."
        )
    path = directory / Path(given).expanduser()
    if not path.is_file():
        raise AnsibleActionFail(
            f"Nothing was rehearsed: there is no file {path}. Correct teams_upgrade_rehearsal_{side}."
        )
    return str(path)


def settings_of(value: object) -> dict[str, Any]:
    """Return what is said of the organisation, from a mapping or from YAML as a survey has it. Raises AnsibleActionFail otherwise."""
    if isinstance(value, str):
        try:
            value = yaml.safe_load(value)
        except yaml.YAMLError:
            raise AnsibleActionFail(
                f"{SETTINGS} is a text that is no YAML. Write a mapping. Nothing was rehearsed."
            ) from None
    if value in (None, "", []):
        return {}
    if not isinstance(value, Mapping):
        raise AnsibleActionFail(f"{SETTINGS} is {value!r}. Write a mapping of names to values. Nothing was rehearsed.")
    return dict(value)


def variables_of(args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables of the daily job that are set."""
    return {f"teams_upgrade_{name}": args[name] for name in PASSED if args.get(name) not in (None, "", [])}


def duration_of(args: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return by what the duration is calculated: sessions, hosts, and the seconds of each cmdlet that the ledger has, if there is one."""
    usual = Pace()
    numbers = {
        name: whole_number(args.get(name), f"teams_upgrade_rehearsal_{name}") or getattr(usual, name)
        for name in ("sessions", "skype_hosts", "teams_hosts")
    }
    return {**numbers, "measured": {}, "note": ""} | _measured(args, found)


def _measured(args: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is measured in the ledger; nothing where none is named and none is there by default."""
    named = str(args.get("ledger") or "")
    try:
        with open_ledger(
            named or default_url(found), password_of(args.get("ledger_password")), read_only=True
        ) as ledger:
            return {"measured": ledger.seconds_by_action()}
    except LedgerFault as fault:
        if not named:
            return {}
        return {"note": f"The duration is calculated without the ledger. {fault.reason.sentence}"}
