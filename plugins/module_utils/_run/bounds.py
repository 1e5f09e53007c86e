# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option `bounds`: the versions between which moves work; `doc_fragments/bounds.py` documents it."""

from __future__ import annotations

from dataclasses import fields

from .._rules.server_versions import Bounds
from .failure import refuse_options
from .module import Params
from .options import Spec

BOUNDS: Spec = {"bounds": {"type": "dict", "options": {each.name: {"type": "str"} for each in fields(Bounds)}}}


def bounds_of(params: Params) -> Bounds:
    """Return the versions between which moves work. Raises ModuleFailure for what is no version."""
    try:
        return Bounds.of(params["bounds"])
    except ValueError as error:
        refuse_options(f"bounds: {error}")
