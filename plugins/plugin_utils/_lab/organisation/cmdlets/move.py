# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Move-CsUser: to the cloud, back to a pool, or from pool to pool (R31 to R37, R63 to R66)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from ...contract.call import Outcome
from .. import texts
from ..bound import Behaviour, Bound, Refusal, not_found, rows
from ..finding import each, one_or_more
from ..identities import fold
from ..meetings import Kind
from ..modes import UPGRADE
from ..move_checks import account_to_move_down, account_to_move_up, check_directory, check_host, check_hybrid, refused
from ..records import ON_PREMISES, VOICE_PLAN, AdUser, CloudUser
from ..shapes_onprem import ad_user
from ..signing_in import SignInFailed
from ..sync import directory_changed
from ..topology import HostingProvider, Pool
from ..world import grant


@dataclass(frozen=True, slots=True)
class Target:
    """Where a move goes: to a pool, or to the cloud through a provider."""

    pool: Pool | None
    provider: HostingProvider | None

    @property
    def fqdn(self) -> str:
        """Its name."""
        return self.provider.proxy_fqdn if self.provider else self.pool.fqdn if self.pool else ""

    def holds(self, user: AdUser) -> bool:
        """Return whether a user is homed there."""
        if self.pool is not None:
            return user.on_premises and fold(user.pool or "") == fold(self.pool.fqdn)
        return fold(user.locator) == fold(self.fqdn)


def require_second_hop(possible: bool) -> None:
    """Refuse what needs Active Directory where the host may not sign in there as the user of the session."""
    if not possible:
        raise Refusal(texts.NO_SECOND_HOP, category="NotSpecified")


def move_cs_user(bound: Bound) -> Outcome:
    """Move-CsUser. A wildcard in a display name moves everybody it matches."""
    target = _target(bound)
    users, missing = _users(bound)
    provider = target.provider or _provider_of(bound, users)
    if provider is not None:
        check_host(bound)
        if bound.credential() is None and not bound.has("AccessTokens"):
            return Outcome(prompt=texts.SIGN_IN_CREDENTIAL)
        _check_operator(bound)
        check_hybrid(bound, provider)
    started = bound.world.now()
    results = {user.sip: "Success" for user in users}

    def work(user: AdUser) -> None:
        try:
            _move(bound, user, target)
        except Refusal as refusal:
            results[user.sip] = str(refusal)
            raise

    failures = [*(refusal.failure for refusal in missing), *each(users, work)]
    _report(bound, started, results, target.fqdn)
    return rows([ad_user(bound.world, user) for user in users] if bound.flag("PassThru") else [], failures)


def _target(bound: Bound) -> Target:
    wanted = bound.text("Target") or ""
    target = Target(bound.world.topology.pool(wanted), bound.world.topology.provider(wanted))
    if target.pool is None and target.provider is None:
        raise refused(texts.TARGET_UNKNOWN.format(target=wanted))
    proxy = bound.text("ProxyPool")
    if proxy is not None and bound.world.topology.pool(proxy) is None:
        raise refused(texts.TARGET_UNKNOWN.format(target=proxy))
    return target


def _provider_of(bound: Bound, users: list[AdUser]) -> HostingProvider | None:
    """Return the provider that users would come back from; a move between pools needs none."""
    moved = next((user for user in users if not user.on_premises), None)
    return bound.world.topology.provider(moved.locator) if moved else None


def _users(bound: Bound) -> tuple[list[AdUser], list[Refusal]]:
    path = bound.text("UserList")
    if path is None:
        return one_or_more(bound), []
    content = bound.world.files.get((bound.host.name, path))
    if content is None:
        raise Refusal(texts.NO_SUCH_FILE.format(path=path), "FileNotFound", "ObjectNotFound")
    users: list[AdUser] = []
    missing: list[Refusal] = []
    for identity in filter(None, (part.strip() for part in content.replace("\n", ",").split(","))):
        found = [user for user in bound.world.directory.find(identity) if user.kind == "user" and user.sip]
        users.extend(found)
        if not found:
            missing.append(not_found(identity))
    return users, missing


def _check_operator(bound: Bound) -> None:
    """Check who moves, in the tenant: a credential works without a second factor only (R34)."""
    sign_ins, credential = bound.model.sign_ins, bound.credential()
    try:
        if credential is None:
            sign_in = sign_ins.with_tokens(bound.texts("AccessTokens"))
        else:
            sign_in = sign_ins.with_password(credential.user, credential.password)
    except SignInFailed as error:
        raise refused(str(error)) from error
    if not sign_in.role:
        raise refused(texts.NOT_AN_ADMIN)


def _move(bound: Bound, user: AdUser, target: Target) -> None:
    if target.holds(user):
        return
    check_directory(bound, user)
    if target.provider is not None:
        _move_up(bound, user, target.provider)
    else:
        if not user.on_premises:
            _move_down(bound, user)
        user.locator, user.pool = ON_PREMISES, target.fqdn
    bound.touched.append(user.sip)
    directory_changed(bound.world, user)


def _move_up(bound: Bound, user: AdUser, provider: HostingProvider) -> None:
    """To the cloud. The tenant sees it after the next synchronisation, together with the policy it brings (R36)."""
    seen = account_to_move_up(bound, user)
    lost = bound.flag("Force")
    # Contacts in Exchange do not travel (R25); -Force leaves everything behind (R33).
    seen.contacts = 0 if lost or user.contacts_unified else user.contacts
    user.locator, user.pool, user.contacts = provider.proxy_fqdn, None, 0
    if lost:
        seen.calendar.skype = 0
    if user.voice and seen.licensed(VOICE_PLAN):
        seen.voice, seen.line_uri = True, user.line_uri
    upgrades = bound.world.profile.moves_upgrade or bound.flag("MoveToTeams")
    if upgrades:
        _later(bound, seen, UPGRADE.name)
    if not lost:
        bound.model.meetings.request(seen, Kind.SKYPE_TO_TEAMS if upgrades else Kind.SKYPE_TO_SKYPE)


def _move_down(bound: Bound, user: AdUser) -> None:
    """Back. TeamsOnly is taken away, meetings stay what they are, contacts stay behind since 2023 (R64)."""
    seen = account_to_move_down(bound, user)
    returns = bound.world.profile.contacts_return and not bound.flag("Force")
    user.contacts, seen.contacts = (seen.contacts if returns else 0), 0
    _later(bound, seen, None)


def _later(bound: Bound, seen: CloudUser, name: str | None) -> None:
    world = bound.world
    world.agenda.at(world.now() + world.timing.sync, lambda due: grant(seen, name, due))


def report_fault(bound: Bound, message: str) -> None:
    """Write to the report what an ordered fault says: the cmdlet itself was not asked, or said otherwise."""
    identity, target = bound.text("Identity") or "", bound.text("Target") or ""
    _report(bound, bound.world.now(), {identity: message}, target)


def _report(bound: Bound, started: datetime, results: dict[str, str], target: str) -> None:
    """Write the file that -Report names. Of its columns, StartTime and ErrorMsg are documented."""
    path = bound.text("Report")
    if path is None:
        return
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["SipAddress", "Target", "StartTime", "ErrorMsg"])
    writer.writerows([sip, target, started.isoformat(), result] for sip, result in results.items())
    bound.world.files[bound.host.name, path] = text.getvalue()


BEHAVIOURS: dict[str, Behaviour] = {"Move-CsUser": move_cs_user}
