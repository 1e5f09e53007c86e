# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The members of waves that are chosen by a filter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from .._model.identity import InvalidUser, UserId, address_of
from .overlaps import left_to_members
from .plan import Plan
from .run import RunState, WaveState
from .wave import Due


def to_find(run: RunState) -> list[WaveState]:
    """Return the waves that are due and whose members are not known yet. Readiness and drift are read of all waves, due or not."""
    everything = run.readiness or run.drift is not None
    return [
        each for each in run.waves.values() if each.wave.users is None and (everything or each.due is not Due.NOTHING)
    ]


def nameable(users: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return who can be named to a module, and who cannot: hosts may have addresses with blanks or commas, which nobody can write down."""
    named, odd = list[str](), list[str]()
    for user in users:
        try:
            UserId.entered(user)
        except InvalidUser:
            odd.append(user)
        else:
            named.append(user)
    return named, odd


def notes_on(name: str, odd: Sequence[str], said: Iterable[str]) -> tuple[str, ...]:
    """Return what is to be known of the members that the filter of wave `name` has found; `said` are the notes of its reading."""
    left = [
        f"{user!r} is left out, since nobody can name an account of this address: correct it there." for user in odd
    ]
    return tuple(f"Wave {name!r}: {text}" for text in (*left, *said))


def take(run: RunState, found: Mapping[str, Sequence[str]], remembered: Mapping[str, Sequence[str]]) -> None:
    """Give waves their members, by the name of the wave: those who were found now, and those who were before.

    Users leave a filter by being moved, and stay members (`remembered`): also where the filter of another wave finds them since then.
    Raises UnsoundPlan where a user is in two waves.
    """
    home = {address_of(user): name for name in found for user in remembered.get(name, ())}
    kept, notes = {}, list(run.notes)
    for name, users in found.items():
        elsewhere = [user for user in users if home.get(address_of(user), name) != name]
        notes += left_to_members(name, elsewhere, home)
        kept[name] = [*remembered.get(name, ()), *(user for user in users if home.get(address_of(user), name) == name)]
    plan = Plan(tuple(each.wave for each in run.waves.values()), notes=tuple(notes)).with_members(kept)
    run.notes = plan.notes
    for wave in plan.waves:
        run.waves[wave.name].wave = wave


def take_seen(run: RunState, seen: Mapping[str, Sequence[str]], read: Collection[str]) -> frozenset[str]:
    """Give waves with a filter the users whom looks for drift have found in them before, by folded address, and who are in no wave now.

    A user who is moved to the cloud, or to another pool, leaves a filter, and would not be missed. Return the users that the filter,
    where it was `read`, does not find any more.
    """
    placed = {user.key for state in run.waves.values() for user in state.wave.members}
    left: set[str] = set()
    for name, users in seen.items():
        state = run.waves[name]
        excluded = {user.key for user in state.wave.excluded}
        missing = [user for user in users if user not in placed and user not in excluded]
        state.wave = replace(state.wave, users=(*(state.wave.users or ()), *map(UserId.parse, missing)))
        left.update(missing if name in read else ())
    return frozenset(left)
