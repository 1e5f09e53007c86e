# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two configurations that the collection reads, as their global instance shows them (R48, R53)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.configurations import (
    MIGRATION,
    UPGRADE,
    read_configuration,
    read_switch,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.tenant import meeting_migration_enabled
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import read_or_reason

from tests.unit.cmdlets.hosts import online
from tests.unit.cmdlets.scripted import Reply, answering, failing
from tests.unit.sentences import sound

HOST = online(Get_CsTeamsUpgradeConfiguration="Identity", Get_CsTenantMigrationConfiguration="Identity")
Rows = list[dict[str, Any]]
NOTHING = {"MeetingMigrationEnabled": None, "DownloadTeams": None, "SfBMeetingJoinUx": None}


def values(remote: Remote, noun: str) -> dict[str, object] | tuple[str, str]:
    """The values, or code and message of the reason why they are not known."""
    found = read_or_reason(read_configuration, remote, HOST, noun)
    return (found.code, sound(found.message)) if isinstance(found, Reason) else found


def switch(remote: Remote, noun: str, name: str) -> bool | str | None:
    """The value of a switch, or the code of the reason why it is not known."""
    found = read_or_reason(read_switch, remote, HOST, noun, name)
    return found.code if isinstance(found, Reason) else found


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        (
            [{"Identity": "Global", "DownloadTeams": True, "SfBMeetingJoinUx": "SkypeMeetingsApp"}],
            {"DownloadTeams": True, "SfBMeetingJoinUx": "SkypeMeetingsApp"},
        ),
        ([{"Identity": "Global", "DownloadTeams": False, "SfBMeetingJoinUx": ""}], {"DownloadTeams": False}),
        ([{"Identity": "GLOBAL", "DownloadTeams": "False"}], {"DownloadTeams": False}),
        ([{"DownloadTeams": True}], {"DownloadTeams": True}),
        ([{"Identity": None, "DownloadTeams": True}], {"DownloadTeams": True}),
        ([{"Identity": "", "MeetingMigrationEnabled": True}], {"MeetingMigrationEnabled": True}),
        ([{"Identity": "Global", "MeetingMigrationEnabled": False}], {"MeetingMigrationEnabled": False}),
        ([{"Identity": "Global", "DownloadTeams": "perhaps", "SfBMeetingJoinUx": None}], {}),
        # On-prem a site or pool may have an instance of its own, wherever it is listed.
        (
            [{"Identity": "site:Redmond", "DownloadTeams": False}, {"Identity": "Global", "DownloadTeams": True}],
            {"DownloadTeams": True},
        ),
        (
            [{"Identity": "Global", "DownloadTeams": True}, {"Identity": "site:Redmond", "DownloadTeams": False}],
            {"DownloadTeams": True},
        ),
    ],
)
def test_a_configuration_is_its_global_instance(rows: Rows, held: dict[str, object]) -> None:
    host = answering(Get_CsTeamsUpgradeConfiguration=rows)
    assert values(host.remote(), UPGRADE) == {**NOTHING, **held}
    assert [each["name"] for each in host.started] == ["Get-CsTeamsUpgradeConfiguration"]
    migration = answering(Get_CsTenantMigrationConfiguration=rows)
    assert switch(migration.remote(), MIGRATION, "MeetingMigrationEnabled") == held.get("MeetingMigrationEnabled")


@pytest.mark.parametrize(
    ("reply", "code", "cause"),
    [
        ([], "configuration_unknown", "the answer holds no instance Global"),
        ([{"Identity": "site:Redmond"}], "configuration_unknown", "the answer holds no instance Global"),
        (failing("Busy with itself."), "configuration_unknown", "Busy with itself."),
        ({"state": "timeout"}, "configuration_unknown", "the host did not answer in time"),
        (
            {"state": "completed", "output": [{"DownloadTeams": True}], "errors": [{"message": "Half of it."}]},
            "configuration_unknown",
            "Half of it.",
        ),
        (failing("Access is denied."), "access_denied", "Access is denied."),
    ],
)
def test_r11_a_configuration_that_cannot_be_read_says_so(reply: Reply | Rows, code: str, cause: str) -> None:
    host = answering(Get_CsTeamsUpgradeConfiguration=reply)
    found = values(host.remote(), UPGRADE)
    assert isinstance(found, tuple)
    assert found[0] == code
    assert cause in found[1]
    if code == "configuration_unknown":
        assert "Get-CsTeamsUpgradeConfiguration" in found[1]
        assert "ps01" in found[1]
    assert switch(host.remote(), UPGRADE, "DownloadTeams") == code


def test_r53_whether_meetings_are_migrated_is_a_switch_of_the_tenant() -> None:
    host = answering(Get_CsTenantMigrationConfiguration=[{"Identity": "Global", "MeetingMigrationEnabled": False}])
    assert meeting_migration_enabled(host.remote(), HOST) is False
    assert meeting_migration_enabled(host.remote(), online()) is None


def test_r11_a_text_is_no_switch() -> None:
    host = answering(Get_CsTeamsUpgradeConfiguration=[{"SfBMeetingJoinUx": "SkypeMeetingsApp"}])
    assert switch(host.remote(), UPGRADE, "SfBMeetingJoinUx") is None
