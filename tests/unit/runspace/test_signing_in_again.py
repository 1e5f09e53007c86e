# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a session signs in again: what a command says that its sign-in has expired, or is gone."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, ErrorRecord, State
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.signing_in import expired

GONE = "You must call the Connect-MicrosoftTeams cmdlet before calling any other cmdlets."


@pytest.mark.parametrize(
    ("text", "output", "again"),
    [
        (GONE, [], True),
        ("The session is not authenticated.", [], True),
        ("AADSTS700082: The token has expired.", [], True),
        ("The user was not found.", [], False),
        # It has done something before it was refused: sent again, that would be done twice.
        (GONE, ["a user"], False),
    ],
)
def test_a_command_that_was_refused_for_its_sign_in_is_sent_again(text: str, output: list[str], again: bool) -> None:
    errors = [ErrorRecord(text, "Fault", "NotSpecified")]
    assert expired(Answer(State.FAILED, output=list(output), errors=errors)) is again
