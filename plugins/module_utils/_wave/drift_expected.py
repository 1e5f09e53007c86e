# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a user should be by the ledger and the plan, and how both sides show them: under the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .._model.decision import Reason
from .._model.identity import fold
from .._model.phase import UserPhase
from .._model.policy import Mode, same_instance
from .._model.user import Homing
from .drift_known import Known
from .finished import is_notified, is_upgraded
from .past import Facts
from .readiness import Readiness, Stage
from .run import WaveState
from .wave import Due

# What of a user counts, in the order in which it is told.
KEYS = ("homing", "registrar_pool", "notify_policy", "assigned", "mode")
ONPREM_ONLY = ("registrar_pool", "notify_policy")


@dataclass(frozen=True)
class Case:
    """A user to be judged. `user` was assessed for the goal of the wave.

    `state` is the wave of the plan, None for who is in none; `phase` what the ledger's phase means for it. `mode` is that of the wave which
    has brought the user to this phase, where the plan knows it. `notice` says why the user is not upgraded yet, `stop` why nobody is.
    `left_filter`: the filter of the wave found the user before, and does not any more. `other_name`: by which runs have changed the user.
    """

    user: Readiness
    state: WaveState | None = None
    known: Known | None = None
    phase: UserPhase | None = None
    mode: Mode | None = None
    notice: Reason | None = None
    stop: Reason | None = None
    notify_policy: str = ""
    accepted: frozenset[str] = frozenset()
    left_filter: bool = False
    other_name: str = ""

    @property
    def name(self) -> str:
        """The user, as they were written."""
        return self.user.user.text

    @property
    def due(self) -> Due:
        """What is due of the user's wave."""
        return self.state.due if self.state else Due.NOTHING

    @property
    def upgraded(self) -> bool:
        """Whether the ledger knows the user as upgraded. MOVED alone also says of users who have always been homed online that they are."""
        by_move = self.phase is UserPhase.MOVED and self.known is not None and self.known.upgraded
        return by_move or self.phase in (UserPhase.UPGRADED, UserPhase.DONE)

    @property
    def upgrading(self) -> bool:
        """Whether the user is to be upgraded by now; not who was rolled back with this wave."""
        return self.due is Due.UPGRADE and self.phase is not UserPhase.ROLLED_BACK

    @property
    def facts(self) -> Facts:
        """What the ledger knows of the user, under the names of KEYS."""
        return self.known.facts if self.known else {}

    @property
    def goal(self) -> dict[str, object]:
        """What the wave is to bring about."""
        mode = self.state.wave.mode if self.state else Mode.TEAMS_ONLY
        home: dict[str, object] = {"homing": Homing.ONLINE.value} if mode is Mode.TEAMS_ONLY else {}
        return {**home, "mode": mode.value}

    @property
    def reached(self) -> bool:
        """Whether the user has what the wave is to bring about."""
        return self.state is not None and is_upgraded(self.user, self.state)

    @property
    def notified(self) -> bool:
        """Whether the user is notified by a policy, or need not be."""
        return is_notified(self.user, self.notify_policy)

    @cached_property
    def found(self) -> dict[str, object]:
        """How both sides show the user; what they do not show is left out."""
        here, there = self.user.onprem.user, self.user.online.user
        found: dict[str, object] = {"homing": None}
        for side in (there, here):
            found |= side.before() if side else {}
        if found["homing"] != Homing.ONPREM:
            found = {name: value for name, value in found.items() if name not in ONPREM_ONLY}
        return found

    @cached_property
    def expected(self) -> dict[str, object]:
        """How the user should be as long as nothing more is done, by the ledger; by the plan where the ledger knows nothing."""
        if self.upgraded:
            return _of_upgraded(self)
        if not self.facts and self.phase is UserPhase.MOVED:
            return {"homing": Homing.ONLINE.value}
        if not self.facts and self.phase is not UserPhase.NOTIFIED:
            return self._planned
        known = {name: self.facts[name] for name in KEYS if name in self.facts} or self._planned
        if known.get("homing") == Homing.ONLINE:
            return {name: value for name, value in known.items() if name not in ONPREM_ONLY}
        if self.phase is UserPhase.NOTIFIED and not (self.known and self.known.notified) and self.notify_policy:
            known["notify_policy"] = self.notify_policy
        return known

    @property
    def _planned(self) -> dict[str, object]:
        """How the plan knows a user of whom nothing else is known: not upgraded yet. Who has no account on-prem is homed online."""
        if self.state is None:
            return {}
        here, there = self.user.onprem.user, self.user.online.user
        online = there is not None and there.homing is Homing.ONLINE and (here is None or _is_older_online(self.user))
        return {"homing": (Homing.ONLINE if online else Homing.ONPREM).value}

    @property
    def differing(self) -> list[str]:
        """The names of what is not as expected, as far as it was read."""
        return [name for name in KEYS if name in self.expected and name in self.found and not self._same(name)]

    def _same(self, name: str) -> bool:
        return same(name, self.expected[name], self.found[name])


def same(name: str, one: object, other: object) -> bool:
    """Return whether two values of a fact mean the same."""
    if name in ("assigned", "notify_policy"):
        return same_instance(None if one is None else str(one), None if other is None else str(other))
    return fold(str(one or "")) == fold(str(other or ""))


def shown(case: Case, names: Mapping[str, object] | None) -> tuple[dict[str, object], dict[str, object]]:
    """Return what is expected and what was found, under the same names: of what the ledger says, what the sides show of it."""
    if names is None:
        read = case.found["homing"] is not None
        names = {name: value for name, value in case.expected.items() if name in case.found or not read}
    return dict(names), {name: case.found.get(name) for name in names}


def _is_older_online(user: Readiness) -> bool:
    """Return whether a user with an account on-prem is homed online without TeamsOnly, as before 2021: they were not upgraded."""
    return user.stage is Stage.ONLINE


def _of_upgraded(case: Case) -> dict[str, object]:
    """Return what is expected of a user whom the ledger knows as moved or upgraded."""
    mode = case.mode or _mode_by_ledger(case.known)
    if mode is Mode.TEAMS_ONLY:
        return {"homing": Homing.ONLINE.value, "mode": mode.value}
    if case.user.stage is Stage.TEAMS_ONLY and case.facts.get("mode") in (None, Mode.TEAMS_ONLY):
        # Found TeamsOnly in a wave of another mode: that cannot be taken away any more.
        return {"homing": Homing.ONLINE.value, "mode": Mode.TEAMS_ONLY.value}
    # What they were assigned before says nothing, unless a run has assigned it: others have brought them to the mode.
    stale = ("notify_policy",) if case.known and case.known.granted else ("notify_policy", "assigned")
    known = {name: case.facts[name] for name in KEYS if name in case.facts and name not in stale}
    return {**known, "mode": mode.value}


def _mode_by_ledger(known: Known | None) -> Mode:
    """Return the mode that a user of no planned wave was brought to."""
    return (known and known.granted and Mode.read(known.facts.get("mode"))) or Mode.TEAMS_ONLY
