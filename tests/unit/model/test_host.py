# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host offers (R75)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host, Offer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side

SKYPE = Offer("SkypeForBusiness", frozenset(("Identity", "Confirm")))
TEAMS = Offer("MicrosoftTeams", frozenset(("Identity", "Force")))
PROXY = Offer("", frozenset(("Identity",)))
SESSION = Offer("tmp_0a1b2c", frozenset(("Identity", "AsJob")))
NAME = "Grant-CsTeamsUpgradePolicy"


@pytest.mark.parametrize(
    ("side", "offers", "mine"),
    [
        (Side.ONPREM, [SKYPE], SKYPE),
        (Side.ONLINE, [TEAMS], TEAMS),
        (Side.ONPREM, [TEAMS, SKYPE], SKYPE),
        (Side.ONLINE, [TEAMS, SKYPE], TEAMS),
        (Side.ONLINE, [SKYPE, TEAMS], TEAMS),
        # The other module's cmdlet has the same name and another meaning.
        (Side.ONPREM, [TEAMS], None),
        (Side.ONLINE, [SKYPE], None),
        # A proxy stands for the module of the side, which counts before it.
        (Side.ONPREM, [PROXY], PROXY),
        (Side.ONPREM, [TEAMS, PROXY], PROXY),
        (Side.ONPREM, [PROXY, SKYPE], SKYPE),
        (Side.ONPREM, [SESSION], SESSION),
        (Side.ONPREM, [], None),
    ],
)
def test_r75_a_cmdlet_is_that_of_the_sides_own_module(side: Side, offers: list[Offer], mine: Offer | None) -> None:
    host = Host("host", side, True, {NAME: offers})
    assert host.offer(NAME) == mine
    assert host.offers(NAME) is (mine is not None)


def test_r75_the_parameters_are_those_of_the_sides_own_module() -> None:
    host = Host("host", Side.ONPREM, True, {NAME: [TEAMS, SKYPE]})
    assert host.offers(NAME, "Confirm")
    assert not host.offers(NAME, "Force")
    assert not host.offers("Move-CsUser")
    assert not host.offers("Move-CsUser", "Identity")
