# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules ledger_info and ledger, run as an administrator runs them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.modules import ledger as ledger_module
from ansible_collections.sfb.teams_upgrade.plugins.modules import ledger_info

from tests.controller import Controller, Task
from tests.ledgers import Place

from .builders import ALICE, BOB, CAROL, ONLINE, ONPREM, begin, move, notify

LOCAL = {
    "all": {
        "hosts": {
            "here": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        }
    }
}
Tasks: TypeAlias = Callable[[Sequence[Task]], list[dict[str, Any]]]
NOTHING = {"users": [], "events": 0, "runs": 0}


@pytest.fixture
def controller(short_folder: Path) -> Controller:
    return Controller(short_folder, LOCAL)


@pytest.fixture
def run_tasks(capsys: pytest.CaptureFixture[str]) -> Tasks:
    """Runs the modules' entry functions in this process, and returns what each of them prints."""
    # ansible-core has it from 2.19 on.
    patch_module_args = pytest.importorskip("ansible.module_utils.testing").patch_module_args

    def answered(task: Task) -> dict[str, Any]:
        given = {**task.args, "_ansible_check_mode": task.check, "_ansible_diff": task.diff}
        capsys.readouterr()
        with patch_module_args(given), pytest.raises(SystemExit):
            (ledger_module if task.module == "ledger" else ledger_info).main()
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return {"failed": False, **found}

    return lambda tasks: [answered(task) for task in tasks]


@pytest.fixture
def filled(place: Place) -> str:
    """The run in which three users were worked on."""
    with place.open() as ledger:
        run = begin(ledger, "4711")
        ledger.remember_members("pilot", [ALICE, BOB])
        ledger.remember_members("rest", [CAROL])
        ledger.remember_before({ALICE: ONPREM})
        told, moved, _sent = ledger.events_sent(run, [notify(ALICE), move(ALICE), move(CAROL)])
        ledger.event_completed(told, Status.FAILED)
        ledger.event_completed(moved, Status.CHANGED, after=ONLINE, seconds=2.5)
        ledger.end_run(run, "One user is done.")
        ledger.begin_run(NewRun(process(), id="preview", check_mode=True))
    return run


def options(place: Place, **more: object) -> dict[str, Any]:
    return {"ledger": place.url, **({"ledger_password": place.password} if place.password else {}), **more}


def test_the_ledger_is_read(place: Place, filled: str, run_tasks: Tasks) -> None:
    asked: list[dict[str, object]] = [
        {},
        {"wave": "pilot"},
        {"users": ["SIP:Alice@Contoso.com"], "events": True},
        {"run": "preview"},
    ]
    asked += [{"since": "2030-01-01"}, {"since": "some day"}, {"users": ["al*"]}]
    answers = run_tasks([Task("ledger_info", options(place, **each)) for each in asked])
    everything, pilot, alice, preview, future, no_time, pattern = answers
    assert [answer.get("changed", False) for answer in answers] == [False] * 7
    assert [user["user"] for user in everything["users"]] == [ALICE, BOB, CAROL]
    assert [run["run"] for run in everything["runs"]] == [filled, "preview"]
    assert "events" not in everything
    assert [(user["user"], user["phase"]) for user in pilot["users"]] == [(ALICE, "moved"), (BOB, "planned")]
    assert [event["status"] for event in alice["events"]] == ["failed", "changed"]
    (one,) = alice["users"]
    assert (one["before"], one["last"]["action"], one["wave"]) == (ONPREM, "Move-CsUser", "pilot")
    assert (preview["users"], preview["runs"][0]["check_mode"]) == ([], True)
    assert (future["users"], future["runs"]) == ([], [])
    assert "since is 'some day'" in no_time["msg"]
    assert pattern["reason"]["code"] == "invalid_user"


def test_what_is_returned_is_what_the_documentation_shows(sqlite_place: Place, run_tasks: Tasks) -> None:
    with sqlite_place.open() as ledger:
        run = begin(ledger)
        ledger.remember_before({ALICE: ONPREM})
        ledger.event_completed(ledger.event_sent(run, move(ALICE)), Status.CHANGED, after=ONLINE)
    (found,) = run_tasks([Task("ledger_info", options(sqlite_place, events=True))])
    documented = yaml.safe_load(ledger_info.RETURN)
    for name in ("users", "events", "runs"):
        assert found[name][0].keys() == documented[name]["sample"][0].keys()
    assert found["users"][0]["last"].keys() == documented["users"]["sample"][0]["last"].keys()


def test_users_are_purged(place: Place, filled: str, run_tasks: Tasks) -> None:
    purge = options(place, users=[ALICE, "nobody@contoso.com"], state="absent")
    check, after_check, do, after, again, older, rest = run_tasks(
        [
            Task("ledger", purge, check=True, diff=True),
            Task("ledger_info", options(place)),
            Task("ledger", purge, diff=True),
            Task("ledger_info", options(place, events=True)),
            Task("ledger", purge),
            Task("ledger", options(place, older_than="2100-01-01", state="absent")),
            Task("ledger_info", options(place, events=True)),
        ],
    )
    purged = {"users": [ALICE], "events": 2, "runs": 0}
    for answer in (check, do):
        assert (answer["changed"], answer["purged"]) == (True, purged)
        assert answer["diff"] == {"before": purged, "after": NOTHING}
    assert len(after_check["users"]) == 3
    assert [user["user"] for user in after["users"]] == [BOB, CAROL]
    assert {event["user"] for event in after["events"]} == {CAROL}
    assert (again["changed"], again["purged"]) == (False, NOTHING)
    assert older["purged"] == {"users": [BOB, CAROL], "events": 1, "runs": 2}
    assert (rest["users"], rest["events"], rest["runs"]) == ([], [], [])


def test_what_cannot_be_done_is_a_sentence(sqlite_place: Place, run_tasks: Tasks) -> None:
    missing, nothing_said, both, no_ledger = run_tasks(
        [
            Task("ledger_info", options(sqlite_place)),
            Task("ledger", options(sqlite_place, state="absent")),
            Task("ledger", options(sqlite_place, state="absent", users=[], older_than="2026-01-01")),
            Task("ledger", options(sqlite_place, state="absent", users=[ALICE]), check=True),
        ],
    )
    assert all(answer["failed"] for answer in (missing, nothing_said, both, no_ledger))
    assert missing["reason"]["code"] == no_ledger["reason"]["code"] == "ledger_missing"
    assert missing["msg"].endswith("The first run that is given a ledger makes it.")
    assert "one of the following is required" in nothing_said["msg"]
    assert "mutually exclusive" in both["msg"]


@pytest.mark.oldest
def test_the_examples_run_as_they_are(sqlite_place: Place, controller: Controller) -> None:
    with sqlite_place.open() as ledger:
        ledger.remember_members("pilot", [ALICE])
    tasks = [task for module in (ledger_info, ledger_module) for task in yaml.safe_load(module.EXAMPLES)]
    play = {"hosts": "here", "gather_facts": False, "tasks": tasks}
    run = controller.playbook([play], extra_vars={"teams_upgrade_ledger": sqlite_place.url})
    assert (run.returncode, len(run.results)) == (0, 4), run.output


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never answers, so that who connects waits."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def arguments_of_processes() -> set[str]:
    """The arguments of every process of this machine. The environment of a process is its owner's business."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.add(path.read_bytes().decode(errors="replace"))
    return found


@contextmanager
def watched() -> Iterator[set[str]]:
    """The arguments of all processes that there are meanwhile."""
    seen: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            seen.update(arguments_of_processes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


SECRETS = ("hush-hush-1", "hush-hush-2", "hush-hush-3", "db_owner")


def test_no_secret_is_in_output_or_in_arguments_of_processes(controller: Controller) -> None:
    with silent_server() as port:
        address = f"127.0.0.1:{port}/ledger?connect_timeout=3"
        url = f"postgresql+psycopg://db_owner@{address}"
        asked: list[dict[str, object]] = [
            {"ledger": url, "ledger_password": "hush-hush-1"},
            {"ledger": f"postgresql+psycopg://db_owner:hush-hush-2@{address}"},
            {"ledger": f"postgresql+psycopg://{address}&password=hush-hush-3"},
            {"ledger": url},
        ]
        tasks = [Task("ledger_info", each).as_yaml(number) for number, each in enumerate(asked)]
        play = {"hosts": "here", "gather_facts": False, "tasks": tasks}
        environment = {"TEAMS_UPGRADE_LEDGER_PASSWORD": "hush-hush-1"}
        with watched() as seen:
            run = controller.playbook([play], arguments=["-vvvvv"], environment=environment)
    codes = [result.result["reason"]["code"] for result in run.results]
    assert codes == ["ledger_unreachable", "ledger_password_in_url", "ledger_password_in_url", "ledger_unreachable"]
    assert any("AnsiballZ_ledger_info" in each for each in seen)
    shown = run.output + json.dumps([result.result for result in run.results])
    assert [secret for secret in SECRETS if secret in without_source(shown)] == []
    assert [secret for secret in SECRETS if any(secret in each for each in seen)] == []


def without_source(output: str) -> str:
    """The output without the lines of the playbook itself, which ansible-core shows where a task fails."""
    return "\n".join(line for line in output.splitlines() if not line.lstrip("0123456789 ").startswith(("[{", "...")))
