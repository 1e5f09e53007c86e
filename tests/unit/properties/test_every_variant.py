# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every writing module on hosts of every version: what is asked for is done as predicted, once, with parameters that the version has;
or it is refused in a sentence before anything is sent.

What is asked for are the rows that `tests/lab/modules` asks for over the real protocol, of one version.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import CALLS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

from tests.lab.modules import rows_online, rows_onprem
from tests.lab.modules.table import Row, Sent, Table
from tests.unit.properties.answers import lines, sent, writes
from tests.unit.properties.in_process import Play

MODULES = {Side.ONPREM: "SkypeForBusiness", Side.ONLINE: "MicrosoftTeams"}
NO_POLICIES = {
    "teams_upgrade_policy": "cmdlet_missing",
    "teams_upgrade_policy_instance": "cmdlet_missing",
    "teams_upgrade_configuration": "cmdlet_missing",
}


def server(build: str, module: str, **refused: str) -> object:
    """A Skype for Business Server with a MicrosoftTeams module, and what is refused there: codes by module."""
    hosts = {"sfb01": {"skype": build, "teams": module}}
    return pytest.param(rows_onprem.TODAY, Side.ONPREM, hosts, refused, id=f"{build}, MicrosoftTeams {module}")


def teams(module: str) -> object:
    return pytest.param(
        rows_online.TODAY, Side.ONLINE, {"teams01": {"teams": module}}, {}, id=f"MicrosoftTeams {module}"
    )


@pytest.mark.parametrize(
    ("table", "side", "hosts", "refused"),
    [
        server("2013", "6.2.1", **NO_POLICIES),
        server("2013", "7.2.0", **NO_POLICIES, csuser_move="teams_module_too_new"),
        server("2015 CU8", "6.6.0", csuser_move="server_too_old"),
        server("2015 CU12", "6.6.0"),
        server("2015 CU12", "7.2.0", csuser_move="teams_module_too_new"),
        server("2019 CU6", "7.1.0"),
        server("2019 CU8", "6.6.0"),
        server("2019 CU8", "5.0.0", csuser_move="teams_module_too_old"),
        server("SE", "7.8.1", csuser_move="teams_module_too_new"),
        server("SE CU1", "7.8.1"),
        *(teams(version) for version in ("2.3.1", "3.0.0", "4.4.1", "6.6.0", "7.2.0", "7.8.1")),
    ],
)
def test_r13_r35_r50_each_version_does_what_it_predicts_once_or_refuses(
    table: Table,
    side: Side,
    hosts: Mapping[str, Mapping[str, str]],
    refused: Mapping[str, str],
    subtests: pytest.Subtests,
) -> None:
    play = Play(Lab({**table.seed, "hosts": hosts, "clock_rate": 0}))
    for row in table.rows:
        with subtests.test(row.name):
            if row.module in refused:
                assert_refused(play, table.host, row, refused[row.module])
            else:
                assert_fulfilled(play, table.host, row, side)


def assert_refused(play: Play, host: str, row: Row, code: str) -> None:
    """Check mode and the run say the same, and nothing is sent."""
    args, calls = row.task(check=False).args, len(play.lab.journal.entries())
    predicted, done = play.run(host, row.module, args, check=True), play.run(host, row.module, args)
    assert predicted == done
    assert (done["failed"], done["reason"]["code"], done["reason"]["scope"]) == (True, code, "organisation")
    assert done["msg"].startswith(done["reason"]["message"])
    assert writes(play.lab, calls) == []


def assert_fulfilled(play: Play, host: str, row: Row, side: Side) -> None:
    args, calls = row.task(check=False).args, len(play.lab.journal.entries())
    predicted = play.run(host, row.module, args, check=True)
    assert writes(play.lab, calls) == []
    done = play.run(host, row.module, args)
    made = writes(play.lab, calls)
    assert (done["failed"], done["changed"], lines(predicted)) == (False, bool(row.sends), lines(done))
    assert in_order(sent(made)) == in_order(offered(play.lab, one, side) for one in row.sends)
    assert [entry for entry in made if not allowed(entry, side)] == []
    again = play.run(host, row.module, args)
    assert (again["failed"], again["changed"], len(writes(play.lab, calls))) == (False, False, len(made))


def in_order(calls: object) -> list[Sent]:
    return sorted(calls, key=str)  # type: ignore[call-overload, no-any-return]


def offered(lab: Lab, call: Sent, side: Side) -> Sent:
    """A call, with the parameters that this version of the cmdlet has."""
    cmdlet, parameters = call
    host = lab.seed.hosts[0].name
    contract = lab.organisation.commands(host)[f"{MODULES[side]}\\{cmdlet}"]
    known = {parameter.name for each in contract.sets for parameter in each.parameters}
    return cmdlet, {name: value for name, value in parameters.items() if name in known}


def allowed(entry: Entry, side: Side) -> bool:
    """Whether the collection's own table of calls lists a call, with all its parameters."""
    tables = [calls for (whose, _task), calls in CALLS.items() if whose is side]
    listed = {name for calls in tables for name in calls.get(entry.cmdlet, ())}
    return entry.module == MODULES[side] and set(entry.parameters) <= listed
