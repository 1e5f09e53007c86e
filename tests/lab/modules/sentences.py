# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what a user reads can be understood without looking anywhere else."""

from __future__ import annotations

import re

from tests.controller import Run
from tests.lab.modules.people import Answer

# What ansible-core puts before a message of its own making, or in the place of one.
EMPTY = re.compile(r"Task failed[.:]?\s*$|MODULE FAILURE|See stdout/stderr|-vvv")


def said(answer: Answer) -> str:
    """The message of a task that failed: sentences on one line, with the remedy where there is a reason."""
    assert answer["failed"]
    message = str(answer["msg"])
    assert "\n" not in message
    assert not EMPTY.search(message)
    if "reason" in answer:
        what, remedy = answer["reason"]["message"].rstrip("."), answer["reason"]["remedy"]
        assert message == f"{what}. {remedy}"
        assert remedy.endswith(".")
    return message


def assert_clear(run: Run) -> None:
    """Nothing in the output of a run looks like a defect, and every failure is shown with its message."""
    assert "Traceback" not in run.output
    for line in run.output.splitlines():
        assert not EMPTY.search(line), line
    for result in run.results:
        if result.status == "failed":
            assert result.result["msg"] in run.output.replace('\\"', '"').replace("\\\\", "\\")
