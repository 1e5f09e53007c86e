# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether sentences are filled in and written as sentences and names are, whatever they say."""

from __future__ import annotations

import re

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason

# Names that are written in one way only.
NAMES = re.compile(
    r"(?<![.\w])(?:TeamsOnly|TeamsUpgradeEffectiveMode|TeamsUpgradePolicyIsReadOnly|TeamsUpgradeOverridePolicy|Skype for Business|Global"
    r"|SfBWithTeamsCollabAndMeetings|Islands|IANA|CSV|Excel|UTF|Europe/Paris|HostedMigration|SIP|DNS|MicrosoftTeams"
    r"|confirm_tenant_change|migrate_meetings|meeting_migration|onprem_users|tzdata|Windows|PowerShell)\b",
    re.IGNORECASE,
)
KNOWN = frozenset(
    "TeamsOnly TeamsUpgradeEffectiveMode TeamsUpgradePolicyIsReadOnly TeamsUpgradeOverridePolicy Global SfBWithTeamsCollabAndMeetings "
    "Islands IANA CSV Excel UTF Europe/Paris HostedMigration SIP SipAddress DNS MicrosoftTeams confirm_tenant_change migrate_meetings "
    "meeting_migration onprem_users tzdata Windows PowerShell".split()
) | {"Skype for Business", "sip", "islands", "utf8", "windows"}
# Names with which a sentence may begin as they are.
OPTIONS = frozenset(("policy", "target", "alice"))
# What Unicode calls a character.
CHARACTER = re.compile(r"U\+[0-9A-F]+ [A-Z -]+\b")
# Three words in capitals, one after the other, are no sentence.
SHOUTED = re.compile(r"\b[A-Z]{2,}[ ,]+[A-Z]+[ ,]+[A-Z]{2,}\b")


def sound(text: str) -> str:
    """The text, after seeing that it is a sentence, or several."""
    assert not re.search(r"\bNone\b|XX", text), text
    assert not SHOUTED.search(CHARACTER.sub("", text)), text
    wrong = {name for name in NAMES.findall(text) if name not in KNOWN}
    assert not wrong, f"{wrong} in {text}"
    first = text.split(" ", 1)[0]
    assert first[0].isupper() or any(mark in first for mark in "@_:{/'0123456789*") or first in OPTIONS, text
    return text


def whole(reason: Reason) -> Reason:
    """The reason, after seeing that its sentences are."""
    assert reason.code
    assert reason.code == reason.code.lower()
    assert sound(reason.message)
    assert not reason.remedy or sound(reason.remedy)
    return reason
