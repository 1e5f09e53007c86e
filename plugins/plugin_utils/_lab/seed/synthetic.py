# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made-up users in any number, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ..organisation.records import CONFERENCING_PLAN, SKYPE_PLAN, TEAMS_PLAN, VOICE_PLAN
from .model import ONLINE, ONPREM, MeetingsSeed, UserSeed

_GIVEN = "Ada Bo Chloe Dan Eva Finn Gita Hugo Ines Jan Kim Lea Max Nora Omar Pia Quinn Rosa Sven Tara".split()
_SURNAMES = (
    "Adler Blanc Costa Duval Evans Fischer Garcia Haas Ivanov Jansen Keller Lopez Meyer Novak Okafor Petit".split()
)
_DEPARTMENTS = ("Sales", "Finance", "IT", "Research", "Legal")
_MODES = (None, None, "Islands", "SfBOnly", "SfBWithTeamsCollab", "SfBWithTeamsCollabAndMeetings")


def synthetic_users(
    count: int, pools: Sequence[str], *, domain: str = "contoso.com", seed: int = 1, online_share: float = 0.2
) -> list[UserSeed]:
    """Return that many users: most on-premises on the pools in turn, the others in the cloud; a few lack a licence or use telephony."""
    draw = random.Random(seed)
    return [_user(number, draw, pools, domain, online_share) for number in range(1, count + 1)]


def _user(number: int, draw: random.Random, pools: Sequence[str], domain: str, online_share: float) -> UserSeed:
    given, surname = draw.choice(_GIVEN), draw.choice(_SURNAMES)
    online = draw.random() < online_share
    voice = draw.random() < 0.1
    plans = [TEAMS_PLAN, SKYPE_PLAN] if draw.random() < 0.95 else []
    if plans and draw.random() < 0.3:
        plans.append(CONFERENCING_PLAN)
    if plans and voice and draw.random() < 0.8:
        plans.append(VOICE_PLAN)
    return UserSeed(
        sip=f"user{number:05d}@{domain}",
        name=f"{given} {surname} {number:05d}",
        homing=ONLINE if online else ONPREM,
        pool=pools[number % len(pools)] if pools and not online else None,
        ou=f"OU={draw.choice(_DEPARTMENTS)},OU=People",
        policy="UpgradeToTeams" if online else draw.choice(_MODES),
        licences=tuple(plans),
        voice=voice,
        line=f"tel:+3312{number:07d}" if voice else None,
        contacts=draw.randint(0, 80),
        meetings=MeetingsSeed(skype=0 if online else draw.randint(0, 6), teams=draw.randint(0, 3)),
        attributes={"Department": draw.choice(_DEPARTMENTS)},
    )
