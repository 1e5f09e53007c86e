# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users from exports of the real ones: `Get-CsUser | Export-Csv` on-premises, `Get-CsOnlineUser | Export-Csv` online, or both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ..organisation.identities import bare, fold
from ..organisation.records import NO_TENANT
from . import exported_facts as facts
from .assumed import Assumed, Assumption
from .export_index import ExportIndex
from .exports import ONLINE_EXPORT, Export, Record
from .model import CLOUD, NOWHERE, ONPREM, UNIT, SeedError, UserSeed

# The dates of an export are written as one of many cultures does, and are not read: that an account is deleted is all that counts.
_DELETED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Exported:
    """The users of one or both exports, the record that the tenant has of each, and what was assumed of them."""

    users: list[UserSeed] = field(default_factory=list)
    seen: list[Record | None] = field(default_factory=list)
    assumed: Assumed = field(default_factory=Assumed)
    tenant_id: str | None = None

    def add(self, user: UserSeed, seen: Record | None = None) -> None:
        """Add a user."""
        self.users.append(user)
        self.seen.append(seen)


def users_from_exports(paths: Sequence[Path]) -> list[UserSeed]:
    """Return the users of one or two exports; what each one is shows in its columns. Raises SeedError."""
    sides: dict[bool, Export] = {}
    for path in paths:
        export = Export(path)
        online = export.source is ONLINE_EXPORT
        if online in sides:
            raise SeedError(f"The exports {sides[online].path} and {path} are both of the same side: give one of each.")
        sides[online] = export
    return exported_users(sides.get(False), sides.get(True)).users


def exported_users(onprem: Export | None, online: Export | None, *, online_is_complete: bool = True) -> Exported:
    """Return the users of one or both exports, joined by user principal name or else by SIP address. Raises SeedError."""
    result = Exported()
    there = ExportIndex(online, result.assumed) if online else None
    if online is not None:
        result.tenant_id = _tenant(online, onprem)
    joined: set[int] = set()
    for record in ExportIndex(onprem, result.assumed).records if onprem else ():
        seen = there.match(record) if there else None
        if seen is not None:
            joined.add(id(seen))
        if user := _from_directory(record, seen, result.assumed):
            result.add(_as_seen(user, seen, result.assumed, online_is_complete, online is not None), seen)
    if onprem and online and not joined:
        raise online.fault(f"has none of the users of {onprem.path}, so it is of another organisation or tenant")
    for record in there.records if there else ():
        if id(record) not in joined:
            result.add(_from_tenant(record, result.assumed, onprem is not None), record)
    result.users = _named_once(result.users)
    return result


def _tenant(online: Export, onprem: Export | None) -> str | None:
    """Return the tenant's id, None where the export does not say it. Raises SeedError where the exports name several."""
    found = {fold(record.text("TenantId") or ""): record for record in online.records}
    found.pop("", None)
    if len(found) > 1:
        raise next(reversed(found.values())).fault(f"is of another tenant than before ({' and '.join(sorted(found))})")
    for record in onprem.records if onprem and found else ():
        tenant = fold(record.text("TenantId") or "")
        if tenant not in ("", NO_TENANT, *found):
            raise record.fault(f"holds a user who was moved to tenant {tenant}, and {online.path} is of another one")
    return next(iter(found), None)


def _from_directory(record: Record, seen: Record | None, assumed: Assumed) -> UserSeed | None:
    """Return a user as the directory says; None for one that cannot be in it."""
    sip, name = record.address("SipAddress"), record.address("UserPrincipalName")
    if not sip:
        assumed.of(Assumption.NO_SIP_ADDRESS, name or f"line {record.line}")
        return None
    homing = facts.onprem_homing(record, assumed, sip)
    if homing is None:
        return None
    enabled = record.flag("Enabled")
    if enabled is None:
        raise record.fault("holds nothing as Enabled")
    pool = record.text("RegistrarPool") or ""
    record.check_letters("RegistrarPool", pool)
    place = facts.unit_and_domain(record)
    if place is None:
        assumed.of(Assumption.NO_DN, sip)
    return UserSeed(
        sip=sip,
        upn=name or sip,
        name=facts.display_name((record, seen), assumed, sip),
        homing=homing,
        pool=pool or None if homing == ONPREM else None,
        ou=place[0] if place else UNIT,
        domain=place[1] if place else None,
        enabled=enabled,
        notify_policy=facts.notify_policy(record, assumed, sip),
        voice=bool(record.flag("EnterpriseVoiceEnabled")),
        line=facts.line(record.text("LineURI"), assumed, sip),
    )


def _as_seen(user: UserSeed, seen: Record | None, assumed: Assumed, complete: bool, given: bool) -> UserSeed:
    """Return a user of the directory with what the tenant says. `given`: whether there is an online export, and it has everybody."""
    if seen is None:
        kinds = {False: Assumption.LEFT_OUT_ONLINE, True: Assumption.UNKNOWN_TO_TENANT}
        assumed.of(kinds[complete] if given else Assumption.NO_ONLINE_EXPORT, user.sip)
        return replace(user, synced=not (given and complete))
    address, homing = seen.address("SipAddress"), facts.cloud_homing(seen)
    if homing != user.homing:
        assumed.of(Assumption.OTHER_HOME, user.sip)
    if fold(seen.address("UserPrincipalName")) != fold(user.upn):
        assumed.of(Assumption.OTHER_NAME, user.sip)
    if facts.account_type(seen) not in ("User", "IneligibleUser"):
        assumed.of(Assumption.OTHER_TYPE, user.sip)
    return replace(
        user,
        cloud_sip=address if bare(address) != bare(user.sip) else None,
        cloud_homing=(CLOUD if homing == NOWHERE else homing) if homing != user.homing else None,
        policy=_policy(seen, homing, assumed, user.sip),
        licences=facts.licences(seen, assumed, user.sip),
        validation_errors=facts.validation_errors(seen, assumed, user.sip),
        usage_location=seen.text("UsageLocation") or "",
    )


def _from_tenant(record: Record, assumed: Assumed, directory: bool) -> UserSeed:
    """Return an account that the tenant alone knows. `directory`: whether there is an export that could have it."""
    address, name = record.address("SipAddress"), record.address("UserPrincipalName")
    sip, homing = address or name, facts.cloud_homing(record)
    deleted = _DELETED if record.text("SoftDeletionTimestamp") else None
    if deleted and homing != NOWHERE:
        homing = CLOUD
    if homing == ONPREM:
        assumed.of(Assumption.NOT_IN_DIRECTORY if directory else Assumption.NO_ONPREM_EXPORT, sip)
    prefix = "OnPrem" if homing == ONPREM else ""
    synced = record.flag("UserDirSyncEnabled", "DirSyncEnabled") is not False or homing == ONPREM
    return UserSeed(
        sip=sip,
        upn=name or sip,
        name=facts.display_name((record,), assumed, sip),
        homing=homing,
        account_type=facts.account_type(record) if homing != ONPREM else "User",
        synced=synced,
        cloud_sip=None if synced else sip,
        policy=_policy(record, homing, assumed, sip),
        licences=facts.licences(record, assumed, sip),
        validation_errors=facts.validation_errors(record, assumed, sip),
        voice=bool(record.flag(f"{prefix}EnterpriseVoiceEnabled")),
        line=facts.line(record.text(f"{prefix}LineURI"), assumed, sip),
        deleted=deleted,
        usage_location=record.text("UsageLocation") or "",
    )


def _policy(record: Record, homing: str, assumed: Assumed, user: str) -> str | None:
    """Return the instance that a user was granted online. Where it cannot be read, the mode in effect tells that of a user on-prem."""
    instance, known = facts.online_policy(record)
    mode = facts.mode(record)
    if not known:
        assumed.of(Assumption.POLICY_FROM_MODE, user)
        instance = facts.instance_of(mode) if mode is not None and homing == ONPREM else None
    elif instance is not None and homing == ONPREM and mode not in (None, instance.mode):
        assumed.of(Assumption.MODE_DIFFERS, user)
    return instance.name if instance else None


def _named_once(users: Sequence[UserSeed]) -> list[UserSeed]:
    """Return the users with logon names of their own. Raises SeedError where a name would be two users'."""
    directory, tenant = _Taken("directory"), _Taken("tenant")
    domains = Counter(user.domain for user in users if user.domain)
    common = domains.most_common(1)[0][0] if domains else None
    logons: set[tuple[str, str]] = set()
    named: list[UserSeed] = []
    for user in users:
        homed = user.homing not in (CLOUD, NOWHERE)
        if user.in_directory:
            directory.take({fold(user.upn), *({bare(user.sip)} if homed else ())}, user)
            local = user.upn.partition("@")[0]
            sam, domain, number = local, user.domain or common or "", 1
            while (logon := (domain.partition(".")[0], fold(sam))) in logons:
                number += 1
                sam = f"{local}{number}"
            logons.add(logon)
            if sam != local or domain != (user.domain or ""):
                user = replace(user, sam="" if sam == local else sam, domain=domain or None)
        if user.synced or user.cloud_sip is not None:
            address = bare(user.sip if user.cloud_sip is None else user.cloud_sip) if user.homing != NOWHERE else ""
            tenant.take({fold(user.upn), address} - {""}, user)
        named.append(user)
    return named


class _Taken:
    """The names of users on a side, each of which is one user's."""

    def __init__(self, side: str) -> None:
        self._side = side
        self._names: dict[str, str] = {}

    def take(self, names: Iterable[str], user: UserSeed) -> None:
        """Take the names of a user. Raises SeedError where one is taken."""
        for name in names:
            other = self._names.setdefault(name, user.upn)
            if other != user.upn:
                raise SeedError(
                    f"In the {self._side}, {name} would be the name of two accounts, {other} and {user.upn}: export both sides "
                    "again on one day, or take one of them out of both exports."
                )
