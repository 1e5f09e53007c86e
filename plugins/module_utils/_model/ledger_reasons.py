# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reasons that come from the ledger: one that cannot be used stops everybody, before anything is sent."""

from __future__ import annotations

from .decision import Reason, Scope
from .reasons import reason

# With what the codes of a ledger that cannot be used begin.
BEGINNING = "ledger_"


def _stop(code: str, message: str, remedy: str) -> Reason:
    return reason(code, message, remedy, scope=Scope.ORGANISATION)


LEDGER_URL = _stop(
    "ledger_url",
    "The URL of the ledger cannot be used: {why}.",
    "Write sqlite:////path/file.db (four slashes before the path) or postgresql+psycopg://user@host:5432/name.",
)
LEDGER_PASSWORD_IN_URL = _stop(
    "ledger_password_in_url",
    "The URL of the ledger holds a password, which would be seen in output and in logs.",
    "Take it out of the URL, and give it as teams_upgrade_ledger_password (ledger_password in modules).",
)
LEDGER_LIBRARY_MISSING = _stop(
    "ledger_library_missing",
    "The ledger needs the Python library {library}, which is missing in {python}: {fault}",
    "Install it there: {python} -m pip install '{package}'. Without a ledger, modules do not need it.",
)
LEDGER_UNREACHABLE = _stop(
    "ledger_unreachable",
    "The server of the ledger {ledger} does not answer: {fault}",
    "Start the server, and check the host, the port and the firewall.",
)
LEDGER_SIGN_IN_REFUSED = _stop(
    "ledger_sign_in_refused",
    "The server of the ledger {ledger} refuses the user or the password.",
    "Check the user in the URL, teams_upgrade_ledger_password, and pg_hba.conf of the server.",
)
LEDGER_DATABASE_MISSING = _stop(
    "ledger_database_missing",
    "The server of the ledger has no database {ledger}.",
    "Create the database (createdb), or write another name into the URL.",
)
LEDGER_MISSING = _stop(
    "ledger_missing",
    "There is no ledger in {ledger}.",
    "Check the URL. The first run that is given a ledger makes it.",
)
LEDGER_FOLDER_MISSING = _stop(
    "ledger_folder_missing",
    "The ledger {ledger} cannot be opened or made: {fault}",
    "Check that its folder is there, and that the user who runs the playbook may read and write in it; or name another file "
    "(teams_upgrade_ledger).",
)
LEDGER_READ_ONLY = _stop(
    "ledger_read_only",
    "Nothing can be written into the ledger {ledger}: {fault}",
    "Let the user of the ledger write: into the file and its folder, or into the database's tables.",
)
LEDGER_NOT_A_DATABASE = _stop(
    "ledger_not_a_database",
    "{ledger} is no ledger: {fault}",
    "Name another file, or put a backup of the ledger in its place (docs/ledger.md).",
)
LEDGER_NEWER = _stop(
    "ledger_newer",
    "The ledger {ledger} has the schema version {found}, and this version of sfb.teams_upgrade knows {known} at most.",
    "Use the version of sfb.teams_upgrade that wrote it last, or a newer one.",
)
LEDGER_OLDER = _stop(
    "ledger_older",
    "The ledger {ledger} has the schema version {found}, and is read from version {known} on.",
    "The next run that writes into it brings it to that version.",
)
LEDGER_FULL = _stop(
    "ledger_full",
    "The ledger {ledger} cannot grow: its disk or its quota is full.",
    "Make room, or purge what is no longer needed (module ledger), then run again.",
)
LEDGER_LOCKED = _stop(
    "ledger_locked",
    "The ledger {ledger} was locked by another program for {seconds:g} seconds.",
    "End what holds the lock (a backup, an open database tool, a stopped job), then run again.",
)
LEDGER_FAILED = _stop(
    "ledger_failed",
    "The ledger {ledger} failed: {fault}",
    "Mend the cause and run again: what a host did meanwhile is read from it then.",
)
LEDGER_IN_USE = _stop(
    "ledger_in_use",
    "The run {run} is at work on {user}, so that nothing was purged.",
    "Wait until that run has ended, and purge then.",
)
LEDGER_RUN_IN_USE = _stop(
    "ledger_run_in_use",
    "The run {run} belongs to another job ({job}), which is still at work.",
    "Give this job's run another name, or leave the option run out.",
)
IN_ANOTHER_JOB = reason(
    "in_another_job",
    "{user} is being worked on by the run {run}{job}, for {age} now.",
    "Wait for that run. Where it is dead, its users are free as soon as that is certain.",
)
TAKEN_OVER = reason(
    "taken_over",
    "{user} was taken over by another job, since this one gave no sign of life for long.",
    "Nothing has to be done: the other job works on them.",
)
CHANGED_OTHERWISE = reason(
    "changed_otherwise",
    "The run {run} ended while {cmdlet} was being sent for {user}, who are neither as before nor as it was to make them: somebody else "
    "has changed them.",
    "Run again: the state is read first, and what is still to be done is done.",
)
INTERRUPTED = reason(
    "interrupted",
    "The run {run} ended while {cmdlet} was being sent for {user}, and they are as before.",
    "Run again: the state is read first, and what is still to be done is done.",
)
