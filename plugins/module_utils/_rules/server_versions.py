# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which servers and modules can move users (R13 to R15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from .._model import organisation_reasons
from .._model.decision import Reason
from .._model.failure import InvalidOption
from .._model.server import MovingServer
from .._model.version import Version

# The oldest build of each product that the hosted migration service still serves, since July 2022 (R13).
LYNC_2013 = Version((5, 0, 8308, 1182))
SFB_2015 = Version((6, 0, 9319, 619))
SFB_2019 = Version((7, 0, 2046, 385))

TEAMS_MODULE_MIN = Version((6, 2, 1))
# Given as the oldest module that works, it says that none is needed.
NO_MODULE = Version((0, 0))
# One source sees moves break "greater than 7.1", another "later than 7.2": the safe one of the two.
TEAMS_MODULE_MAX = Version((7, 1))
# From this build on, newer modules work as well. No such build is known for 2015.
SERVER_BUILD_FIXED = Version((7, 0, 2046, 849))


@dataclass(frozen=True, slots=True)
class Bounds:
    """The versions between which moves work. Documents disagree about the upper ones, so that each can be set."""

    server_build_min: Version | None = None
    teams_module_min: Version = TEAMS_MODULE_MIN
    teams_module_max: Version = TEAMS_MODULE_MAX
    server_build_fixed: Version = SERVER_BUILD_FIXED

    @classmethod
    def of(cls, options: Mapping[str, object] | None) -> Bounds:
        """Return the bounds with those replaced that `options` names as text. Raises InvalidOption for what is no version."""
        given = {name: value for name, value in (options or {}).items() if value is not None}
        return replace(
            cls(), **{each.name: _version(each.name, given[each.name]) for each in fields(cls) if each.name in given}
        )


def _version(name: str, value: object) -> Version:
    found = Version.find(value)
    if found is None or str(found) != str(value).strip():
        raise InvalidOption(f"bounds: {name} is {value!r}: write a version such as 7.0.2046.849.")
    return found


def too_old(server: MovingServer, bounds: Bounds) -> Reason | None:
    """Return why the server's build cannot move users; None when it can, or is not known (R13)."""
    build = server.build
    if build is None:
        return None
    minimum = bounds.server_build_min or _product_minimum(build)
    if minimum is None and build > SFB_2019:
        return None  # a product that is newer than any that is documented
    if minimum is None or build < minimum:
        needed = minimum or SFB_2015
        return organisation_reasons.SERVER_TOO_OLD.format(host=server.host, build=build, minimum=needed)
    return None


def _product_minimum(build: Version) -> Version | None:
    return next(
        (minimum for minimum in (LYNC_2013, SFB_2015, SFB_2019) if build.is_release(*minimum.numbers[:1])), None
    )


def module_fault(server: MovingServer, bounds: Bounds) -> Reason | None:
    """Return why the server's MicrosoftTeams module cannot move users; None when it can, or is not known (R14, R15).

    That the module is missing counts where the server's build is known: what Move-CsUser needs depends on it.
    """
    module = server.teams_module
    if server.module_listed is False and server.build is not None and bounds.teams_module_min > NO_MODULE:
        return organisation_reasons.TEAMS_MODULE_MISSING.format(host=server.host, minimum=bounds.teams_module_min)
    if module is None:
        return None
    if module < bounds.teams_module_min:
        return organisation_reasons.TEAMS_MODULE_TOO_OLD.format(
            host=server.host, version=module, minimum=bounds.teams_module_min
        )
    fixed = server.build is not None and server.build >= bounds.server_build_fixed
    if module.is_beyond(bounds.teams_module_max) and not fixed:
        facts = {"host": server.host, "version": module, "build": server.build or "unknown"}
        return organisation_reasons.TEAMS_MODULE_TOO_NEW.format(
            **facts, maximum=bounds.teams_module_max, fixed=bounds.server_build_fixed
        )
    return None


def cannot_move(server: MovingServer, bounds: Bounds) -> Reason | None:
    """Return why nobody can be moved by this server; None when nothing speaks against it, or the host does not tell what would.

    Nobody is moved while a server that tells does not answer (R11).
    """
    return too_old(server, bounds) or module_fault(server, bounds) or server.unread
