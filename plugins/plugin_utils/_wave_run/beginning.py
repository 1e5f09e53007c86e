# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every run begins with: variables that are not what they look like are refused, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from ansible.errors import AnsibleActionFail

from ...module_utils._ledger.interrupted import INTERRUPTED_TIMEOUT
from ...module_utils._rules.plan_users import PlanProblem
from ...module_utils._wave.plan import UnsoundPlan, parse_now
from . import awx, variables
from .files import check_folder, check_name, folder_of
from .inputs import whole_number
from .webhook import refuse_wrong_webhook

NO_HOST = (
    "The inventory lacks a host. Put a Skype for Business Server host into the group skype_servers and a host with the MicrosoftTeams "
    "module into the group teams_hosts, or name them in teams_upgrade_skype_host and teams_upgrade_teams_host."
)


# In seconds.
CLAIM_TIMEOUT = 300
# What teams_upgrade_wave is taken for where it is set and has no effect.
MEANT = {
    "wave": "teams_upgrade_waves",
    "drift": "teams_upgrade_waves",
    "plan_readiness": "teams_upgrade_waves",
    "rehearse": "teams_upgrade_waves",
    "rollback": "teams_upgrade_rollback_wave",
}
# What needs no hosts, and does not look at those of an inventory.
WITHOUT_HOSTS = ("rehearse",)


def refuse(
    entry: str, args: Mapping[str, Any], found: Mapping[str, Any], loader: Any, templar: Any, missing: str = ""
) -> None:
    """Raise AnsibleActionFail for variables that are not what they look like, and for an inventory without one of the hosts.

    `missing` says what was not given, where that is so: a name with a typing error may be why.
    """
    if entry in variables.ALONE:
        variables.refuse_extra_variables(variables.extra_variables(loader), entry)
    variables.refuse_near_misses(found)
    if missing:
        raise AnsibleActionFail(missing)
    values = variables.values_of(variables.described(entry), found, templar)
    variables.refuse_wrong_types(entry, values)
    refuse_wrong_webhook(values)
    report = check_name(values.get("teams_upgrade_report_name"))
    if entry in variables.ALONE:
        variables.refuse_set(found, "teams_upgrade_wave", MEANT[entry], entry)
        folder, named = folder_of(args.get("report_folder"), found), bool(args.get("report_folder"))
        check_folder(folder, report)
        awx.check_reports(folder, found, named=named, sent=bool(values.get("teams_upgrade_report_webhook")))
    if entry not in WITHOUT_HOSTS:
        _refuse_hosts(args, found, values)


def _refuse_hosts(args: Mapping[str, Any], found: Mapping[str, Any], values: Mapping[str, object]) -> None:
    """Raise AnsibleActionFail for an inventory without one of the hosts, and for variables of the role that are set for one of them."""
    hosts = (args.get("skype_host"), args.get("teams_host"))
    for name in hosts:
        if not name:
            raise AnsibleActionFail(awx.SLICED if awx.launch_of_slices(found) else NO_HOST)
        if name not in found.get("groups", {}).get("all", ()):
            raise AnsibleActionFail(f"The inventory has no host {name}. {NO_HOST.partition('. ')[2]}")
        variables.refuse_near_misses(found["hostvars"][name])
    variables.refuse_set_for_hosts(found["hostvars"], map(str, hosts), str(found["inventory_hostname"]), values)


@contextmanager
def sound_plan() -> Iterator[None]:
    """Raise AnsibleActionFail for a plan, or users, with problems: half of it must not be carried out."""
    try:
        yield
    except UnsoundPlan as unsound:
        sentences = " ".join(f"{each.message} {each.remedy}" for each in unsound.problems)
        raise AnsibleActionFail(f"Nothing was done, since the plan is not sound. {sentences}") from None
    except PlanProblem as problem:
        raise AnsibleActionFail(f"Nothing was done. {problem}") from None


def claim_timeout_of(args: Mapping[str, Any]) -> int:
    """Return the seconds after which the users of a silent run are free. Raises AnsibleActionFail for what is no number."""
    return whole_number(args.get("claim_timeout"), "teams_upgrade_claim_timeout") or CLAIM_TIMEOUT


def interrupted_timeout_of(args: Mapping[str, Any]) -> int:
    """Return the seconds for which a dead run's move may be at work. Raises AnsibleActionFail for what is no number."""
    return whole_number(args.get("interrupted_timeout"), "teams_upgrade_interrupted_timeout") or INTERRUPTED_TIMEOUT


def now_of(args: Mapping[str, Any]) -> datetime:
    """Return the moment of a run: the plan's time where it is given. Raises AnsibleActionFail for what is no time."""
    if not args.get("now"):
        return datetime.now().astimezone()
    try:
        return parse_now(str(args["now"]))
    except PlanProblem as problem:
        raise AnsibleActionFail(f"Nothing was done. {problem}") from None


def folder_of_files(args: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return where relative paths of users files start: the folder that is named, or that of the inventory that names the hosts."""
    host = str(args["skype_host"])
    inventory = found["hostvars"][host].get("inventory_dir") if host in found.get("hostvars", {}) else None
    return str(args.get("directory") or inventory or found.get("playbook_dir") or ".")
