# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is different in a job of AWX: files are gone when it ends, and one launch may be several jobs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display

from ...module_utils._wave.run import RunState

# What names the job of a run in AWX, and before it in Ansible Tower (awx_meta_vars in awx/main/models/unified_jobs.py).
PREFIXES = ("awx", "tower")
# What AWX sets in the environment of each job (build_env in awx/main/tasks/jobs.py). Other programs use the first name as well.
JOB, HOST = "JOB_ID", "AWX_HOST"
# Where Ansible Runner puts what a job leaves: PRIVATE_DATA_DIR/artifacts/JOB.
ARTIFACTS = "AWX_ISOLATED_DATA_DIR"

LOST_LEDGER = (
    "The ledger {ledger} is a file that is gone when this job of AWX ends: no later job knows who was notified, so that nobody would "
    "ever be upgraded. Set teams_upgrade_ledger to a database on a PostgreSQL server, or to a file in a folder that is mounted into "
    "the job's container (docs/awx.md)."
)
LOST_REPORT = (
    "The report's files in {folder} are gone when this job of AWX ends. Set teams_upgrade_report_dir to a folder that is mounted into "
    "the job's container, or teams_upgrade_report_webhook (docs/awx.md)."
)
LEFT = (
    "Nothing was done here: this job is a slice, and job {job} of the same launch does the work of all. Set the number of job slices "
    "of the job template to 1: waves are not divided by hosts."
)
SLICED = (
    "Nothing was done: this job is a slice (job slicing), and AWX has given it a part of the inventory only, without one of the two "
    "hosts. Set the number of job slices of the job template to 1: waves are not divided by hosts."
)


def job_of(found: Mapping[str, object]) -> str:
    """Return the number of the job of AWX that this is; empty outside of AWX."""
    by_variable = next((str(found[name]) for each in PREFIXES if found.get(name := f"{each}_job_id")), "")
    return by_variable or (os.environ.get(JOB, "") if HOST in os.environ else "")


def launch_of_slices(found: Mapping[str, object]) -> str:
    """Return the number of the workflow job that has launched this job as one of several slices; empty for a job that is no slice.

    AWX does not tell jobs that they are slices. It launches a sliced job template as a workflow job of the template's name
    (create_unified_job in awx/main/models/jobs.py). A workflow of one's own that is called like its job template looks alike.
    """
    name = found.get("awx_workflow_job_name")
    return str(found.get("awx_workflow_job_id") or "") if name and name == found.get("awx_job_template_name") else ""


def check_ledger(url: str, found: Mapping[str, object], *, named: bool, only_warn: bool) -> None:
    """Raise AnsibleActionFail, or warn, in a job of AWX whose ledger is gone at its end. `named`: it is not the default one."""
    if not job_of(found) or not url.startswith("sqlite"):
        return
    path = Path("/", unquote(url.partition("://")[2]).lstrip("/"))
    if named and not _is_gone(path):
        return
    if not only_warn:
        raise AnsibleActionFail(f"Nothing was done. {LOST_LEDGER.format(ledger=path)}")
    Display().warning(LOST_LEDGER.format(ledger=path))


def check_reports(folder: Path, found: Mapping[str, object], *, named: bool, sent: bool) -> None:
    """Warn in a job of AWX whose report is gone at its end. `sent`: it goes to a webhook as well."""
    if job_of(found) and not sent and (not named or _is_gone(folder)):
        Display().warning(LOST_REPORT.format(folder=folder))


def left_to(run: RunState) -> dict[str, object]:
    """Return the result of a task that has nothing to do, since another slice does the work; empty where this job does it."""
    return {"changed": False, "skipped": True, "skip_reason": LEFT.format(job=run.left_to)} if run.left_to else {}


def _is_gone(path: Path) -> bool:
    """Return whether a path lies in the folder that is made for a job and removed afterwards."""
    artifacts = os.environ.get(ARTIFACTS)
    return bool(artifacts) and Path(str(artifacts)).parent.parent.resolve() in path.resolve().parents
