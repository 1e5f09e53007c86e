# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be asked of a Skype for Business Server."""

from __future__ import annotations

from tests.lab.modules.people import CLOUD, MOVER, seeded
from tests.lab.modules.table import Row, Table, grant, move, move_between_pools

POOLS = ("pool01.contoso.com", "pool02.contoso.com")
HELD = {"homing": "onprem", "notify": None}

TODAY = Table(
    host="sfb01",
    seed={
        "topology": {
            "policies": [
                {"identity": "Global", "description": "The default"},
                {"identity": "Tell", "notify": True},
                {"identity": "Hush"},
                {"identity": "Later"},
                {"identity": "site:Lyon"},
            ]
        },
        "users": [
            seeded("up1", pool=POOLS[0], notify_policy="Tell"),
            seeded("up2", pool=POOLS[1]),
            seeded("up3", homing="online"),
            seeded("down1", homing="online"),
            seeded("down2", pool=POOLS[0]),
            seeded("down3", pool=POOLS[1]),
            seeded("named1"),
            seeded("named2", notify_policy="Hush"),
            seeded("named3", notify_policy="Tell"),
            seeded("named4", homing="online"),
            seeded("told1"),
            seeded("told2", notify_policy="Hush"),
            seeded("told3", notify_policy="Tell"),
            seeded("untold1", notify_policy="Tell"),
            seeded("untold2"),
            seeded("freed1", notify_policy="Tell"),
            seeded("freed2"),
        ],
    },
    reader="csuser_info",
    rows=[
        Row(
            "users are moved to the cloud",
            "csuser_move",
            MOVER,
            users={"up1": "changed", "up2": "changed", "up3": "ok"},
            sends=[move("up1", CLOUD, MoveToTeams=True), move("up2", CLOUD, MoveToTeams=True)],
            reads={name: {"homing": "online", "hosting_provider": CLOUD} for name in ("up1", "up2", "up3")},
        ),
        Row(
            "users are moved to a pool, from the cloud and from another one",
            "csuser_move",
            {**MOVER, "target": POOLS[1]},
            users={"down1": "changed", "down2": "changed", "down3": "ok"},
            sends=[move("down1", POOLS[1]), move_between_pools("down2", POOLS[1])],
            reads={name: {"homing": "onprem", "registrar_pool": POOLS[1]} for name in ("down1", "down2", "down3")},
        ),
        Row(
            "an instance is granted by name, but to nobody online",
            "teams_upgrade_policy",
            {"policy": "tell"},
            users={"named1": "changed", "named2": "changed", "named3": "ok", "named4": "skipped"},
            sends=[grant("named1", "Tell"), grant("named2", "Tell")],
            reads={"named1": {"assigned": "Tell"}, "named2": {"assigned": "Tell"}, "named4": {"assigned": None}},
        ),
        Row(
            "users are notified by whichever instance does",
            "teams_upgrade_policy",
            {"notify": True},
            users={"told1": "changed", "told2": "changed", "told3": "ok"},
            sends=[grant("told1", "Tell"), grant("told2", "Tell")],
            reads={"told1": {"assigned": "Tell"}, "told2": {"assigned": "Tell"}},
        ),
        Row(
            "users are no longer notified",
            "teams_upgrade_policy",
            {"notify": False},
            users={"untold1": "changed", "untold2": "ok"},
            sends=[grant("untold1", "Hush")],
            reads={"untold1": {"assigned": "Hush"}, "untold2": {"assigned": None}},
        ),
        Row(
            "a grant is taken away",
            "teams_upgrade_policy",
            {"state": "absent"},
            users={"freed1": "changed", "freed2": "ok"},
            sends=[grant("freed1", None)],
            reads={"freed1": {"assigned": None}, "freed2": {"assigned": None}},
        ),
        Row(
            "an instance is created",
            "teams_upgrade_policy_instance",
            {"identity": "Made", "notify": True, "description": "Tells users; mind the `$(quotes)`"},
            sends=[
                (
                    "New-CsTeamsUpgradePolicy",
                    {"Identity": "Made", "NotifySfbUsers": True, "Description": "Tells users; mind the `$(quotes)`"},
                )
            ],
        ),
        Row(
            "an instance is changed, and what is not asked for is left alone",
            "teams_upgrade_policy_instance",
            {"identity": "later", "notify": True},
            sends=[("Set-CsTeamsUpgradePolicy", {"Identity": "Later", "NotifySfbUsers": True})],
        ),
        Row(
            "the default is described",
            "teams_upgrade_policy_instance",
            {"identity": "Global", "description": "Nobody is notified", "notify": False},
            sends=[("Set-CsTeamsUpgradePolicy", {"Identity": "Global", "Description": "Nobody is notified"})],
        ),
        Row(
            "the instance of a site is removed",
            "teams_upgrade_policy_instance",
            {"identity": "site:Lyon", "state": "absent"},
            sends=[("Remove-CsTeamsUpgradePolicy", {"Identity": "Site:Lyon"})],
        ),
        Row(
            "clients stop downloading Teams",
            "teams_upgrade_configuration",
            {"download_teams": False},
            sends=[("Set-CsTeamsUpgradeConfiguration", {"DownloadTeams": False, "Force": True})],
        ),
    ],
)

# Before 2024, moves needed no MicrosoftTeams module on the server.
NO_MODULE = {"bounds": {"teams_module_min": "0.0"}}
IN_2020 = Table(
    host="sfb01",
    seed={
        "profile": "2020",
        "hosts": {"sfb01": {"skype": "2015 CU12"}},
        "users": [seeded("teams1"), seeded("skype1")],
    },
    reader="csuser_info",
    rows=[
        Row(
            "a move makes the user TeamsOnly where that is said",
            "csuser_move",
            {**MOVER, **NO_MODULE},
            users={"teams1": "changed"},
            sends=[move("teams1", CLOUD, MoveToTeams=True)],
            reads={"teams1": {"homing": "online"}},
        ),
        Row(
            "a move leaves the user with Skype for Business where that is said",
            "csuser_move",
            {**MOVER, **NO_MODULE, "move_to_teams": False},
            users={"skype1": "changed"},
            sends=[move("skype1", CLOUD)],
            reads={"skype1": {"homing": "online"}},
        ),
    ],
)
