# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every module that writes: check mode writes nothing and tells what will be done, it is done, and done once.

The witnesses are the journal of the hosts and what is read back, never the module's own word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import CALLS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import Task as CallTask
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.state import state

from tests.controller import ROOT, Controller
from tests.engines import EACH, NewLab
from tests.extent import LONG
from tests.lab.modules import rows_online, rows_onprem
from tests.lab.modules.people import Answer, addresses, lines
from tests.lab.modules.table import READING, Facts, Row, Sent, Table
from tests.lab.wire import OverTheWire

Runner: TypeAlias = Controller | OverTheWire

# Read beside a move, as its report.
REPORTS = ("Import-Csv",)
ONCE_DONE = {"changed": ("ok", "pending")}


@pytest.fixture
def stage(table: Table, engine: str, new_lab: NewLab, short_folder: Path) -> Iterator[tuple[Lab, Runner]]:
    """Hosts, and what runs modules on them: in a long run Ansible for two tables. Its part is in `tests/lab/test_first_look.py`."""
    with new_lab(table.seed) as lab:
        if LONG and engine == "embedded" and table in (rows_onprem.IN_2020, rows_online.IN_2020):
            yield lab, Controller(short_folder, lab.inventory())
            return
        with OverTheWire(lab) as play:
            yield lab, play


@pytest.mark.parametrize("engine", EACH)
@pytest.mark.parametrize(
    "table",
    [
        pytest.param(rows_onprem.TODAY, id="on-prem today"),
        pytest.param(rows_onprem.IN_2020, id="on-prem 2020"),
        pytest.param(rows_online.TODAY, id="online today"),
        pytest.param(rows_online.IN_2020, id="online 2020"),
    ],
)
def test_what_check_mode_tells_is_done_once(table: Table, stage: tuple[Lab, Runner], subtests: pytest.Subtests) -> None:
    lab, runner = stage
    before, predicted = checked(table, lab, runner)
    done, again, after = acted(table, runner)
    assert_read(before, after, table)
    sent = ((entry.cmdlet, entry.parameters) for entry in lab.journal.entries(writes=True))
    assert in_order(sent) == in_order(table.sends)
    for row, *answers in zip(table.rows, predicted, done, again, strict=True):
        with subtests.test(row.name):
            assert_predicted(row, answers[0], answers[1])
            assert_done(row, answers[1])
            assert_left_alone(row, answers[1], answers[2])


TABLES = (rows_onprem.TODAY, rows_onprem.IN_2020, rows_online.TODAY, rows_online.IN_2020)


def lacking(modules: Iterable[str], written: Mapping[str, Iterable[str]]) -> list[str]:
    """A sentence for each module that no list has, and for each cmdlet that writes and no row sends; `written`: by side and task."""
    tried = {row.module for table in TABLES for row in table.rows}
    sent = {cmdlet for table in TABLES for cmdlet, _parameters in table.sends}
    unlisted = [
        f"{module} is in no list. If it writes, add a row to tests/lab/modules/rows_online.py or rows_onprem.py, with what it sends and "
        "what is read back, and list its cmdlets in plugins/module_utils/_cmdlets/allowed_calls.py. If it only reads, add it to READING "
        "in tests/lab/modules/table.py."
        for module in modules
        if module not in tried and module not in READING
    ]
    return unlisted + [
        f"No row sends {cmdlet} ({task} in CALLS of _cmdlets/allowed_calls.py): add one to tests/lab/modules/rows_online.py or "
        "rows_onprem.py."
        for task, cmdlets in written.items()
        for cmdlet in cmdlets
        if cmdlet not in sent
    ]


def test_every_module_has_a_row_or_reads() -> None:
    # The tasks of a wave are actions that run other modules; their files here are documentation alone. The ledger is on no host.
    paths = sorted((ROOT / "plugins" / "modules").glob("[!_]*.py"))
    found = [path.stem for path in paths if "def main(" in path.read_text("utf-8")]
    modules = [name for name in found if name not in ("ledger", "ledger_info", "ledger_export")]
    written = {
        f"{side.value} {task.value}": [cmdlet for cmdlet in calls if cmdlet not in REPORTS]
        for (side, task), calls in CALLS.items()
        if task is not CallTask.READ
    }
    left_out = lacking(modules, written)
    assert not left_out, "\n".join(left_out)
    assert set(READING) <= set(modules)


@pytest.mark.parametrize(
    ("modules", "cmdlets", "words"),
    [
        (["csuser_disable"], [], "csuser_disable is in no list. If it writes, add a row"),
        (["csuser_disable_info"], [], "csuser_disable_info is in no list"),
        ([], ["Disable-CsUser"], "No row sends Disable-CsUser"),
        (["csuser_move", "csuser_info"], ["Move-CsUser"], None),
    ],
)
def test_a_module_or_cmdlet_without_a_row_is_named(
    modules: Sequence[str], cmdlets: Sequence[str], words: str | None
) -> None:
    found = lacking(modules, {"onprem Move": cmdlets})
    assert [words in each for each in found if words] == ([True] if words else [])
    assert bool(found) is bool(words)


@pytest.mark.parametrize(("module", "host"), READING.items())
def test_a_reading_module_writes_nothing(module: str, host: str, new_lab: NewLab) -> None:
    with new_lab(rows_onprem.TODAY.seed) as lab, OverTheWire(lab) as play:
        answer = play.run(host, module, {"users": addresses(*list(rows_onprem.TODAY.people)[:1])})
        assert (answer["failed"], answer["changed"]) == (False, False)
        assert lab.journal.entries(writes=False)
        assert lab.journal.entries(writes=True) == []


def checked(table: Table, lab: Lab, runner: Runner) -> tuple[Answer, list[Answer]]:
    """Ask for everything in check mode, which leaves no trace. Returns what is read, and what check mode predicts for each row."""
    held = world(lab)
    read, *predicted = runner.tasks(table.host, [table.read(), *(row.task(check=True) for row in table.rows)])
    assert lab.journal.entries(writes=False)
    assert lab.journal.entries(writes=True) == []
    assert world(lab) == held
    return read, list(predicted)


def acted(table: Table, runner: Runner) -> tuple[Sequence[Answer], Sequence[Answer], Answer]:
    """Do everything, each twice in a row. Returns what came of it, what came of it the second time, and what is read in the end."""
    tasks = [row.task(check=False) for row in table.rows for dummy in range(2)]
    *answers, read = runner.tasks(table.host, [*tasks, table.read()])
    return answers[::2], answers[1::2], read


def world(lab: Lab) -> Mapping[str, object]:
    """The organisation as it is, whatever the time."""
    return {name: value for name, value in state(lab.organisation).items() if name != "now"}


def in_order(sent: Iterable[Sent]) -> list[Sent]:
    """Calls in an order of their own, since they may come to users in any; so may the parameters of each."""
    return sorted(((cmdlet, dict(sorted(parameters.items()))) for cmdlet, parameters in sent), key=str)


def assert_predicted(row: Row, predicted: Answer, done: Answer) -> None:
    """Check mode predicts exactly what is then done, for each user."""
    assert (predicted["failed"], predicted.get("msg")) == (False, None)
    for name in ("changed", "users", "summary", "failures", "diff", "instance", "configuration", "tenant"):
        assert predicted.get(name) == done.get(name), name


def assert_done(row: Row, done: Answer) -> None:
    """The result says of each user what came of them, and names the calls that were made for them, no more and no less."""
    assert (done["failed"], done["changed"]) == (False, bool(row.sends))
    if not row.users:
        one = done.get("instance") or done.get("configuration") or done["tenant"]
        assert (one["status"], one["actions"]) == ("changed", [cmdlet for cmdlet, _sent in row.sends])
        assert done["diff"] == {"before": one["before"], "after": one["after"]}
        return
    found = lines(done)
    assert {name: line["status"] for name, line in found.items()} == row.users
    assert {name: line["actions"] for name, line in found.items() if line["actions"]} == actions(row.sends)
    assert set(done["diff"]["before"]) == {line["user"] for line in found.values() if line["actions"]}


def assert_left_alone(row: Row, done: Answer, again: Answer) -> None:
    """The second time, everything is as it was left."""
    assert (again["failed"], again["changed"]) == (False, False)
    if not row.users:
        was, one = (each.get("instance") or each.get("configuration") or each["tenant"] for each in (done, again))
        assert (one["status"], one["actions"], one["before"]) == ("ok", [], was["after"])
        return
    was = lines(done)
    for name, line in lines(again).items():
        assert line["status"] in ONCE_DONE.get(row.users[name], (row.users[name],)), name
        assert (line["actions"], line["before"], line["after"]) == ([], was[name]["after"], was[name]["after"]), name


def assert_read(before: Answer, after: Answer, table: Table) -> None:
    """What is read in the end is what the rows say, and was not so before for users that something was done to."""
    facts: Facts = {name: fact for row in table.rows for name, fact in row.reads.items()}
    assert read(after, facts) == facts
    written = {name for row in table.rows for name in row.reads if row.users.get(name) == "changed"}
    was = read(before, facts)
    assert [name for name in written if was[name] == facts[name]] == []


def read(answer: Answer, facts: Facts) -> Facts:
    found = lines(answer)
    return {name: {key: found[name].get(key) for key in wanted} for name, wanted in facts.items()}


def actions(sends: Iterable[Sent]) -> Mapping[str, list[str]]:
    """The cmdlets that each user is named in."""
    named: dict[str, list[str]] = {}
    for cmdlet, sent in sends:
        identity = sent["Identity"]
        for user in identity if isinstance(identity, list) else [identity]:
            named.setdefault(str(user).removeprefix("sip:").partition("@")[0], []).append(cmdlet)
    return named
