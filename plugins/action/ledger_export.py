# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the ledger's users, events and runs to CSV and JSON files on the controller."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._ledger.faults import LedgerFault
from ..module_utils._ledger.opening import open_ledger
from ..plugin_utils._wave_run import variables
from ..plugin_utils._wave_run.export import as_csv, as_json, rows_of
from ..plugin_utils._wave_run.files import check_folder, check_name, folder_of, write_changed
from ..plugin_utils._wave_run.inputs import names_of
from ..plugin_utils._wave_run.ledger import default_url, password_of


class ActionModule(ActionBase):
    """Exports a ledger."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return `files`, the paths that were written, and `counts`, the numbers of rows by kind."""
        super().run(tmp, task_vars)
        args, found = self._task.args, task_vars or {}
        variables.refuse_near_misses(found)
        variables.refuse_set(found, "teams_upgrade_wave", "teams_upgrade_waves")
        waves = list(dict.fromkeys(names_of(args.get("waves"), "teams_upgrade_waves")))
        folder, name = folder_of(args.get("folder"), found), check_name(args.get("name")) or "ledger"
        url = str(args.get("ledger") or "") or default_url(found)
        password = password_of(args.get("ledger_password"))
        try:
            with open_ledger(url, password, read_only=True) as ledger:
                tables = dict(rows_of(ledger, waves))
        except LedgerFault as fault:
            raise AnsibleActionFail(f"Nothing was written. {fault.reason.sentence}") from None
        texts = {f"{name}-{kind}.csv": as_csv(kind, rows) for kind, rows in tables.items()}
        texts |= {f"{name}-{kind}.json": as_json(rows) for kind, rows in tables.items()}
        if not self._task.check_mode:
            check_folder(folder, name)
        changed = write_changed(folder, texts, predict=bool(self._task.check_mode))
        counts = {kind: len(rows) for kind, rows in tables.items()}
        counted = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        return {
            "changed": changed,
            "files": sorted(str(folder / file) for file in texts),
            "counts": counts,
            "msg": f"{counted}: {folder / name}-*",
        }
