# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A calculator: how many users fit into an evening, by how long the cmdlets take. `docs/scale.md` says where to find that out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from math import ceil

from ..module_utils._rules.duration import Parallel, calls_within, seconds_for

_HOUR = 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what fits; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=_positive, required=True, help="how long one cmdlet takes, on average")
    parser.add_argument(
        "--sessions", type=int, default=4, help="sessions on each host (ansible_runspace_sessions), 4 as a rule"
    )
    parser.add_argument("--hosts", type=int, default=1, help="hosts that share the work")
    parser.add_argument("--credentials", type=int, default=1, help="accounts that the sessions are divided among")
    parser.add_argument("--most", type=int, help="most sessions of one account, where something limits them")
    parser.add_argument("--hours", type=_positive, default=4.0, help="length of the window, 4 as a rule")
    parser.add_argument("--users", type=int, help="how many users are planned for it")
    given = parser.parse_args(arguments)
    try:
        parallel = Parallel(given.sessions, given.hosts, given.credentials, given.most).calls
    except ValueError as error:
        parser.error(str(error))
    for line in _lines(given.seconds, parallel, given.hours, given.users):
        print(line)
    return 0


def _lines(seconds: float, parallel: int, hours: float, users: int | None) -> list[str]:
    fit = calls_within(hours * _HOUR, seconds, parallel)
    lines = [
        f"{parallel} at the same time: {_HOUR * parallel / seconds:.0f} users an hour.",
        f"{_users(fit)} {'fits' if fit == 1 else 'fit'} into {hours:g} hours.",
    ]
    if users is not None:
        needed = seconds_for(users, seconds, parallel)
        left = users - fit
        fits = (
            "That fits."
            if left <= 0
            else f"That does not fit: {_users(left)} {'is' if left == 1 else 'are'} left for another evening."
        )
        lines.append(f"{_users(users)} {'takes' if users == 1 else 'take'} {_time(needed)}. {fits}")
    return lines


def _users(number: int) -> str:
    return "1 user" if number == 1 else f"{number} users"


def _time(seconds: float) -> str:
    """Return a time in hours and minutes, rounded up."""
    hours, minutes = divmod(ceil(seconds / 60), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a number such as 12.5") from None
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value


if __name__ == "__main__":
    raise SystemExit(main())
