# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""Users who are in two waves, or in none that they were thought to be in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from .._model.identity import UserId, address_of
from .._rules.plan_users import PlanProblem
from .wave import Wave


def users_in_two_waves(waves: Sequence[Wave]) -> Iterable[PlanProblem]:
    """Yield one problem for each pair of waves that share users: the first user by name, the others counted."""
    home: dict[str, Wave] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for wave in waves:
        for user in wave.members:
            first = home.setdefault(user.key, wave)
            if first is not wave:
                shared.setdefault((first.name, wave.name), []).append(user.address)
    for (one, other), users in shared.items():
        yield PlanProblem(
            f"{_who(users)} {_are(users)} in wave {one!r} and in wave {other!r}.",
            "Keep each user in one wave, or exclude them from one.",
        )


def left_to_other_waves(name: str, users: Sequence[UserId], listed: Mapping[str, str]) -> Iterable[str]:
    """Yield a note on users that the filter of wave `name` finds and other waves list (`listed`: wave by the user's key)."""
    if users:
        yield _left_to(name, [user.address for user in users], listed[users[0].key], "lists them")


def left_to_members(name: str, users: Sequence[str], home: Mapping[str, str]) -> Iterable[str]:
    """Yield a note on users that the filter of wave `name` finds and who are members of another (`home`: wave by folded address)."""
    if users:
        them = "that user" if len(users) == 1 else "them"
        yield _left_to(name, users, home[address_of(users[0])], f"had {them} before")


def _left_to(name: str, users: Sequence[str], other: str, does: str) -> str:
    return f"Wave {name!r}: {_who(users)}, found by its filter, {_are(users)} left to wave {other!r}, which {does}."


def _who(users: Sequence[str]) -> str:
    return users[0] if len(users) == 1 else f"{users[0]} and {len(users) - 1} more"


def excluding_nobody(wave: Wave) -> Iterable[str]:
    """Yield a note for each excluded address that is not among the wave's users: it may be written wrongly."""
    if wave.users is None:
        return
    known = {user.key: user.address for user in wave.users}
    # Any two addresses of one domain are half alike: only the names before the @ are compared.
    for user in wave.excluded:
        if user.key not in known:
            name, _at, domain = user.key.partition("@")
            names = {key.partition("@")[0]: address for key, address in known.items() if key.endswith(f"@{domain}")}
            near = get_close_matches(name, names, n=1, cutoff=0.75)
            hint = f" Did you mean {names[near[0]]}?" if near else ""
            yield f"Wave {wave.name!r}, exclude: {user.address} is not among the wave's users.{hint}"


def _are(users: Sequence[str]) -> str:
    return "is" if len(users) == 1 else "are"
