# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small organisation with cmdlets made for trying how engines bind, report and stop."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Mapping, Sequence

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import (
    Call,
    CmdletContract,
    Failure,
    InstalledModule,
    Outcome,
    Parameter,
    ParameterSet,
    Pipeline,
    Thing,
)

ONPREM, ONLINE, BOTH = "onprem", "online", "both"
SKYPE, TEAMS = "SkypeForBusiness", "MicrosoftTeams"
WHEN = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
USER_TYPE = "Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser"


def optional(name: str, kind: str = "String", **more: object) -> Parameter:
    """A parameter that may be left out."""
    return Parameter(name, kind, **more)  # type: ignore[arg-type]


def mandatory(name: str, kind: str = "String", **more: object) -> Parameter:
    """A parameter that must be given."""
    return Parameter(name, kind, mandatory=True, **more)  # type: ignore[arg-type]


def cmdlet(name: str, *sets: ParameterSet, module: str = SKYPE, impact: str | None = None) -> CmdletContract:
    """A cmdlet of a module."""
    return CmdletContract(name, module, sets, impact)


def one_set(name: str, *parameters: Parameter, default: bool = False) -> ParameterSet:
    """A parameter set."""
    return ParameterSet(name, parameters, default)


_ANY = (
    optional("Flag", "Boolean"),
    optional("Id", "Guid"),
    optional("When", "DateTime"),
    optional("Url", "Uri"),
    optional("Many", "String[]"),
    optional("Int", "Int32"),
    optional("Count", "UInt32"),
    optional("Table", "Hashtable"),
    optional("Any", "Object"),
    optional("Choice", "ChoiceType", values=("Alpha", "Beta")),
    optional("Force", "SwitchParameter"),
    optional("Credential", "PSCredential"),
    optional("Secret", "SecureString"),
    optional("Pool", "Fqdn"),
    optional("OnModernServer", "SwitchParameter", aliases=("OnLyncServer",)),
    optional("Verb"),
)
_TARGET = mandatory("Target", "Fqdn", position=1)
_PIPED = {"position": 0, "pipeline": Pipeline.BOTH}
COMMANDS = (
    cmdlet(
        "Get-CsThing",
        one_set("Identity", optional("Identity", "UserIdParameter", **_PIPED), *_ANY, default=True),
        one_set("Filter", mandatory("Filter"), *_ANY),
    ),
    cmdlet(
        "Move-CsThing",
        one_set("Identity", mandatory("Identity", "UserIdParameter", **_PIPED), _TARGET, default=True),
        one_set("Users", mandatory("UserList"), _TARGET),
        impact="High",
    ),
    cmdlet(
        "Grant-CsThing",
        one_set(
            "Identity",
            optional("Identity", position=0, pipeline=Pipeline.BY_VALUE),
            optional("PolicyName", position=1),
            default=True,
        ),
        one_set("GrantToTenant", mandatory("Global", "SwitchParameter"), optional("PolicyName", position=1)),
        one_set("GrantToGroup", mandatory("Group"), optional("PolicyName", position=1)),
        impact="Medium",
    ),
    cmdlet(
        "Test-CsBothMandatory", one_set("A", mandatory("A"), optional("Z")), one_set("B", mandatory("B"), optional("Z"))
    ),
    cmdlet(
        "Test-CsOneMandatory", one_set("A", mandatory("A"), optional("Z")), one_set("B", optional("B"), optional("Z"))
    ),
    cmdlet(
        "Test-CsNoneMandatory", one_set("A", optional("A"), optional("Z")), one_set("B", optional("B"), optional("Z"))
    ),
    cmdlet(
        "Test-CsPipedSets",
        one_set("A", mandatory("A", pipeline=Pipeline.BY_VALUE), optional("X"), optional("Z"), default=True),
        one_set("B", mandatory("B"), optional("Y", pipeline=Pipeline.BY_VALUE), optional("Z")),
    ),
    cmdlet(
        "Test-CsContent", one_set("All", mandatory("Object", "Object"), mandatory("Texts", "String[]"), default=True)
    ),
    cmdlet("Get-CsThing", one_set("All", optional("Identity"), default=True), module=TEAMS),
    cmdlet("Get-CsTenant", one_set("All", optional("Identity"), default=True), module=TEAMS),
)
_MODULES = {ONPREM: (SKYPE,), ONLINE: (TEAMS,), BOTH: (SKYPE, TEAMS)}


class Trial:
    """An organisation whose answers depend on the identity that is asked for. Everything else echoes its parameters."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.seconds = 0.0
        self.import_seconds = 0.0
        self.opened: list[str] = []
        self.closed: list[str] = []
        self._lock = threading.Lock()
        self._commands = {
            host: {f"{one.module}\\{one.name}": one for one in COMMANDS if one.module in modules}
            for host, modules in _MODULES.items()
        }

    def modules(self, host: str) -> Sequence[InstalledModule]:
        """See Organisation."""
        return [InstalledModule(module, "7.1.0") for module in _MODULES[host]]

    def commands(self, host: str) -> Mapping[str, CmdletContract]:
        """See Organisation."""
        return self._commands[host]

    def latency(self, call: Call) -> float:
        """See Organisation."""
        return self.import_seconds if call.cmdlet == "Import-Module" else self.seconds

    def call(self, call: Call) -> Outcome:
        """See Organisation."""
        with self._lock:
            self.calls.append(call)
        identity = call.parameters.get("Identity")
        answer = _ANSWERS.get(identity) if isinstance(identity, str) else None
        return answer(call) if answer else Outcome([thing(call)])

    def shell_opened(self, host: str, shell_id: str) -> None:
        """See Organisation."""
        self.opened.append(shell_id)

    def shell_closed(self, host: str, shell_id: str) -> None:
        """See Organisation."""
        self.closed.append(shell_id)


def thing(call: Call) -> Thing:
    """What most cmdlets put out: an object that shows how it was called."""
    policy = Thing("Microsoft.Rtc.Policy", {"Name": "UpgradeToTeams", "Authority": "Host"}, "UpgradeToTeams")
    values = {"Identity": call.parameters.get("Identity"), "Cmdlet": f"{call.module}\\{call.cmdlet}", "When": WHEN}
    shapes = {
        "Nothing": None,
        "Many": ["a", "b"],
        "Number": 7,
        "Big": 2**40,
        "Part": 1.5,
        "Yes": True,
        "Policy": policy,
    }
    return Thing(USER_TYPE, {**values, **shapes, "Bound": ",".join(sorted(call.parameters))})


def _fails(terminating: bool) -> Callable[[Call], Outcome]:
    def answer(call: Call) -> Outcome:
        identity = str(call.parameters["Identity"])
        message = f'Management object not found for identity "{identity}".'
        failure = Failure(
            message, "ManagementObjectNotFound", "ObjectNotFound", "Microsoft.Rtc.NotFound", terminating, identity
        )
        return Outcome(failures=(failure,))

    return answer


_ANSWERS: Mapping[str, Callable[[Call], Outcome]] = {
    "missing": _fails(False),
    "refused": _fails(True),
    "warned": lambda call: Outcome([thing(call)], warnings=("careful",)),
    "asks": lambda call: Outcome(prompt="Sign in, please."),
    "dropped": lambda call: Outcome(drop_shell=True),
    "text": lambda call: Outcome(["just text", 5, True]),
    "late": lambda call: Outcome([thing(call)], failures=_fails(False)(call).failures),
}
