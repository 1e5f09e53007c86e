# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/jea: role capabilities and session configurations with exactly what the collection calls, for restricted endpoints.

`make jea` runs this: call it after a change of the collection's own table of calls, from which it takes everything. With --check nothing is
written, and what differs is named.
"""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import (
    CALLS,
    Task,
    role_capability,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import MODULES
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace import sign_in

FOLDER = Path(__file__).parents[1] / "docs" / "jea"
ROLES = "TeamsUpgradeRoles"
_NAMESPACE = uuid.UUID("6f2f1d2e-3f0b-5c55-9a0e-2f6a5f1d7c11")
_HEAD = """\
# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""

# What is in no file though the collection can send it: an administrator who wants it adds it by hand, knowing what it does.
# A parameter, or None for a whole cmdlet.
WITHHELD = {
    ("Move-CsUser", "Force"): "throws away what cannot be moved: contacts and meetings",
    ("Move-CsUser", "Report"): "writes over any file that the account may write to",
    ("Import-Csv", None): "reads any file that the account may read",
}

# Values to which a parameter is held, where others would reach further than the task.
VALUES = {("New-CsBatchPolicyAssignmentOperation", "PolicyType"): ("TeamsUpgradePolicy",)}

# Cmdlets of SkypeForBusiness are compiled. In MicrosoftTeams only those that sign in are, the others are functions.
_COMPILED_ONLINE = frozenset((sign_in.CONNECT,))

# The cmdlet itself would need the file system made visible to find modules that are not loaded.
_GET_MODULE = r"""
    FunctionDefinitions = @{
        Name = 'Get-Module'
        ScriptBlock = {
            param([ValidateSet('MicrosoftTeams')] [string] $Name = 'MicrosoftTeams', [switch] $ListAvailable)
            foreach ($folder in [Environment]::GetEnvironmentVariable('PSModulePath').Split([IO.Path]::PathSeparator)) {
                $root = [IO.Path]::Combine($folder, $Name)
                if (-not [IO.Directory]::Exists($root)) { continue }
                foreach ($file in [IO.Directory]::GetFiles($root, "$Name.psd1", 'AllDirectories')) {
                    if ([IO.File]::ReadAllText($file) -match 'ModuleVersion\s*=\s*[''"]([\d.]+)') {
                        [pscustomobject] @{ Name = $Name; Version = $Matches[1] }
                    }
                }
            }
        }
    }"""
_DEFINED = {"Get-Module": _GET_MODULE}

_TASKS = {
    Task.READ: "read users, policies, settings and meetings: info modules, and every other in check mode",
    Task.NOTIFY: "notify users: the instance that notifies, and its assignment",
    Task.MOVE: "move users between Skype for Business Server and the cloud",
    Task.UPGRADE: "grant modes and have meetings converted",
    Task.SETTINGS: "change the tenant default, instances and settings",
}
_PRODUCTS = {Side.ONPREM: "Skype for Business Server", Side.ONLINE: "Microsoft Teams"}


@dataclass(frozen=True, slots=True)
class Session:
    """A session configuration: what an account that may open it can do."""

    side: Side
    name: str
    tasks: Sequence[Task]


def sessions() -> list[Session]:
    """Return a session configuration for each task, and one for the daily job with all that waves need."""
    found: list[Session] = []
    for side in Side:
        tasks = [task for whose, task in CALLS if whose is side and task is not Task.READ]
        waves = [task for task in tasks if task is not Task.SETTINGS]
        by_name: dict[str, Sequence[Task]] = {
            Task.READ.value: [],
            **{task.value: [task] for task in tasks},
            "Waves": waves,
        }
        found += [Session(side, f"TeamsUpgrade{side.capitalize()}{name}", more) for name, more in by_name.items()]
    return found


def visible(side: Side, task: Task) -> Mapping[str, Sequence[str]]:
    """Return what a role capability makes visible: by cmdlet, its parameters."""
    calls = dict(CALLS[side, task])
    if (side, task) == (Side.ONLINE, Task.READ):
        calls[sign_in.CONNECT] = sign_in.PARAMETERS
    return {
        cmdlet: [parameter for parameter in parameters if (cmdlet, parameter) not in WITHHELD]
        for cmdlet, parameters in sorted(calls.items())
        if (cmdlet, None) not in WITHHELD
    }


def capability(side: Side, task: Task) -> str:
    """Return the text of a role capability file."""
    shown = visible(side, task)
    compiled = [each for each in shown if each not in _DEFINED and (side is Side.ONPREM or each in _COMPILED_ONLINE)]
    functions = [each for each in shown if each not in compiled and each not in _DEFINED]
    defined = [each for each in shown if each in _DEFINED]
    name = role_capability(side, task)
    lines = [
        f"{_HEAD}# Made by dev/jea.py; docs/jea.md says how to install it. Confirm comes by itself and must not be listed.",
        "@{",
        *_about(f"{name}.psrc", f"{_PRODUCTS[side]}: {_TASKS[task]}."),
        f"    ModulesToImport = '{MODULES[side]}'",
        *_visible("VisibleCmdlets", [_entry(each, shown[each]) for each in compiled]),
        *_visible(
            "VisibleFunctions", [_entry(each, shown[each]) for each in functions] + [f"'{each}'" for each in defined]
        ),
        *(_DEFINED[each].lstrip("\n") for each in defined),
        "}",
    ]
    return "\n".join(lines) + "\n"


def configuration(session: Session) -> str:
    """Return the text of a session configuration file."""
    roles = ", ".join(f"'{role_capability(session.side, task)}'" for task in (Task.READ, *session.tasks))
    what = "; ".join(_TASKS[task] for task in session.tasks or [Task.READ])
    account = session.name.removeprefix("TeamsUpgrade")
    identity = (
        f"GroupManagedServiceAccount = 'CONTOSO\\Tu{account.removeprefix('Onprem')}'  # with the rights that the task needs"
        if session.side is Side.ONPREM
        else "RunAsVirtualAccount = $true"
    )
    lines = [
        f"{_HEAD}# Made by dev/jea.py. Put your domain's accounts and groups in; docs/jea.md says which and how to register it.",
        "@{",
        "    SchemaVersion = '2.0.0.0'",
        *_about(f"{session.name}.pssc", f"{_PRODUCTS[session.side]}: {what}."),
        "    SessionType = 'RestrictedRemoteServer'",
        "    LanguageMode = 'NoLanguage'",
        "    ExecutionPolicy = 'RemoteSigned'",
        f"    {identity}",
        "    RoleDefinitions = @{",
        f"        'CONTOSO\\{session.name}' = @{{ RoleCapabilities = {roles} }}",
        "    }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def files() -> dict[Path, str]:
    """Return the text of every file by its path below docs/jea."""
    capabilities = {
        Path(ROLES) / "RoleCapabilities" / f"{role_capability(*key)}.psrc": capability(*key) for key in CALLS
    }
    configurations = {Path(f"{each.name}.pssc"): configuration(each) for each in sessions()}
    manifest = "\n".join([f"{_HEAD}# A module that only holds role capabilities.", "@{", *_about(ROLES), "}"])
    return {Path(ROLES) / f"{ROLES}.psd1": f"{manifest}\n", **capabilities, **configurations}


def _about(name: str, description: str | None = None) -> list[str]:
    lines = ["    ModuleVersion = '1.0.0'"] if description is None else [f"    Description = '{description}'"]
    return [f"    GUID = '{uuid.uuid5(_NAMESPACE, name)}'", "    Author = 'sfb.teams_upgrade contributors'", *lines]


def _visible(key: str, entries: Sequence[str]) -> list[str]:
    return [f"    {key} = @(", *(f"        {entry}" for entry in entries), "    )"] if entries else []


def _entry(cmdlet: str, parameters: Iterable[str]) -> str:
    listed = ", ".join(_parameter(cmdlet, parameter) for parameter in parameters)
    return f"@{{ Name = '{cmdlet}'; Parameters = @({listed}) }}"


def _parameter(cmdlet: str, parameter: str) -> str:
    values = VALUES.get((cmdlet, parameter), ())
    held = f"; ValidateSet = {', '.join(repr(value) for value in values)}" if values else ""
    return f"@{{ Name = '{parameter}'{held} }}"


def differences(folder: Path) -> list[str]:
    """Name the files below a folder that are not as they should be."""
    wanted = files()
    present = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    wrong = [path for path, text in wanted.items() if path not in present or (folder / path).read_text() != text]
    return sorted(str(path) for path in {*wrong, *(present - wanted.keys())})


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with --check compare them; return the exit code."""
    parser = argparse.ArgumentParser(description="Writes docs/jea from the collection's table of calls.")
    parser.add_argument("--check", action="store_true", help="write nothing, and name what differs")
    if parser.parse_args(arguments).check:
        wrong = differences(FOLDER)
        print("\n".join(f"docs/jea/{path} is not as dev/jea.py writes it: run make jea" for path in wrong))
        return 1 if wrong else 0
    for path, text in files().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
