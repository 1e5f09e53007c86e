# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in a wave: users listed in the plan, and users files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .._model.identity import InvalidUser, UserId
from .._text_table import FileProblem
from .users_file import entries

ReadFile = Callable[[str], bytes]


class PlanProblem(ValueError):
    """Something in the plan that must be put right first: a sentence, and what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


def listed_users(value: object, where: str, notes: list[str] | None = None) -> tuple[UserId, ...]:
    """Return the users of a list in the plan, each once. `where` names the place for the reader. Raises PlanProblem.

    `notes` gets a sentence about each entry that was cleaned, or may be a slip.
    """
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise PlanProblem(f"{where} is not a list.", "Write one address per entry, after a dash.")
    texts = (str(entry) if entry is not None else "" for entry in value)
    return _each_once(((where, text) for text in texts), notes)


def users_from_file(
    path: object, where: str, read_file: ReadFile, notes: list[str] | None = None
) -> tuple[UserId, ...]:
    """Return the users of a users file, each once. Raises PlanProblem when it cannot be read or names nobody.

    `notes` as for `listed_users`.
    """
    if not isinstance(path, str) or not path.strip():
        raise PlanProblem(f"{where} is not the name of a file.", "Write the path of a CSV file or a list of users.")
    place = f"{where}: {path}"
    try:
        found = [(f"{place}, line {entry.line}", entry.text) for entry in entries(_read(path, where, read_file))]
    except FileProblem as problem:
        line = "" if problem.line is None else f", line {problem.line}"
        raise PlanProblem(f"{place}{line} {problem.message}", problem.remedy) from problem
    users = _each_once(found, notes)
    if not users:
        raise PlanProblem(f"{place} names no user.", "Write an address into it, or remove the wave.")
    return users


def _read(path: str, where: str, read_file: ReadFile) -> bytes:
    try:
        return read_file(path)
    except FileNotFoundError as error:
        raise PlanProblem(
            f"{where}: there is no file {error.filename}.",
            "Correct the path; relative paths start at teams_upgrade_plan_dir.",
        ) from error
    except OSError as error:
        raise PlanProblem(
            f"{where}: {path} cannot be read ({error.strerror or error}).",
            "Give the user who runs the playbook access to it.",
        ) from error


def _each_once(texts: Iterable[tuple[str, str]], notes: list[str] | None) -> tuple[UserId, ...]:
    """Return the users of texts with the place of each."""
    found: dict[str, UserId] = {}
    for where, text in texts:
        said: list[str] = []
        try:
            user = UserId.entered(text, said)
        except InvalidUser as error:
            raise PlanProblem(f"{where}: {error.problem}", error.remedy) from error
        if notes is not None:
            notes += [f"{where}: {note}" for note in said]
        found.setdefault(user.key, user)
    return tuple(found.values())
