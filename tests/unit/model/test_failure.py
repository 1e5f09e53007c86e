# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failed read as a value: only what could not be read becomes one (R11)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import (
    Failure,
    InvalidOption,
    NotOffered,
    read_or_reason,
)

WHY = Reason("read_failed", "Nobody answers.")


def read(*, problem: Exception | None = None) -> int:
    if problem is not None:
        raise problem
    return 5


def test_what_was_read_is_the_value_and_a_failure_its_reason() -> None:
    assert read_or_reason(read) == 5
    assert read_or_reason(read, problem=Failure(WHY)) is WHY


@pytest.mark.parametrize("problem", [NotOffered(WHY), InvalidOption("No."), ValueError("odd"), KeyError("odd")])
def test_what_is_no_failed_read_stays_an_error(problem: Exception) -> None:
    with pytest.raises(type(problem)) as raised:
        read_or_reason(read, problem=problem)
    assert raised.value is problem


def test_errors_say_what_is_wrong() -> None:
    assert (str(Failure(WHY)), str(InvalidOption("No."))) == ("Nobody answers.", "No.")
    assert InvalidOption("No.").remedy == "Nothing was sent."
