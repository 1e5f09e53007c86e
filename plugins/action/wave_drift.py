# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges everybody whom a look for drift has read, writes the report, shows its table, and hands its counts to AWX."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._ledger.faults import LedgerFault
from ..module_utils._wave.document import STATS, artifact
from ..module_utils._wave.drift_report import table
from ..module_utils._wave.drift_run import fault_of
from ..module_utils._wave.rows import in_lines
from ..module_utils._wave.run import DriftRun, RunState
from ..plugin_utils._wave_run import state_file, webhook
from ..plugin_utils._wave_run.awx import left_to
from ..plugin_utils._wave_run.console import show
from ..plugin_utils._wave_run.drift import look
from ..plugin_utils._wave_run.files import check_name, folder_of, write_report
from ..plugin_utils._wave_run.inputs import truth
from ..plugin_utils._wave_run.ledger import RunLedger

# What a look leaves besides: its counts alone.
DRIFT_STATS = "teams_upgrade_drift"
FAILS = " The job fails since teams_upgrade_fail_on_drift is true. The report says who, why, and what to do."


class ActionModule(ActionBase):
    """Reports on drift."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the verdict, the counts and where the report is. With `judge`, nothing is written, and the task fails for drift."""
        super().run(tmp, task_vars)
        args, run, found = self._task.args, state_file.load(), task_vars or {}
        if left := left_to(run):
            return left
        drift = run.drift
        if drift is None:
            raise AnsibleActionFail("This run does not look for drift: begin it with the option drift of wave_plan.")
        if args.get("judge"):
            because = FAILS if drift.failed and drift.judged else ""
            return {"changed": False, "failed": drift.failed, "msg": f"{drift.verdict}{because}"}
        report = self._look(run, drift, RunLedger.of(run, found, self._templar))
        written = datetime.now().astimezone().isoformat(timespec="seconds")
        whole = report | {"written": written, "now": run.now.isoformat()}
        show(table(report))
        name = check_name(args.get("name")) or datetime.now().strftime("teams-upgrade-drift-%Y%m%d-%H%M%S")
        page = write_report(whole, folder_of(args.get("folder"), found), name)
        if not drift.failed:
            show(list(in_lines(drift.verdict, indent=0)))
        show([f"Report: {page}"])
        stats = {STATS: artifact(whole, str(page), webhook.send(self, page, found)), DRIFT_STATS: report["counts"]}
        return {
            "changed": False,
            "verdict": drift.verdict,
            "counts": report["counts"],
            "report": str(page),
            "ansible_stats": {"data": stats, "per_host": False, "aggregate": True},
        }

    def _look(self, run: RunState, drift: DriftRun, ledger: RunLedger) -> dict[str, Any]:
        """Judge everybody, and end the run. Raises AnsibleActionFail where the ledger fails: without it nobody can be judged."""
        fail_on_drift = truth(self._task.args.get("fail_on_drift"), "teams_upgrade_fail_on_drift")
        try:
            report = look(run, ledger, fail_on_drift=fail_on_drift)
            drift.verdict, drift.failed = str(report["verdict"]), bool(report["failed"])
            # What was read is not needed by the tasks after this one.
            drift.judged, drift.everybody = fault_of(run) is None, None
            ledger.end(run, drift.verdict)
        except LedgerFault as fault:
            raise AnsibleActionFail(f"Nobody was judged. {fault.reason.sentence}") from None
        state_file.save(run)
        return report
