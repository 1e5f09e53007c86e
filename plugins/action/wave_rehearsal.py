# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rehearses a plan on simulated hosts, shows each day, writes the report, and hands its counts to AWX."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._wave.console import table
from ..module_utils._wave.plan import read_plan
from ..module_utils._wave.rehearsal_table import days_and_duration
from ..plugin_utils._wave_run.beginning import now_of, refuse, sound_plan
from ..plugin_utils._wave_run.console import show
from ..plugin_utils._wave_run.files import check_name, folder_of, write_report
from ..plugin_utils._wave_run.inputs import names_of, plan_of, refuse_unknown_reasons
from ..plugin_utils._wave_run.rehearsal import collections_path, private_folder, rehearse
from ..plugin_utils._wave_run.rehearsal_inputs import directory_of, duration_of, export_of, settings_of, variables_of

NAME = "teams-upgrade-rehearsal-%Y%m%d-%H%M%S"
# What a rehearsal leaves for the next job of an AWX workflow, where it becomes an extra variable.
STATS = "teams_upgrade_rehearsal"
NO_PLAN = "Nothing was rehearsed: teams_upgrade_plan is not set, or empty. Give the plan with --extra-vars @plan.yml."


class ActionModule(ActionBase):
    """Rehearses a plan."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the verdict, the counts and where the report is."""
        super().run(tmp, task_vars)
        args, found = self._task.args, task_vars or {}
        # The folder is written to at the end, which may be hours away.
        given = {**args, "report_folder": args.get("folder")}
        refuse("rehearse", given, found, self._loader, self._templar, "" if args.get("plan") else NO_PLAN)
        job, now = self._job(args, found), now_of(args)
        name = check_name(args.get("name")) or datetime.now().strftime(NAME)
        folder = folder_of(args.get("folder"), found).absolute()
        with private_folder() as private:
            report = self._rehearsed({**job, "folder": str(private), "kept": str(folder / name)})
        written = datetime.now().astimezone().isoformat(timespec="seconds")
        whole = report | {"written": written, "now": now.isoformat()}
        show([*table(whole), *days_and_duration(whole)])
        page = write_report(whole, folder, name)
        show([f"Report: {page}"])
        kept = {key: report[key] for key in ("verdict", "failed", "counts", "check_mode", "reasons")}
        return {
            "changed": False,
            "verdict": report["verdict"],
            "counts": report["counts"],
            "report": str(page),
            "ansible_stats": {"data": {STATS: kept | {"report": str(page)}}, "per_host": False, "aggregate": True},
        }

    def _job(self, args: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the process of the rehearsal is given. Raises AnsibleActionFail for what is not sound, before anything is started."""
        directory = directory_of(args, found)
        waves = names_of(args.get("waves"), "teams_upgrade_waves")
        refuse_unknown_reasons(names_of(args.get("accepted_reasons"), "teams_upgrade_accepted_reasons"))
        plan = plan_of(args, found, self._templar)
        with sound_plan():
            read_plan(plan, lambda path: (directory / Path(path).expanduser()).read_bytes()).only(waves)
        return {
            "plan": plan,
            "plan_dir": str(directory),
            "onprem": export_of(args, "onprem", directory),
            "online": export_of(args, "online", directory),
            "settings": settings_of(args.get("settings")),
            "waves": waves,
            "now": str(args.get("now") or ""),
            "variables": variables_of(args),
            "duration": duration_of(args, found),
            "collections": collections_path(),
        }

    def _rehearsed(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Show each day as it is done, and return the report. Raises AnsibleActionFail where there is none."""
        report: dict[str, Any] = {}
        for said in rehearse(job):
            if "line" in said:
                Display().display(said["line"], stderr=True)
            elif "fault" in said:
                raise AnsibleActionFail(f"There was no rehearsal to its end. {said['fault']}")
            else:
                report = said["report"]
        return report
