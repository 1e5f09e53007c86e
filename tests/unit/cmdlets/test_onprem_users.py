# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many users the cloud knows to be homed on-prem, by two questions, each of which may miss some (R57)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.tenant import count_onprem_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure

from tests.unit.cmdlets.hosts import online
from tests.unit.cmdlets.scripted import Reply, Scripted, failing


def account(name: str, **facts: object) -> dict[str, object]:
    return {"Identity": name, "SipAddress": f"sip:{name}@contoso.com", "OnPremHostingProvider": "SRV:", **facts}


ALICE, BOB = account("alice"), account("bob")
NAMELESS = {"Identity": "carol", "OnPremHostingProvider": "SRV:"}


Found = list[dict[str, object]] | Reply


def tenant(by_provider: Found, by_type: Found) -> Scripted:
    """A tenant that answers the two questions with accounts, or as given."""

    def reply(command: Mapping[str, Any]) -> Reply:
        asked = command["parameters"]
        found = by_provider if asked.get("Filter") == "OnPremHostingProvider -eq 'SRV:'" else by_type
        assert asked.get("Filter") or asked.get("AccountType") == "SfBOnPremUser"
        return {"state": "completed", "output": found} if isinstance(found, list) else found

    return Scripted(reply)


@pytest.mark.parametrize(
    ("by_provider", "by_type", "count"),
    [
        ([], [], 0),
        ([ALICE], [], 1),
        ([], [ALICE], 1),
        ([ALICE, BOB], [BOB, ALICE], 2),
        ([ALICE], [BOB], 2),
        ([NAMELESS], [], 1),
        ([account("old", SoftDeletionTimestamp="2026-01-01")], [], 0),
        *(
            ([account("odd", AccountType=kind)], [], 1)
            for kind in ("IneligibleUser", "Unknown", "Guest", "ResourceAccount")
        ),
    ],
)
def test_r57_every_account_that_is_homed_onprem_counts_once(by_provider: Found, by_type: Found, count: int) -> None:
    assert count_onprem_users(tenant(by_provider, by_type).remote(), online()) == count


@pytest.mark.parametrize("unread", [failing("Busy."), {"state": "timeout"}, {"state": "lost"}])
def test_r57_one_question_without_an_answer_leaves_the_number_unknown(unread: Reply) -> None:
    for host in (tenant(unread, []), tenant([], unread)):
        with pytest.raises(Failure):
            count_onprem_users(host.remote(), online())


def test_r57_a_module_without_account_types_is_asked_one_question() -> None:
    host = tenant([ALICE], [BOB])
    assert count_onprem_users(host.remote(), online(Get_CsOnlineUser="Identity Filter")) == 1
