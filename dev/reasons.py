# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/reasons.md: every reason that a result may give, with what it means and what to do.

`make tables` runs this: call it after a change of the collection's own catalogues. With --check nothing is written.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import (
    drift_reasons,
    faults,
    ledger_reasons,
    organisation_reasons,
    rollback_reasons,
    wave_reasons,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.reasons import catalogue

# Each of them puts its reasons into the catalogue.
SOURCES = (drift_reasons, faults, ledger_reasons, organisation_reasons, rollback_reasons, wave_reasons)
PAGE = Path(__file__).parents[1] / "docs" / "reasons.md"
# Reasons without a session, or without a result: their sentences are made where they come from.
ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "authentication": ("The host refuses the account.", "Check ansible_user, ansible_password and ansible_psrp_auth."),
    "busy": ("The host, or what is before it, takes no more at the moment.", "Run again; see the service WinRM."),
    "certificate": ("The host's certificate is not trusted.", "Trust its issuer, or see ansible_psrp_cert_validation."),
    "closed": ("The sessions have been closed.", "Run the task again."),
    "connection": ("There is no connection to the host, or its process ended.", "Set ansible_connection; run again."),
    "host_differs": (
        "A host that is to share the work has other versions than the first.",
        "Bring both to the same versions, or leave it out of ansible_runspace_more_hosts.",
    ),
    "invalid_option": ("An option or variable holds what it cannot hold.", "Write what the sentence asks for."),
    "invalid_user": ("What was given is no user's address.", "Name each user in full, by one address."),
    "library_missing": (
        "A Python library is missing on the controller, or another version than those that work.",
        "Install what the sentence names.",
    ),
    "module_missing": ("The host lacks the module that its side needs.", "Install it, or name another host."),
    "session_refused": (
        "The host gives no session, or not one that can be used.",
        "See the sentence: quota or endpoint.",
    ),
    "sign_in_failed": ("Connect-MicrosoftTeams failed.", "Check the ansible_runspace_teams_ variables."),
    "start_timeout": ("No session opened in time.", "Raise ansible_runspace_start_timeout."),
    "step_failed": ("A step of a wave ended without an answer (in reports).", "Mend the cause and run again."),
    "timeout": ("No session opened in time.", "Raise ansible_runspace_start_timeout."),
    "unreachable": ("The host cannot be reached.", "Check its name, port and firewall."),
}
HEAD = """\
<!--
Copyright (c) 2026 sfb.teams_upgrade contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->
<!-- Made by dev/reasons.py from the collection's catalogues. -->

# Reasons

Whatever is not simply done carries a reason: `reason` of a user, of a task that failed, or of a check. It has a `code` from this page, a
`message`, a `remedy`, and a `scope`: `user` concerns that user alone, `organisation` would meet everybody alike and stops the task.
Each code is an anchor: `reasons.md#account_disabled` leads to its row.
`retryable` says that it passes by itself; modules try such faults again by themselves (`retries`). Words in braces are filled in.
"""


# The row of a code in a table.
ROW = re.compile(r"\| `(?P<code>[a-z_]+)` \|")


def whole(reason: Reason) -> tuple[str, ...]:
    """Return the row of a reason."""
    passing = "yes" if reason.retryable else ""
    return f"`{reason.code}`", reason.scope.value, passing, reason.message, reason.remedy


def of_hosts() -> Iterator[tuple[str, ...]]:
    """Yield the rows of what hosts say, one for each entry of the catalogue."""
    for entry in faults.CATALOGUE:
        sign = f"`Error=({entry.code})`" if entry.code else f"id `{entry.id}`" if entry.id else f"text `{entry.text}`"
        reason = entry.reason
        yield f"`{reason.code}`", reason.scope.value, "yes" if reason.retryable else "", sign, reason.remedy


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    lines = [list(head), ["---"] * len(list(head)), *map(list, rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def page() -> str:
    """Return the page."""
    known = [reason for reason in catalogue() if reason.code != organisation_reasons.CHECK_MODE_REFUSED.code]
    of_ledger = [reason for reason in known if reason.code.startswith(ledger_reasons.BEGINNING)]
    columns = ["code", "scope", "passes", "message", "remedy"]
    of_users = [whole(reason) for reason in known if reason.scope is Scope.USER]
    of_all = [whole(each) for each in known if each.scope is Scope.ORGANISATION and each not in of_ledger]
    heard = table(["code", "scope", "passes", "what the host says", "remedy"], of_hosts())
    elsewhere = table(["code", "what it means", "remedy"], ((f"`{code}`", *words) for code, words in ELSEWHERE.items()))
    parts = [
        HEAD,
        "## Of one user\n",
        table(columns, of_users) + "\n",
        "## Of everybody\n",
        table(columns, of_all) + "\n",
        "## Of the ledger\n",
        table(columns, map(whole, of_ledger)) + "\n",
        "## What hosts say\n",
        "The message is the host's own, whole. A number in `Error=(NNN)` counts before the text, and is given as `number`. What is in no"
        " row has the code `fault` and concerns the user alone.\n",
        heard + "\n",
        "## Sessions and options\n",
        elsewhere + "\n",
    ]
    return "\n".join(_with_anchors(parts))


def _with_anchors(parts: Iterable[str]) -> Iterator[str]:
    """Yield the parts with an anchor at the first row of each code: reasons.md#CODE leads there from a message."""
    known: set[str] = set()
    for line in (line for part in parts for line in part.split("\n")):
        found = ROW.match(line)
        if found and found["code"] not in known:
            known.add(found["code"])
            line = f'| <a id="{found["code"]}"></a>{line.removeprefix("| ")}'
        yield line


def main() -> int:
    """Write the page, or with --check say whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is not up to date")
    if parser.parse_args().check:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        print(f"{PAGE.name}: {'up to date' if same else 'run make tables'}")
        return 0 if same else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
