# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random faults: what hosts do instead of answering."""

from __future__ import annotations

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import cmdlets
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation import texts
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from hypothesis import strategies as st

from tests.unit.properties.organisations import NAMES, address

READING = tuple(name for name in cmdlets() if name.startswith(("Get-Cs", "Test-", "Debug-")))
WRITING = tuple(name for name in cmdlets() if not name.startswith(("Get-", "Test-", "Debug-")))
MESSAGES = (
    "The service is temporarily unavailable.",
    "Something that nobody has heard of.",
    "Access Denied.",
    texts.SHARED_SIP,
    texts.NO_LICENCE,
    texts.NOT_FOUND.format(identity="x"),
)
_TIMES = st.sampled_from([1, 2, None])
_USERS = st.one_of(st.none(), st.none(), st.sampled_from(NAMES[:4]).map(address))


def failed_reads() -> st.SearchStrategy[OrderedFault]:
    """A reading cmdlet that fails, or whose session is lost: once, twice or always, for one user or for all."""
    cmdlets = st.sampled_from((*READING, "Get-CsUser", "Get-CsOnlineUser"))
    failing = st.builds(
        OrderedFault,
        cmdlets,
        st.sampled_from(MESSAGES),
        user=_USERS,
        times=_TIMES,
        terminating=st.booleans(),
        after=st.booleans(),
    )
    return st.one_of(
        failing, failing, st.builds(OrderedFault, cmdlets, user=_USERS, times=_TIMES, drop_shell=st.just(True))
    )


def any_faults() -> st.SearchStrategy[OrderedFault]:
    """Those, and writing cmdlets that fail before or after they did their work, or say nothing of having done none."""
    cmdlets = st.sampled_from(WRITING)
    failing = st.builds(
        OrderedFault, cmdlets, st.sampled_from(MESSAGES), user=_USERS, times=_TIMES, after=st.booleans()
    )
    lost = st.builds(OrderedFault, cmdlets, user=_USERS, times=_TIMES, drop_shell=st.just(True), after=st.booleans())
    return st.one_of(failed_reads(), failing, lost, st.builds(OrderedFault, cmdlets, user=_USERS, silent=st.just(True)))
