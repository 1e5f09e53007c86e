# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be asked of a host with the MicrosoftTeams module."""

from __future__ import annotations

from tests.lab.modules.people import address, seeded
from tests.lab.modules.table import Row, Table, grant

COLLAB = "SfBWithTeamsCollab"

TODAY = Table(
    host="teams01",
    seed={
        "timing": {"batch": "1s"},
        "users": [
            seeded("mode1"),
            seeded("mode2", policy="IslandsWithNotify"),
            seeded("mode3", policy=f"{COLLAB}WithNotify"),
            seeded("named1"),
            seeded("named2", policy="SfBOnly"),
            seeded("many1"),
            seeded("many2", policy="Islands"),
            seeded("many3", policy="SfBOnly"),
            seeded("freed1", policy="Islands"),
            seeded("freed2"),
            seeded("freed3", homing="online", policy="UpgradeToTeams"),
            seeded("only1", homing="online"),
            seeded("only2", homing="online", policy="UpgradeToTeams"),
            seeded("meets1", homing="online", meetings={"skype": 3}),
            seeded("meets2"),
            seeded("meets3", meetings={"skype": 1}),
        ],
    },
    reader="teams_upgrade_policy_info",
    rows=[
        Row(
            "users on-prem get a mode, and keep being notified",
            "teams_upgrade_policy",
            {"mode": COLLAB},
            users={"mode1": "changed", "mode2": "changed", "mode3": "ok"},
            sends=[grant("mode1", COLLAB), grant("mode2", COLLAB)],
            reads={
                "mode1": {"homing": "onprem", "mode": COLLAB, "assigned": COLLAB, "source": "user"},
                "mode2": {"homing": "onprem", "mode": COLLAB, "assigned": COLLAB},
                "mode3": {"mode": COLLAB, "assigned": f"{COLLAB}WithNotify"},
            },
        ),
        Row(
            "an instance is granted by name",
            "teams_upgrade_policy",
            {"policy": "Tag:sfbonly"},
            users={"named1": "changed", "named2": "ok"},
            sends=[grant("named1", "SfBOnly")],
            reads={name: {"mode": "SfBOnly", "assigned": "SfBOnly"} for name in ("named1", "named2")},
        ),
        Row(
            "users are granted an instance by one operation of the service",
            "teams_upgrade_policy",
            {"mode": "SfBOnly", "method": "batch", "batch_interval": 1},
            users={"many1": "changed", "many2": "changed", "many3": "ok"},
            sends=[
                (
                    "New-CsBatchPolicyAssignmentOperation",
                    {
                        "Identity": [f"sip:{address(name)}" for name in ("many1", "many2")],
                        "PolicyType": "TeamsUpgradePolicy",
                        "PolicyName": "SfBOnly",
                        "OperationName": "sfb.teams_upgrade SfBOnly",
                    },
                )
            ],
            reads={name: {"mode": "SfBOnly", "assigned": "SfBOnly"} for name in ("many1", "many2", "many3")},
        ),
        Row(
            "users fall back to the tenant default, online to TeamsOnly all the same",
            "teams_upgrade_policy",
            {"state": "absent"},
            users={"freed1": "changed", "freed2": "ok", "freed3": "changed"},
            sends=[grant("freed1", None), grant("freed3", None)],
            reads={
                # The last row but one changes the default.
                "freed1": {"mode": COLLAB, "assigned": None, "source": "tenant"},
                "freed2": {"mode": COLLAB, "assigned": None, "source": "tenant"},
                "freed3": {"mode": "TeamsOnly", "assigned": None, "source": "homing"},
            },
        ),
        Row(
            "users homed online are TeamsOnly without being granted anything",
            "teams_upgrade_policy",
            {"mode": "TeamsOnly"},
            users={"only1": "ok", "only2": "ok"},
            reads={"only1": {"mode": "TeamsOnly", "assigned": None}},
        ),
        Row(
            "meetings are converted, of users that it concerns",
            "meeting_migration",
            {},
            users={"meets1": "changed", "meets2": "skipped"},
            sends=[
                (
                    "Start-CsExMeetingMigration",
                    {
                        "Identity": f"sip:{address('meets1')}",
                        "SourceMeetingType": "SfB",
                        "TargetMeetingType": "Teams",
                    },
                )
            ],
        ),
        Row(
            "meetings are converted of users whose mode does not schedule in Teams, where that is said",
            "meeting_migration",
            {"any_mode": True},
            users={"meets3": "changed"},
            sends=[
                (
                    "Start-CsExMeetingMigration",
                    {
                        "Identity": f"sip:{address('meets3')}",
                        "SourceMeetingType": "SfB",
                        "TargetMeetingType": "Teams",
                    },
                )
            ],
        ),
        Row(
            "the tenant converts no meetings",
            "tenant_migration_configuration",
            {"meeting_migration_enabled": False},
            sends=[("Set-CsTenantMigrationConfiguration", {"MeetingMigrationEnabled": False, "Force": True})],
        ),
        Row(
            "the tenant default is set",
            "teams_upgrade_policy",
            {"scope": "tenant", "mode": COLLAB, "confirm_tenant_change": True},
            sends=[("Grant-CsTeamsUpgradePolicy", {"Global": True, "Force": True, "PolicyName": COLLAB})],
        ),
        Row(
            "what clients do is set, and what is so already is not sent",
            "teams_upgrade_configuration",
            {"download_teams": True, "sfb_meeting_join_ux": "SkypeMeetingsApp"},
            sends=[("Set-CsTeamsUpgradeConfiguration", {"SfBMeetingJoinUx": "SkypeMeetingsApp", "Force": True})],
        ),
    ],
)

IN_2020 = Table(
    host="teams01",
    seed={
        "profile": "2020",
        "hosts": {"teams01": {"teams": "2.3.1"}},
        "users": [
            seeded("only1", homing="online", meetings={"skype": 2}),
            seeded("only2", homing="online", policy=f"{COLLAB}WithNotify"),
            seeded("only3", homing="online", policy="UpgradeToTeams"),
            seeded("told1", homing="online"),
            seeded("told2", homing="online", policy=COLLAB),
            seeded("told3", homing="online", policy="UpgradeToTeams"),
            seeded("mode1", homing="online"),
        ],
    },
    reader="teams_upgrade_policy_info",
    rows=[
        Row(
            "users homed online are made TeamsOnly, and their meetings left alone",
            "teams_upgrade_policy",
            {"mode": "TeamsOnly", "migrate_meetings": False},
            users={"only1": "changed", "only2": "changed", "only3": "ok"},
            sends=[grant(name, "UpgradeToTeams", MigrateMeetingsToTeams=False) for name in ("only1", "only2")],
            reads={
                name: {"homing": "online", "mode": "TeamsOnly", "assigned": "UpgradeToTeams", "notify": False}
                for name in ("only1", "only2", "only3")
            },
        ),
        Row(
            "users homed online are notified in their own mode",
            "teams_upgrade_policy",
            {"notify": True},
            users={"told1": "changed", "told2": "changed", "told3": "skipped"},
            sends=[grant("told1", "IslandsWithNotify"), grant("told2", f"{COLLAB}WithNotify")],
            reads={
                "told1": {"mode": "Islands", "notify": True},
                "told2": {"mode": COLLAB, "notify": True},
                "told3": {"mode": "TeamsOnly", "notify": False},
            },
        ),
        Row(
            "a user homed online may hold any mode",
            "teams_upgrade_policy",
            {"mode": "SfBOnly", "notify": True},
            users={"mode1": "changed"},
            sends=[grant("mode1", "SfBOnlyWithNotify")],
            reads={"mode1": {"mode": "SfBOnly", "assigned": "SfBOnlyWithNotify", "notify": True}},
        ),
    ],
)
