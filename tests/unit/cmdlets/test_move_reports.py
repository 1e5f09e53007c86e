# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of moves: their names, what they say, and what becomes of moves whose reports say so or are not there (R37)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.move_reports import report_in, with_report
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.apply import ChangeApplier
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.attempts import Attempt
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.batches import Following
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import FailureCount, Limits
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cmdlets.hosts import answer, onprem
from tests.unit.cmdlets.scripted import OK, Reply, Scripted, failing, prepared, still

FOLDER = r"D:\Reports"
ALICE = MoveUser("sip:alice@contoso.com", "sipfed.online.lync.com", report_dir=FOLDER, report_name="a.csv")
UNSYNCED = "HostedMigration fault: Error=(506), Description=(The user could move be moved.)"
CLOSED = "HostedMigration fault: Error=(510), Description=(This user's tenant is not enabled.)"
UNLICENSED = "HostedMigration fault: Error=(507), Description=(User must has an assigned license.)"
HOST = onprem(Import_Csv="Path LiteralPath")


def reported(move: MoveUser) -> str | None:
    named = with_report(move)
    assert isinstance(named, MoveUser)
    return named.report


@given(st.text(min_size=1), st.sampled_from([FOLDER, FOLDER + "\\", "\\\\server\\share", "D:/"]))
def test_r37_a_reports_name_is_unique_and_holds_nothing_special_in_a_path(user: str, folder: str) -> None:
    move = MoveUser(f"sip:{user}@contoso.com", "x", report_dir=folder)
    paths = {str(reported(move)) for _number in range(3)}
    assert len(paths) == 3
    for path in paths:
        assert re.fullmatch(r"move-[a-z0-9._-]{1,64}-[0-9a-f]{32}\.csv", path.rpartition("\\")[2])
        assert path.startswith(folder.rstrip("\\/") + "\\move-")


def test_no_report_is_named_where_none_is_wished() -> None:
    move = MoveUser("sip:alice@contoso.com", "x")
    assert with_report(move) is move
    assert move.report is None


def row(error: object, user: str = "sip:Alice@contoso.com") -> dict[str, object]:
    return {"SipAddress": user, "StartTime": "2026-12-07", "ErrorMsg": error}


@pytest.mark.parametrize(
    ("said", "error", "unread"),
    [
        (answer(row("Success")), None, ""),
        (answer(row(" success ")), None, ""),
        (answer(row("")), None, ""),
        (answer(row(None)), None, ""),
        (answer(row(f" {UNSYNCED}\n")), UNSYNCED, ""),
        # One line is the user's, whatever the columns are called.
        (answer({"ErrorMsg": "Busy"}), "Busy", ""),
        (answer(row("Busy", "sip:bob@contoso.com"), row("Success")), None, ""),
        (answer(row("Success", "sip:bob@contoso.com"), row("Busy")), "Busy", ""),
        (answer(row("Busy", "sip:bob@contoso.com"), row("Busy", "x")), None, "none of its lines names the user"),
        (answer(), None, "it has no column ErrorMsg, or no line"),
        (answer({"SipAddress;ErrorMsg": "sip:alice@contoso.com;Busy"}), None, "it has no column ErrorMsg, or no line"),
        (
            answer(error=rf"Could not find file '{FOLDER}\a.csv'.", state=State.FAILED),
            None,
            "Could not find file 'the file'",
        ),
        (answer(error="Cannot find drive X."), None, "Cannot find drive X"),
        (answer(state=State.TIMEOUT), None, "the host did not answer in time"),
        (answer(row("Busy"), state=State.LOST), None, "the connection to the host was lost"),
    ],
)
def test_r37_what_a_report_says(said: Answer, error: str | None, unread: str) -> None:
    found = report_in(said, ALICE)
    assert found.error == error
    assert found.unread == (rf"the report of the move in {FOLDER} could not be read: {unread}." if unread else "")


class Server:
    """Moves everybody as `moves` says, OK by default; reports say what `reports` does of each user, Success by default."""

    def __init__(self, moves: Mapping[str, Reply] | None = None, **reports: Sequence[object]) -> None:
        self._moves = moves or {}
        self._reports = {user: list(each) for user, each in reports.items()}
        self._users: dict[str, str] = {}

    def __call__(self, command: Mapping[str, Any]) -> Reply:
        given = command["parameters"]
        if command["name"] == "Move-CsUser":
            user = given["Identity"].removeprefix("sip:").split("@")[0]
            self._users[given.get("Report", "")] = user
            return self._moves.get(user, OK)
        said = self._reports.get(self._users[given["LiteralPath"]], ["Success"])
        error = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(error, str):
            return {"state": "completed", "output": [{"ErrorMsg": error}]}
        return failing(f"Could not find file '{given['LiteralPath']}'.", "FileOpenFailure")


def send(server: Server, count: int, host: Host = HOST, **limits: int) -> tuple[list[Attempt], ChangeApplier, Scripted]:
    connection = Scripted(server)
    users = parse_users(f"u{number}@contoso.com" for number in range(count))
    changes = {user: Change({}, {}, MoveUser(user.sip, "sipfed.online.lync.com", report_dir=FOLDER)) for user in users}
    applying = ChangeApplier(
        connection.remote(), host, FailureCount(Limits(retry_delay=0, **limits), count), following=Following(0, 0)
    )
    return list(applying.send(prepared(changes, host), still(changes)).values()), applying, connection


def codes(attempts: Sequence[Attempt]) -> list[str | None]:
    return [each.fault.code if each.fault else None for each in attempts]


def called(connection: Scripted) -> list[str]:
    return [command["name"] for command in connection.started]


def test_a_user_whose_move_and_report_both_fail_is_counted_once() -> None:
    _attempts, applying, _connection = send(Server({"u0": failing("Something odd.")}, u0=[UNSYNCED]), 3)
    assert applying.failures.users == {"u0@contoso.com"}


def test_r37_each_move_has_a_report_which_is_read_before_other_moves() -> None:
    attempts, _applying, connection = send(Server(), 3)
    assert called(connection) == ["Move-CsUser", "Import-Csv"] * 3
    paths = [command["parameters"].get("Report") for command in connection.started]
    assert paths[::2] == [command["parameters"].get("LiteralPath") for command in connection.started][1::2]
    assert len(set(paths[::2])) == 3
    assert connection.first == [False, True, True, True]
    assert codes(attempts) == [None] * 3
    assert [each.warnings for each in attempts] == [[]] * 3


@pytest.mark.parametrize(
    ("cmdlet", "report", "code"),
    [
        (OK, UNSYNCED, "not_synced"),
        (OK, "Something odd.", "fault"),
        (failing("Something odd."), UNSYNCED, "not_synced"),
        (failing("Something odd."), "Something else.", "fault"),
        (failing(UNSYNCED), "Something odd.", "not_synced"),
        (failing(UNSYNCED), "Success", "not_synced"),
        (failing(UNSYNCED), None, "not_synced"),
    ],
)
def test_r37_the_report_tells_the_reason_unless_only_the_cmdlet_knows_one(
    cmdlet: Reply, report: str | None, code: str
) -> None:
    [attempt], _applying, _connection = send(Server({"u0": cmdlet}, u0=[report]), 1)
    assert codes([attempt]) == [code]
    assert len(attempt.warnings) == (report is None)


def test_r37_r39_what_a_report_says_of_everybody_stops_everybody() -> None:
    attempts, applying, connection = send(Server(u1=[CLOSED]), 4)
    assert called(connection) == ["Move-CsUser", "Import-Csv"] * 2
    assert [each.started for each in attempts] == [True, True, False, False]
    assert applying.stopped is not None
    assert applying.stopped.code == "shared_sip_address_space"


def test_r37_r40_a_failure_that_only_the_report_tells_counts_and_is_tried_again() -> None:
    attempts, _applying, connection = send(Server(u0=[UNLICENSED, "Success"]), 1)
    assert called(connection) == ["Move-CsUser", "Import-Csv"] * 2
    assert len({command["parameters"]["Report"] for command in connection.started[::2]}) == 2
    assert codes(attempts) == [None]
    stopped = send(Server(u0=[UNSYNCED], u1=[UNSYNCED]), 4, max_fail_percentage=25)
    assert [each.started for each in stopped[0]] == [True, True, False, False]


@pytest.mark.parametrize(
    ("host", "sent", "words"),
    [
        (onprem(), True, "since sfb01 does not offer Import-Csv"),
        (onprem(Import_Csv="Path"), True, "since sfb01 does not offer Import-Csv with -LiteralPath"),
        (onprem(Move_CsUser="Identity Target", Import_Csv="LiteralPath"), False, "Move-CsUser has no -Report on sfb01"),
    ],
)
def test_r37_what_a_host_cannot_do_about_reports_is_a_warning(host: Host, sent: bool, words: str) -> None:
    [attempt], _applying, connection = send(Server(), 1, host)
    assert called(connection) == ["Move-CsUser"]
    assert ("Report" in connection.started[0]["parameters"]) is sent
    assert codes([attempt]) == [None]
    [warning] = attempt.warnings
    assert words in warning


def test_a_report_is_not_asked_for_where_the_move_may_still_be_under_way() -> None:
    [attempt], _applying, connection = send(Server({"u0": {"state": "lost"}}), 1)
    assert called(connection) == ["Move-CsUser"]
    assert not attempt.answered


def test_r37_r41_a_failure_that_cmdlet_and_report_both_tell_counts_once() -> None:
    both = Server({"u0": failing("Something odd.")}, u0=[UNSYNCED])
    attempts, applying, _connection = send(both, 4, max_fail_percentage=25)
    assert codes(attempts) == ["not_synced", None, None, None]
    assert [each.started for each in attempts] == [True] * 4
    assert not applying.failures.spent
    # One more is one too many.
    twice = Server({"u0": failing("Something odd."), "u1": failing("Something odd.")}, u0=[UNSYNCED])
    attempts, applying, _connection = send(twice, 4, max_fail_percentage=25)
    assert [each.started for each in attempts] == [True, True, False, False]
    assert applying.failures.spent


def test_r37_a_report_without_an_error_is_no_failure() -> None:
    attempts, applying, _connection = send(Server(u0=["Success"], u1=[None]), 3, max_failures=0)
    assert codes(attempts) == [None] * 3
    assert not applying.failures.spent


@pytest.mark.parametrize("state", ["lost", "timeout"])
def test_r40_a_lost_answer_counts_as_a_failure(state: str) -> None:
    attempts, applying, _connection = send(Server({"u0": {"state": state}}), 3, max_failures=0)
    assert [each.started for each in attempts] == [True, False, False]
    assert applying.failures.spent
