# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Session configuration files (.pssc) and role capability files (.psrc), read as an administrator installs them.

In the lab every account may open every configuration, with all the roles that it defines. A key that the lab would not follow is an
error, so that nothing seems allowed or forbidden that is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .data_file import DataFileError, Script, read_data
from .restriction import Parameters, Restriction

_SESSION_TYPE = "RestrictedRemoteServer"
_FOLLOWED = frozenset(
    {"modulestoimport", "visiblecmdlets", "visiblefunctions", "functiondefinitions", "roledefinitions"}
)
# Keys without an effect where everything runs as one user, without a disk and a policy.
_WITHOUT_EFFECT = frozenset(
    """
    guid author description companyname copyright schemaversion sessiontype languagemode executionpolicy runasvirtualaccount
    runasvirtualaccountgroups groupmanagedserviceaccount transcriptdirectory requiredgroups powershellversion
    """.split()
)


def read_configurations(folder: Path) -> dict[str, Restriction]:
    """Return the configurations in a folder, by the name of the file in lower case. Raises DataFileError and OSError.

    Role capabilities are looked for anywhere below the folder, as they are in the folders of modules on a host.
    """
    if not folder.is_dir():
        raise DataFileError(f"{folder} is no folder with session configuration files (.pssc).")
    capabilities = {path.stem.casefold(): path for path in sorted(folder.rglob("*.psrc"))}
    found = {path.stem.casefold(): _configuration(path, capabilities) for path in sorted(folder.rglob("*.pssc"))}
    if not found:
        raise DataFileError(f"There is no session configuration file (.pssc) in {folder}.")
    return found


def _configuration(path: Path, capabilities: Mapping[str, Path]) -> Restriction:
    keys = _keys(path)
    if str(keys.get("sessiontype")).casefold() != _SESSION_TYPE.casefold():
        raise DataFileError(f"{path.name} has no SessionType {_SESSION_TYPE}, the only one that the lab knows.")
    found = _restriction(path, keys)
    roles = keys.get("roledefinitions", {})
    for role in roles.values() if isinstance(roles, dict) else ():
        for name in _texts(role.get("RoleCapabilities") if isinstance(role, dict) else None):
            capability = capabilities.get(name.casefold())
            if capability is None:
                raise DataFileError(f"{path.name} names the role capability {name}, but there is no {name}.psrc.")
            found = found.with_(_restriction(capability, _keys(capability)))
    return found


def _keys(path: Path) -> dict[str, object]:
    try:
        keys = {name.casefold(): value for name, value in read_data(path.read_text(encoding="utf-8")).items()}
    except ValueError as error:
        raise DataFileError(f"{path.name}: {error}") from None
    unknown = sorted(keys.keys() - _FOLLOWED - _WITHOUT_EFFECT)
    if unknown:
        raise DataFileError(f"{path.name} has the key {unknown[0]}, which the lab does not know.")
    return keys


def _restriction(path: Path, keys: Mapping[str, object]) -> Restriction:
    visible = {
        name: parameters
        for key in ("visiblecmdlets", "visiblefunctions")
        for name, parameters in _visible(path, keys.get(key))
    }
    definitions = {name: body for one in _listed(keys.get("functiondefinitions")) for name, body in _definition(one)}
    return Restriction(path.stem, tuple(_texts(keys.get("modulestoimport"))), visible, definitions)


def _visible(path: Path, entries: object) -> Iterator[tuple[str, Parameters | None]]:
    for entry in _listed(entries):
        name = str(entry.get("Name") if isinstance(entry, dict) else entry)
        if any(sign in name for sign in "*?\\"):
            raise DataFileError(f"{path.name}: the lab takes plain names only, not {name}.")
        yield name, dict(map(_parameter, _listed(entry.get("Parameters")))) if isinstance(entry, dict) else None


def _parameter(entry: object) -> tuple[str, tuple[str, ...]]:
    if not isinstance(entry, dict):
        return str(entry), ()
    return str(entry.get("Name")), tuple(_texts(entry.get("ValidateSet")))


def _definition(entry: object) -> Iterator[tuple[str, str]]:
    if isinstance(entry, dict) and isinstance(entry.get("ScriptBlock"), Script):
        yield str(entry.get("Name")), str(entry["ScriptBlock"])


def _listed(value: object) -> Sequence[object]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _texts(value: object) -> Sequence[str]:
    return [str(one) for one in _listed(value)]
