# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moments as the ledger keeps them: text in UTC with its offset, always as long, so that the order of texts is that of moments."""

from __future__ import annotations

from datetime import UTC, datetime

WIDTH = len("2026-12-07T19:00:00.000000+00:00")


def stored(moment: datetime) -> str:
    """Return an aware moment as it is stored and shown. Raises ValueError for one without an offset."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no offset from UTC")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """Return the aware moment of a stored text."""
    return datetime.fromisoformat(text)


def optional(text: str | None) -> datetime | None:
    """Return the moment of a stored text; None where there is none."""
    return None if text is None else moment(text)


def now() -> datetime:
    """Return the moment of this machine's clock."""
    return datetime.now(UTC)


def plan_time(at: datetime, started: datetime, plan_now: datetime | None) -> datetime:
    """Return the plan's time at a moment of a run: it goes on from the run's `plan_now` (teams_upgrade_now) as the clock does."""
    return at if plan_now is None else plan_now + (at - started)
