# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hands the written report to a webhook, by ansible.builtin.uri on the controller.

The address of a webhook is often all that it takes to write to it, so that it is as secret as a password: neither it nor the headers are
shown, logged, or written to a file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.validation import check_type_dict
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import connection_loader
from ansible.utils.display import Display

ADDRESS = "teams_upgrade_report_webhook"
TAKEN = [200, 201, 202, 204]
# A report of 10,000 users has some megabytes.
TIMEOUT = 60
# What is shorter is in every other word, and no secret.
SHORTEST = 4
SENT, NOT_SENT = "sent", "failed"
FAILED = (
    "The report was not taken by the webhook of teams_upgrade_report_webhook ({host}): {why} The run is not affected by that, and the "
    "report is in {path}."
)


def refuse_wrong_webhook(values: Mapping[str, object]) -> None:
    """Raise AnsibleActionFail for an address that is none: before anybody is changed, not afterwards."""
    address = str(values.get(ADDRESS) or "").strip()
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise AnsibleActionFail(
            f"Nothing was done: {ADDRESS} is no address of a webhook. Write one that begins with https:// or http://."
        )


def send(action: ActionBase, page: Path, found: Mapping[str, Any]) -> str:
    """Post the JSON file beside a report's page to the webhook, in check mode as well. Return what came of it; empty where there is none.

    A webhook that fails is a warning: what the run did to users does not depend on who hears of it.
    """
    args: Mapping[str, Any] = action._task.args
    address = str(args.get("webhook") or "").strip()
    if not address:
        return ""
    headers, path = check_type_dict(args.get("webhook_headers") or {}), page.with_suffix(".json")
    options = {
        "url": address,
        "method": "POST",
        "src": str(path),
        "headers": {"Content-Type": "application/json", **headers},
        "status_code": TAKEN,
        # The report goes to the address that was named, and to no other.
        "follow_redirects": "none",
        "timeout": TIMEOUT,
    }
    with _here(action):
        answer: Mapping[str, Any] = action._execute_module(
            module_name="ansible.builtin.uri",
            module_args=options,
            task_vars={**found, "ansible_python_interpreter": sys.executable},
        )
    if not answer.get("failed"):
        return SENT
    host, why = urlsplit(address).hostname, why_not(answer, [address, *map(str, headers.values())])
    Display().warning(FAILED.format(host=host, why=why, path=path))
    return NOT_SENT


@contextmanager
def _here(action: ActionBase) -> Iterator[None]:
    """Run modules on the controller, whatever connection its host has, in check mode too, without a file for options and without a log."""
    task: Any = action._task
    connection: Any = action._connection
    before = task.check_mode, task.no_log
    local: Any = connection_loader.get("ansible.builtin.local", action._play_context, "/dev/null")
    local.set_options(direct={"pipelining": True})
    try:
        task.check_mode, task.no_log, action._connection = False, True, local
        yield
    finally:
        (task.check_mode, task.no_log), action._connection = before, connection


def _forms(secret: str) -> Iterator[str]:
    """Yield how a secret may be written in an error: with its line breaks or without, and of an address what follows the host."""
    parts = urlsplit(secret) if secret.startswith(("https:", "http:")) else urlsplit("")
    for each in (secret, secret.strip(), f"{parts.path}?{parts.query}", parts.path, parts.query):
        yield from (each, repr(each)[1:-1], repr(each.encode())[2:-1])


def why_not(answer: Mapping[str, Any], secrets: list[str]) -> str:
    """Return why a report was not taken, by the answer of ansible.builtin.uri, as a sentence without secrets."""
    status = answer.get("status")
    if isinstance(status, int) and status > 0:
        return f"it answered with HTTP {status}."
    sentence = str(answer.get("msg") or "no reason was given").rstrip(".")
    written = {form for secret in secrets for form in _forms(secret) if len(form) >= SHORTEST}
    for form in sorted(written, key=len, reverse=True):
        sentence = sentence.replace(form, "***")
    return f"{sentence.removeprefix('Status code was -1 and not ' + str(TAKEN) + ': ')}."
