# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the report on a run of waves, shows its table, and hands its counts to AWX; or fails for what the report complains of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._ledger.faults import LedgerFault
from ..module_utils._wave.console import table
from ..module_utils._wave.document import STATS, Campaign, artifact, document
from ..module_utils._wave.report import summarise
from ..module_utils._wave.rollback_report import lines, summarise_rollback
from ..module_utils._wave.rows import in_lines
from ..module_utils._wave.run import RunState
from ..plugin_utils._wave_run import state_file, webhook
from ..plugin_utils._wave_run.awx import left_to
from ..plugin_utils._wave_run.console import show
from ..plugin_utils._wave_run.durations import durations
from ..plugin_utils._wave_run.files import check_name, folder_of, write_report
from ..plugin_utils._wave_run.ledger import RunLedger

# Names of reports by kind, for the time of writing.
NAMES = {
    "waves": "teams-upgrade-%Y%m%d-%H%M%S",
    "readiness": "teams-upgrade-readiness-%Y%m%d-%H%M%S",
    "rollback": "teams-upgrade-rollback-%Y%m%d-%H%M%S",
}


class ActionModule(ActionBase):
    """Reports on a run of waves."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the verdict and where the report is. With `judge`, nothing is written, and the task fails where the run has failed."""
        super().run(tmp, task_vars)
        args, run = self._task.args, state_file.load()
        if left := left_to(run):
            return left
        summary = summarise_rollback(run) if run.rolls_back else summarise(run)
        if args.get("judge"):
            return {"changed": False, "failed": summary["failed"], "msg": summary["verdict"]}
        written = datetime.now().astimezone().isoformat(timespec="seconds")
        ledger = RunLedger.of(run, task_vars or {}, self._templar)
        report = document(summary, written=written, now=run.now.isoformat(), campaign=_campaign(ledger, run))
        report["duration"] = durations(run, report, ledger, task_vars or {}, self._templar)
        returned = lines(report) if run.rolls_back else []
        returned += [each["warning"] for each in report["duration"] if each["warning"]]
        show([*table(report), *(each for line in returned for each in in_lines(line))])
        name = check_name(args.get("name")) or datetime.now().strftime(NAMES[report["kind"]])
        page = write_report(report, folder_of(args.get("folder"), task_vars or {}), name)
        show([f"Report: {page}"])
        try:
            ledger.end(run, str(report["verdict"]))
        except LedgerFault as fault:
            Display().warning(f"The end of the run could not be written into the ledger. {fault.reason.sentence}")
        stats = {STATS: artifact(report, str(page), webhook.send(self, page, task_vars or {}))}
        return {
            "changed": False,
            "verdict": report["verdict"],
            "counts": report["counts"],
            "report": str(page),
            "ansible_stats": {"data": stats, "per_host": False, "aggregate": True},
        }


def _campaign(ledger: RunLedger, run: RunState) -> Campaign:
    """Return the numbers of the whole migration. Without them, the report says all the same what this run did."""
    try:
        return ledger.campaign(run)
    except LedgerFault as fault:
        Display().warning(f"The report does not show the progress of the migration. {fault.reason.sentence}")
        return Campaign()
