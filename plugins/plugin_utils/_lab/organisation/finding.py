# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding users for cmdlets: by identity, and on-premises by filter, OU and number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice

from ..contract.call import Failure
from .bound import Bound, Refusal, not_found
from .filters import Dialect, FilterError, named_by, parse_filter
from .identities import fold, has_wildcard
from .ldap import LdapError, parse_ldap
from .records import AdUser, CloudUser
from .shapes_onprem import ad_user_properties

_OLD_DISPLAY_NAMES = (3, 0)


def directory_users(bound: Bound, kind: str = "user") -> list[AdUser]:
    """Return the enabled accounts of a kind that Identity names; all of them without it. Raises Refusal for nobody.

    A wildcard that matches nobody is no error.
    """
    identity = bound.text("Identity")
    if identity is None:
        return [user for user in _filtered_by_name(bound) if _enabled(user, kind)]
    found = [user for user in bound.world.directory.find(identity) if _enabled(user, kind)]
    if not found and not has_wildcard(identity):
        raise not_found(identity)
    return found


def _filtered_by_name(bound: Bound) -> Iterable[AdUser]:
    """Return those among whom all are that a filter can leave: who has one of the names in it, where it asks for names alone."""
    named = None
    with suppress(FilterError, LdapError):  # The filter itself is read later, and refused then.
        if text := bound.text("Filter"):
            named = named_by(text, ("SipAddress", "UserPrincipalName"))
        elif text := bound.text("LdapFilter"):
            named = parse_ldap(text).named
    if named is None or any(map(has_wildcard, named)):
        return bound.world.directory
    return list(dict.fromkeys(user for name in sorted(named) for user in bound.world.directory.find(name)))


def one_or_more(bound: Bound, name: str = "Identity") -> list[AdUser]:
    """Return the users that a writing cmdlet works on: a wildcard in a display name names many. Raises Refusal."""
    identity = bound.text(name) or ""
    found = [user for user in bound.world.directory.find(identity) if _enabled(user, "user")]
    if not found:
        raise not_found(identity)
    return found


def _enabled(user: AdUser, kind: str) -> bool:
    return user.kind == kind and bool(user.sip)


def narrowed(bound: Bound, users: Iterable[AdUser]) -> list[AdUser]:
    """Return the users that the other parameters leave. Raises Refusal for a filter that cannot be read."""
    if bound.text("Filter") and bound.text("LdapFilter"):
        raise Refusal("The Filter and LdapFilter parameters cannot be used together.", "InvalidArgument")
    users = list(users)
    for narrow in (_by_filter, _by_ldap, _by_switch, _by_ou):
        users = narrow(bound, users)
    size = bound.number("ResultSize")
    return users if size is None else list(islice(users, size))


def _by_filter(bound: Bound, users: list[AdUser]) -> list[AdUser]:
    text = bound.text("Filter")
    if text is None or not users:
        return users
    world = bound.world
    try:
        predicate = parse_filter(text, Dialect(tuple(ad_user_properties(world, users[0]))))
    except FilterError as error:
        raise bad_filter(error) from error
    return [user for user in users if predicate(ad_user_properties(world, user))]


def _by_ldap(bound: Bound, users: list[AdUser]) -> list[AdUser]:
    text = bound.text("LdapFilter")
    if text is None:
        return users
    try:
        condition = parse_ldap(text)
    except LdapError as error:
        raise Refusal(str(error), "InvalidLdapFilter", "InvalidArgument") from error
    return [user for user in users if condition.holds(user)]


def _by_switch(bound: Bound, users: list[AdUser]) -> list[AdUser]:
    if bound.flag("UnAssignedUser"):
        return [user for user in users if user.on_premises and user.pool is None]
    if bound.flag("OnModernServer") or bound.flag("OnLyncServer"):
        return [user for user in users if user.on_premises and user.pool is not None]
    return [] if bound.flag("OnOfficeCommunicationServer") else users


def _by_ou(bound: Bound, users: list[AdUser]) -> list[AdUser]:
    unit = bound.text("OU")
    if unit is None:
        return users
    under = "," + fold(unit)
    found = [user for user in users if fold(user.dn).endswith(under)]
    if not found and not any(fold(user.dn).endswith(under) for user in bound.world.directory):
        raise Refusal(
            f'The organizational unit "{unit}" was not found in Active Directory.', "ManagementObjectNotFound"
        )
    return found


def bad_filter(error: FilterError) -> Refusal:
    """Return the error for a filter that cannot be read."""
    return Refusal(f"Cannot parse the filter: {error}.", "InvalidFilter", "InvalidArgument")


def cloud_user(bound: Bound, name: str = "Identity") -> CloudUser:
    """Return the tenant's user that a parameter names. Raises Refusal for nobody."""
    identity = bound.text(name) or ""
    old = bound.module_version < _OLD_DISPLAY_NAMES
    user = bound.world.tenant.find(identity, display_names=old)
    if user is None:
        raise not_found(identity)
    return user


def each(users: Iterable[AdUser], work: Callable[[AdUser], None]) -> Iterator[Failure]:
    """Do something for each user; a refusal for one does not keep the others from it. Yields the errors."""
    for user in users:
        try:
            work(user)
        except Refusal as refusal:
            yield refusal.failure
