# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a run of waves is kept between its tasks: a file of this playbook run alone, out of reach of variables.

Each task has a process of its own, so that something has to carry the run from one to the next. A variable could be replaced by an
extra variable, which beats every other. This file lies in the folder that Ansible makes for the run, for its user alone, and removes
at its end.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail

from ...module_utils._model.user import Side
from ...module_utils._wave.readiness import Assessment
from ...module_utils._wave.run import RunState
from ...module_utils._wave.sides import Sides

NAME = "teams-upgrade-run"
USERS_AT_ONCE = 5_000


def begin(task: str, host: str) -> None:
    """Note that a task begins a run for a host. Raises AnsibleActionFail where it has begun for another host of the play.

    Both would work on the same users at the same time. The file is made once, whichever process comes first.
    """
    path = _path().with_name(f"{NAME}-{task}")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(host)
    except FileExistsError:
        first = path.read_text(encoding="utf-8")
        if first != host:
            raise AnsibleActionFail(
                f"Nothing was done for {host}: a run of waves is for one host of a play, and it has begun for {first or 'another'}. Give "
                "the play one host, such as localhost: the role finds its hosts by itself."
            ) from None


def load() -> RunState:
    """Return the run. Raises AnsibleActionFail where no task has begun one."""
    try:
        with _path().open("rb") as file:
            state = pickle.load(file)
    except FileNotFoundError:
        raise AnsibleActionFail(
            "No run of waves has begun in this playbook. Call the entry point wave, readiness or rollback of the role teams_upgrade first."
        ) from None
    if not isinstance(state, RunState):
        raise AnsibleActionFail(f"{_path()} does not hold a run of waves.")
    return state


def load_or_none() -> RunState | None:
    """Return the run, None where no task has begun one."""
    return load() if _path().exists() else None


def save(state: RunState) -> None:
    """Keep the run for the tasks after this one."""
    new = _path().with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        _Writer(file).dump(state)
    new.replace(_path())


def _path() -> Path:
    return Path(str(vars(constants)["DEFAULT_LOCAL_TMP"])) / NAME


class _Writer(pickle.Pickler):
    """Writes what is known of users in parts, each by itself: a pickle's note of all its objects takes more room than they do."""

    def reducer_override(self, given: Any) -> Any:
        """Return how an object is written, where it holds many users."""
        if isinstance(given, Assessment):
            return _assessment, (_parts(given.users), given.stop, given.concerns)
        if isinstance(given, Sides):
            return _sides, ({side: _parts(facts.items()) for side, facts in given.facts.items()}, given.organisation)
        return NotImplemented


def _parts(users: Iterable[object]) -> list[bytes]:
    rest, parts = iter(users), list[bytes]()
    while some := list(islice(rest, USERS_AT_ONCE)):
        parts.append(pickle.dumps(some))
    return parts


def _users(parts: Iterable[bytes]) -> Iterator[Any]:
    for part in parts:
        yield from pickle.loads(part)


def _assessment(parts: Iterable[bytes], *others: Any) -> Assessment:
    return Assessment(tuple(_users(parts)), *others)


def _sides(parts: Mapping[Side, Iterable[bytes]], organisation: list[Any]) -> Sides:
    return Sides({side: dict(_users(some)) for side, some in parts.items()}, organisation)
