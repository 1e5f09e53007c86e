# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the upgrades of a daily job would take: with the sessions of the inventory, and the times of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ansible.errors import AnsibleError

from ...module_utils._ledger.faults import LedgerFault
from ...module_utils._wave.durations import Pace, of_report
from ...module_utils._wave.run import RunState
from .ledger import RunLedger

SESSIONS, MORE_HOSTS = "ansible_runspace_sessions", "ansible_runspace_more_hosts"
HOSTS = {"skype_hosts": "teams_upgrade_skype_host", "teams_hosts": "teams_upgrade_teams_host"}


def durations(
    run: RunState, report: Mapping[str, Any], ledger: RunLedger, found: Mapping[str, Any], templar: Any
) -> list[dict[str, Any]]:
    """Return how long the waves would take that check mode predicts to be upgraded, and nothing of a run that does it.

    The hosts are those of the inventory, with the hosts that share their work.
    """
    if not run.check_mode or run.rolls_back or run.readiness or run.drift:
        return []
    pace = _pace(ledger, found, templar)
    waves = [state.wave for state in run.waves.values() if state.planned]
    return [each.to_result() for each in of_report(waves, run.now, report, pace)]


def _pace(ledger: RunLedger, found: Mapping[str, Any], templar: Any) -> Pace:
    known: dict[str, Any] = {}
    for side, variable in HOSTS.items():
        # What is no number, or cannot be read, the connection complains of.
        with suppress(AnsibleError, ValueError, TypeError, KeyError):
            host = found["hostvars"][str(templar.template(found[variable]))]
            known[side] = 1 + len(host.get(MORE_HOSTS) or ())
            known["sessions"] = min(known.get("sessions", 1 << 16), int(host.get(SESSIONS, Pace().sessions)))
    with suppress(LedgerFault), ledger.open() as opened:
        known["measured"] = opened.seconds_by_action()
    return Pace(**known)
