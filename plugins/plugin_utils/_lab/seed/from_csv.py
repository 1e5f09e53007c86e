# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users from exports of the real ones: `Get-CsUser | Export-Csv` on-premises, `Get-CsOnlineUser | Export-Csv` online, or both."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..organisation.identities import bare, fold
from ..organisation.modes import built_in, untagged
from ..organisation.records import ON_PREMISES, SKYPE_PLAN, TEAMS_PLAN
from .model import ACCOUNT_TYPES, CLOUD, ONLINE, ONPREM, SeedError, UserSeed

Row = Mapping[str, str]
# Columns that only the tenant's users have.
_ONLINE_ONLY = {"teamsupgradeeffectivemode", "interpretedusertype", "onpremhostingprovider"}
_FLATTENED = ("System.Object[]", "System.Collections", "System.String[]")
_FEATURE_PLANS = {
    "teams": TEAMS_PLAN,
    "audioconferencing": "MCOMEETADD",
    "phonesystem": "MCOEV",
    "callingplan": "MCOPSTN1",
}


def users_from_exports(paths: Sequence[Path]) -> list[UserSeed]:
    """Return the users of one or two exports; what each one is shows in its columns. Raises SeedError."""
    sides: dict[bool, Path] = {}
    for path in paths:
        online = not _ONLINE_ONLY.isdisjoint(_names(path))
        if online in sides:
            raise SeedError(f"The exports {sides[online]} and {path} are both of the same side: give one of each.")
        sides[online] = path
    return users_from_csv(sides.get(False), sides.get(True))


def users_from_csv(onprem: Path | None, online: Path | None) -> list[UserSeed]:
    """Return the users of one or both exports, joined by SIP address or else by user principal name. Raises SeedError."""
    rows = [dict(row) for row in _rows(online)] if online else []
    seen = {key: row for row in reversed(rows) for key in _keys(row)}
    joined: set[int] = set()
    users: list[UserSeed] = []
    for row in _rows(onprem) if onprem else ():
        match = next((seen[key] for key in _keys(row) if key in seen), None)
        if match is not None:
            joined.add(id(match))
        users.append(_from_directory(row, match, alone=online is None))
    users.extend(_from_tenant(row) for row in rows if id(row) not in joined and _keys(row))
    return users


def _names(path: Path) -> set[str]:
    return {fold(name) for name in _reader(path).fieldnames or () if name}


def _reader(path: Path) -> csv.DictReader[str]:
    lines = _text(path).splitlines(keepends=True)
    if lines and lines[0].startswith("#TYPE"):
        lines = lines[1:]
    return csv.DictReader(io.StringIO("".join(lines)), dialect=_dialect(lines))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    reader = _reader(path)
    names = {fold(name) for name in reader.fieldnames or () if name}
    if not names & {"sipaddress", "userprincipalname"}:
        raise SeedError(
            f"The export {path} has no column SipAddress or UserPrincipalName: export whole users with Export-Csv."
        )
    for row in reader:
        yield {fold(name): value.strip() for name, value in row.items() if name and isinstance(value, str)}


def _text(path: Path) -> str:
    """Return a file's text; Export-Csv writes UTF-8 or UTF-16, by version and option."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SeedError(f"The export {path} cannot be read: {error.strerror}.") from error
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SeedError(f"The export {path} is not UTF-8 or UTF-16: export it with -Encoding UTF8.") from error


def _dialect(lines: list[str]) -> type[csv.Dialect]:
    semicolons = bool(lines) and lines[0].count(";") > lines[0].count(",")

    class Exported(csv.excel):
        delimiter = ";" if semicolons else ","

    return Exported


def _keys(row: Row) -> list[str]:
    found = (f"sip {bare(row.get('sipaddress', ''))}", f"upn {fold(row.get('userprincipalname', ''))}")
    return [key for key in found if key.partition(" ")[2]]


def _from_directory(row: Row, seen: Row | None, *, alone: bool) -> UserSeed:
    locator = row.get("hostingprovider", "") or ON_PREMISES
    dn = row.get("identity", "")
    unit, _dummy, components = dn.partition(",")[2].partition(",DC=")
    user = UserSeed(
        sip=row.get("sipaddress", "") or row.get("userprincipalname", ""),
        upn=row.get("userprincipalname", ""),
        name=row.get("displayname", ""),
        sam=row.get("samaccountname", ""),
        homing=ONPREM if fold(locator) == fold(ON_PREMISES) else ONLINE,
        pool=row.get("registrarpool") or None,
        ou=unit or "OU=People",
        domain=".".join(part.removeprefix("DC=") for part in components.split(",")) if components else None,
        enabled=fold(row.get("enabled", "true")) != "false",
        synced=alone or seen is not None,
        notify_policy=row.get("teamsupgradepolicy") or None,
        voice=fold(row.get("enterprisevoiceenabled", "")) == "true",
        line=row.get("lineuri") or None,
    )
    return user if seen is None else _as_seen(user, seen)


def _as_seen(user: UserSeed, seen: Row) -> UserSeed:
    """Return a user of the directory with what the tenant says of them."""
    address = seen.get("sipaddress", "")
    differs = bool(address) and bare(address) != bare(user.sip)
    return replace(
        user,
        cloud_sip=address if differs else None,
        policy=_policy(seen),
        licences=_licences(seen),
        usage_location=seen.get("usagelocation", ""),
    )


def _from_tenant(row: Row) -> UserSeed:
    locator = row.get("onpremhostingprovider", "") or row.get("hostingprovider", "")
    homing = ONPREM if fold(locator) == fold(ON_PREMISES) else ONLINE if row.get("onpremhostingprovider") else CLOUD
    kind = row.get("accounttype", "")
    return UserSeed(
        sip=row.get("sipaddress", "") or row.get("userprincipalname", ""),
        upn=row.get("userprincipalname", ""),
        name=row.get("displayname", ""),
        homing=homing,
        account_type=kind if kind in ACCOUNT_TYPES else "User",
        policy=_policy(row),
        licences=_licences(row),
        voice=fold(row.get("enterprisevoiceenabled", "")) == "true",
        line=row.get("lineuri") or None,
        usage_location=row.get("usagelocation", ""),
    )


def _policy(row: Row) -> str | None:
    instance = built_in(untagged(row.get("teamsupgradepolicy", "")))
    return instance.name if instance else None


def _licences(row: Row) -> tuple[str, ...]:
    """Return the plans that FeatureTypes names. Export-Csv may have flattened the list to its type: then both needed ones are assumed."""
    text = row.get("featuretypes")
    if text is None or text.startswith(_FLATTENED):
        return (TEAMS_PLAN, SKYPE_PLAN)
    named = {fold(part) for part in text.replace(";", ",").replace(" ", ",").split(",")}
    plans = [plan for feature, plan in _FEATURE_PLANS.items() if feature in named]
    return (*plans, SKYPE_PLAN) if TEAMS_PLAN in plans else tuple(plans)
