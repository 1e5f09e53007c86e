# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be asked besides single cmdlets: pipelines, discovery, errors, warnings, questions, secrets, and much at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.unit.lab.engine.asking import Arguments, Asked, Date, Secret
from tests.unit.lab.engine.calls_of_cmdlets import ALICE, BOB, CLOUD, DORA, MOVER

SERVER, TENANT = "sfb01", "teams01"
NOBODY, PHONE = "sip:nobody@contoso.com", "sip:phone@contoso.com"
GUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
CAPABILITIES: Arguments = [("Property", ["Name", "ModuleName", "CommandType", "Parameters"])]
NAMED: Arguments = [("Property", ["Name", "ModuleName"])]


def _projections() -> Iterator[Asked]:
    one: Arguments = [("Identity", ALICE)]
    several: Sequence[Arguments] = [
        [("Property", "SipAddress")],
        [("Property", ["SipAddress", "Enabled", "HostingProvider"])],
        [("Property", ["sipaddress", "Nope"])],
        [("Property", ["*Provider"])],
        [(None, ["SipAddress"])],
        [("ExpandProperty", "SipAddress")],
        [("Property", [])],
        [("Property", None)],
        [("First", 1)],
        [("Nope", 1)],
        [("First", "x")],
    ]
    for given in several:
        yield Asked(SERVER, [("Get-CsUser", one), ("Select-Object", given)])
    without: Arguments = [("Property", "*"), ("ExcludeProperty", ["S*", "P*", "Identity"])]
    yield Asked(SERVER, [("Get-CsUser", one), ("Select-Object", without)], differs="projection")
    yield Asked(SERVER, [("Get-CsUser", []), ("Select-Object", [("First", 3), ("Property", "SipAddress")])])
    yield Asked(
        SERVER, [("Get-CsUser", []), ("Select-Object", [("Skip", 2), ("First", 2), ("Property", "SipAddress")])]
    )
    yield Asked(
        TENANT,
        [("Get-CsOnlineUser", []), ("Microsoft.PowerShell.Utility\\Select-Object", [("Property", "SipAddress")])],
    )
    # Objects in the properties of others: of typed ones only the text arrives, unless they are projected.
    sources: tuple[str, Arguments] = ("Get-CsUserPolicyAssignment", [("Identity", BOB)])
    for properties in ("*", "PolicySource", ["PolicyType", "PolicySource", "Nope"]):
        yield Asked(TENANT, [sources, ("Select-Object", [("Property", properties)])])
    yield Asked(TENANT, [("Get-CsOnlineUser", [("Identity", BOB)]), ("Select-Object", [("Property", "*")])])
    yield Asked(SERVER, [("Get-CsUser", []), ("Measure-Object", [])])
    yield Asked(SERVER, [("Select-Object", [("Property", "Length")])], ["a", "bb"])
    yield Asked(SERVER, [("Select-Object", [("Property", "Length")])])


def _pipelines() -> Iterator[Asked]:
    wanted: tuple[str, Arguments] = ("Select-Object", [("Property", "SipAddress")])
    yield Asked(SERVER, [("Get-CsUser", []), wanted], [ALICE, NOBODY, BOB])
    yield Asked(SERVER, [("Get-CsUser", [("ErrorAction", "Stop")]), wanted], [ALICE, NOBODY, BOB])
    yield Asked(SERVER, [("Get-CsUser", [("ErrorAction", "SilentlyContinue")]), wanted], [ALICE, NOBODY, BOB])
    yield Asked(SERVER, [("Get-CsUser", [("ErrorAction", "Ignore")]), wanted], [NOBODY])
    yield Asked(SERVER, [("Get-CsUser", []), wanted], ["", ALICE])
    yield Asked(SERVER, [("Get-CsUser", []), wanted], [5, True, 2.5])
    yield Asked(SERVER, [("Get-CsUser", []), wanted], [{"Identity": ALICE}])
    yield Asked(SERVER, [("Get-CsUser", [("Identity", ALICE)]), wanted], [BOB])
    yield Asked(SERVER, [("Get-CsUser", []), ("Get-CsUser", []), wanted])
    yield Asked(SERVER, [("Get-CsUser", [("Identity", ALICE)]), ("Nope-CsUser", [])])
    yield Asked(SERVER, [("Get-CsTeamsUpgradePolicy", []), ("Remove-CsTeamsUpgradePolicy", [("WhatIf", True)])])
    yield Asked(TENANT, [("Get-CsOnlineUser", []), wanted], [DORA])
    yield Asked(
        TENANT, [("Grant-CsTeamsUpgradePolicy", [("PolicyName", "SfBOnly"), ("Confirm", False)])], [ALICE, NOBODY]
    )


def _discovery() -> Iterator[Asked]:
    names = ["Get-CsUser", "Move-CsUser", "Nope-CsUser", "Select-Object", "Grant-CsTeamsUpgradePolicy"]
    silent = ("ErrorAction", "SilentlyContinue")
    for host in (SERVER, TENANT):
        yield Asked(
            host,
            [
                ("Get-Command", [("Name", names), silent]),
                ("Select-Object", [("Property", ["Name", "ModuleName", "CommandType"])]),
            ],
        )
        yield Asked(host, [("Get-Command", [("Name", names)]), ("Select-Object", NAMED)])
        yield Asked(
            host,
            [
                ("Get-Command", [("Name", "*-CsTeamsUpgradePolicy"), ("Module", "MicrosoftTeams")]),
                ("Select-Object", NAMED),
            ],
        )
        yield Asked(
            host, [("Get-Command", [("Name", "MicrosoftTeams\\Grant-CsTeamsUpgradePolicy")]), ("Select-Object", NAMED)]
        )
        yield Asked(host, [("Get-Command", [("Name", "")])])
        yield Asked(
            host,
            [
                ("Get-Module", [("Name", ["SkypeForBusiness", "MicrosoftTeams"]), ("ListAvailable", True)]),
                ("Select-Object", [("Property", ["Name", "Version"])]),
            ],
        )
        yield Asked(host, [("Import-Module", [("Name", "SkypeForBusiness")])])
        yield Asked(host, [("Import-Module", [("Name", "Nope"), silent])])
        yield Asked(host, [("Import-Module", [("Name", ["Nope", "MicrosoftTeams"])])])
        yield Asked(host, [("Import-Module", [])])
        yield Asked(host, [("Nope-CsUser", [("Identity", "x")])])
        yield Asked(host, [("SkypeForBusiness\\Nope-CsUser", [])])
        yield Asked(host, [("NoModule\\Get-CsUser", [])])
        yield Asked(host, [("MicrosoftTeams\\Get-CsUser", [])])
        yield Asked(host, [("SkypeForBusiness\\Get-CsOnlineUser", [])])
        yield Asked(host, [("get-csTEAMSupgradepolicy", [("Identity", "Global")])])


def _errors() -> Iterator[Asked]:
    ordered = partial(OrderedFault, "Get-CsUser", "The server is busy.")
    read: Sequence[tuple[str, Arguments]] = [("Get-CsUser", [("Identity", ALICE)])]
    yield Asked(SERVER, read, fault=ordered())
    yield Asked(SERVER, read, fault=ordered(terminating=False))
    yield Asked(SERVER, [("Get-CsUser", [])], [ALICE, BOB], fault=ordered())
    yield Asked(SERVER, [("Get-CsUser", [])], [ALICE, BOB], fault=ordered(terminating=False))
    stopping: Arguments = [("Identity", ALICE), ("ErrorAction", "Stop")]
    yield Asked(SERVER, [("Get-CsUser", stopping)], fault=ordered(terminating=False))
    for error_id, category, exception in (
        ("TooMany", "LimitsExceeded", "System.InvalidOperationException"),
        ("Denied", "PermissionDenied", "System.UnauthorizedAccessException"),
        ("Migration", "OperationStopped", "Microsoft.Rtc.Management.Hosted.HostedMigrationException"),
        ("Nobody", "ObjectNotFound", "Microsoft.Rtc.Management.AD.ManagementException"),
    ):
        yield Asked(SERVER, read, fault=ordered(error_id=error_id, category=category, exception=exception))
    yield Asked(
        SERVER, read, fault=OrderedFault("Get-CsUser", "Ünï <&> 'quoted' \"twice\"\nand a second line _x000A_ 😀")
    )
    yield Asked(SERVER, read, fault=OrderedFault("Get-CsUser", silent=True))
    yield Asked(
        SERVER,
        [("Move-CsUser", [("Identity", BOB), ("Target", CLOUD), ("Credential", MOVER), ("Confirm", False)])],
        fault=OrderedFault("Move-CsUser", "The server is busy.", after=True),
    )


def _refusals() -> Iterator[Asked]:
    yield Asked(SERVER, [("Get-CsUser", [("Identity", NOBODY)])])
    phone: Arguments = [("Identity", PHONE), ("Target", CLOUD), ("Credential", MOVER), ("Confirm", False)]
    yield Asked(SERVER, [("Move-CsUser", phone)])
    yield Asked(
        SERVER, [("Move-CsUser", [("Identity", NOBODY), ("Target", CLOUD), ("Credential", MOVER), ("Confirm", False)])]
    )
    yield Asked(TENANT, [("Get-CsOnlineUser", [("Identity", NOBODY)])])
    yield Asked(TENANT, [("Get-CsOnlineUser", [("Filter", "SipAddress -is 'x'")])])
    yield Asked(
        TENANT,
        [("Grant-CsTeamsUpgradePolicy", [("Identity", ALICE), ("PolicyName", "UpgradeToTeams"), ("Confirm", False)])],
    )
    yield Asked(
        TENANT,
        [("Grant-CsTeamsUpgradePolicy", [("Global", True), ("PolicyName", "UpgradeToTeams"), ("Confirm", False)])],
    )
    yield Asked(TENANT, [("Get-CsBatchPolicyAssignmentOperation", [("Identity", "nothing")])])


def _questions() -> Iterator[Asked]:
    moving: list[tuple[str | None, object]] = [("Identity", BOB), ("Target", CLOUD)]
    yield Asked(SERVER, [("Move-CsUser", [*moving, ("Credential", MOVER)])])
    yield Asked(SERVER, [("Move-CsUser", [*moving, ("Credential", MOVER), ("Confirm", True)])])
    yield Asked(SERVER, [("Move-CsUser", [*moving, ("Credential", MOVER), ("WhatIf", True)])])
    yield Asked(SERVER, [("Move-CsUser", [*moving, ("Credential", MOVER), ("WhatIf", True), ("Confirm", False)])])
    yield Asked(SERVER, [("Move-CsUser", [*moving, ("Confirm", False)])])
    yield Asked(
        SERVER, [("Grant-CsTeamsUpgradePolicy", [("Identity", BOB), ("PolicyName", "Tell"), ("Confirm", True)])]
    )
    yield Asked(SERVER, [("Grant-CsTeamsUpgradePolicy", [("Identity", BOB), ("PolicyName", "Tell"), ("wi", True)])])
    yield Asked(TENANT, [("Connect-MicrosoftTeams", [])])
    yield Asked(SERVER, [("Get-CsUser", [("Identity", BOB), ("Confirm", False)])])


def _secrets() -> Iterator[Asked]:
    for password in ("not the password", "pässwörd-€-日本-😀", "with 'quotes\" and \n", " "):
        given: Arguments = [
            ("Identity", ALICE),
            ("Target", CLOUD),
            ("Credential", Secret(password, MOVER.user)),
            ("Confirm", False),
        ]
        yield Asked(SERVER, [("Move-CsUser", given)])
    yield Asked(TENANT, [("Connect-MicrosoftTeams", [("Credential", Secret("wrong", MOVER.user))])])
    yield Asked(TENANT, [("Connect-MicrosoftTeams", [("Credential", MOVER)])])
    yield Asked(TENANT, [("Connect-MicrosoftTeams", [("Identity", True), ("ManagedServiceSecret", Secret("hidden"))])])
    yield Asked(TENANT, [("Connect-MicrosoftTeams", [("AccessTokens", ["for-graph", "for-teams"])])])
    yield Asked(SERVER, [("Get-CsUser", [("Credential", "somebody")])])


TEXTS = (
    "x; y",
    "$(Get-Date)",
    "*",
    "[a-c]*",
    "line\nbreak\ttab",
    "ünï-€-日本",
    "😀",
    "_x000A_",
    "\x01",
    "' -or '1' -eq '1",
)
FILTERS: Arguments = [
    ("StartTime", Date("2026-01-02T03:04:05Z")),
    ("StartTime", "2026-01-02"),
    ("StartTime", "01/02/2026 03:04:05"),
    ("StartTime", "yesterday"),
    ("StartTime", "2026-01-02 and later"),
    ("StartTime", 5),
    ("SummaryOnly", None),
    ("SummaryOnly", 1),
    ("State", "pending"),
    ("State", ["Pending", "Failed"]),
]
TENANTS: Sequence[object] = (
    GUID,
    GUID.upper(),
    GUID.replace("-", ""),
    f"{{{GUID}}}",
    "",
    None,
    5,
    True,
    ["x"],
    {"a": 1},
)
SIZES: Sequence[object] = (3, "3", "Unlimited", -1, 0, 2.5, "x", None)
COMMON: Arguments = [
    ("ea", "Stop"),
    ("ErrorAction", "Nonsense"),
    ("ErrorAction", None),
    ("OutVariable", "x"),
    ("Verbose", True),
    ("OutBuffer", 2),
    ("wa", 0),
]


def _values() -> Iterator[Asked]:
    for identity in (*TEXTS, 5, 2.5, True, ["a", "b"], {"a": 1}):
        yield Asked(SERVER, [("Get-CsUser", [("Identity", identity)])])
    for one in FILTERS:
        yield Asked(TENANT, [("Get-CsMeetingMigrationStatus", [one])])
    for tenant in TENANTS:
        yield Asked(TENANT, [("Get-CsTeamsUpgradePolicy", [("Tenant", tenant)])])
    for size in SIZES:
        for name, shown in (("Get-CsOnlineUser", "SipAddress"), ("Get-CsTenant", "DisplayName")):
            yield Asked(TENANT, [(name, [("ResultSize", size)]), ("Select-Object", [("Property", shown)])])
    for one in COMMON:
        yield Asked(SERVER, [("Get-CsUser", [("Identity", NOBODY), one])])


def _files() -> Iterator[Asked]:
    report = r"D:\Reports\bob.csv"
    move: Arguments = [("Identity", BOB), ("Target", CLOUD), ("Credential", MOVER), ("Confirm", False)]
    yield Asked(
        SERVER, [("Move-CsUser", [*move, ("Report", report)])], fault=OrderedFault("Move-CsUser", "Busy", silent=True)
    )
    yield Asked(SERVER, [("Import-Csv", [("LiteralPath", report)])])
    yield Asked(SERVER, [("Import-Csv", [("LiteralPath", r"D:\Reports\none.csv")])], differs="files")


def _much() -> Iterator[Asked]:
    yield Asked(SERVER, [("Get-CsUser", [])])
    yield Asked(TENANT, [("Get-CsOnlineUser", [])])
    yield Asked(SERVER, [("Get-CsUser", [("Filter", "SipAddress -eq '" + "ä" * 100_000 + "'")])])
    yield Asked(SERVER, [("Get-CsUser", []), ("Select-Object", [("Property", "SipAddress")])], [ALICE, BOB] * 40)


def _broken() -> Iterator[Asked]:
    """Last, since these cost their shell its life."""
    yield Asked(SERVER, [("Get-CsUser", [])], stopped=True, fault=OrderedFault("Get-CsUser", seconds=20))
    yield Asked(TENANT, [("Get-CsOnlineUser", [])], stopped=True, fault=OrderedFault("Get-CsOnlineUser", seconds=20))
    yield Asked(SERVER, [("Get-CsUser", [("Identity", ALICE)])])
    yield Asked(SERVER, script="1 + 1", differs="script")
    yield Asked(SERVER, [("Get-CsUser", [])], fault=OrderedFault("Get-CsUser", drop_shell=True))
    yield Asked(SERVER, [("Get-CsUser", [])])


GROUPS = {
    "Projections": _projections,
    "Pipelines": _pipelines,
    "What a host has": _discovery,
    "Errors of the hosts": _errors,
    "What is refused": _refusals,
    "Questions": _questions,
    "Secrets": _secrets,
    "Values": _values,
    "Files": _files,
    "Much at once": _much,
    "Stopped and broken off": _broken,
}
