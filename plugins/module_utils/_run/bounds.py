# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option `bounds`: the versions between which moves work; `doc_fragments/bounds.py` documents it."""

from __future__ import annotations

from dataclasses import fields

from .._rules.server_versions import Bounds
from .options import Params, Spec

BOUNDS: Spec = {"bounds": {"type": "dict", "options": {each.name: {"type": "str"} for each in fields(Bounds)}}}


def bounds_of(params: Params) -> Bounds:
    """Return the versions between which moves work. Raises InvalidOption for what is no version."""
    return Bounds.of(params["bounds"])
