# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All calls on both engines, and the document that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import EngineMaker, Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.engine import EmbeddedEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.engine import PwshEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.processes import PwshProcesses

from tests.controller import ROOT
from tests.unit.lab.engine.asking import Asked, Seen, Side
from tests.unit.lab.engine.calls_of_cmdlets import MODULES, SENT, calls_of
from tests.unit.lab.engine.calls_of_pipelines import GROUPS
from tests.unit.lab.engine.clients import opened

DOCUMENT = ROOT / "docs" / "conformance.md"
REASONS = {
    "projection": "Of the parameters of Select-Object, the embedded engine has Property, ExpandProperty, First and Skip.",
    "files": "With a real PowerShell, a function reads the files of simulated hosts: its error ids name no class of a cmdlet.",
    "script": "The embedded engine runs no script text, as an endpoint in no-language mode.",
}
SEED = {
    "clock": "2026-12-01T08:00:00Z",
    "clock_rate": 0,
    "topology": {"policies": [{"identity": "Tell", "notify": True, "description": "A banner"}]},
    "users": [
        {"sip": "alice@contoso.com", "ou": "OU=Sales"},
        {"sip": "phone@contoso.com", "voice": True, "line": "tel:+33155550100"},
        {"sip": "bob@contoso.com", "contacts_in": "exchange"},
        {"sip": "carol@contoso.com", "homing": "online", "meetings": {"skype": 2}},
        {"sip": "dora@contoso.com", "homing": "online", "validation_errors": ["Duplicate SIP address"]},
        {"sip": "gone@contoso.com", "homing": "cloud", "deleted": "2026-11-01T00:00:00Z"},
    ],
    "synthetic": {"count": 60, "seed": 1},
}
_HEAD = """<!--
Copyright (c) 2026 sfb.teams_upgrade contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Conformance of the embedded engine

The simulated hosts have two engines, see [the lab](lab.md). Here is every call that is tried on both, what a real PowerShell
answers, and whether the embedded engine answers the same: outputs with their types, own and added properties and texts; error
records with message, id, category, exception, reason and target; warnings and verbose messages; how the pipeline ended; and what
arrived at the simulated organisation. The hosts are a Skype for Business Server (`sfb01`) and a host with the MicrosoftTeams module
(`teams01`) in today's world.

`make conformance` writes this file. The test suite makes the same calls and fails when the file is not what they come to, when an
answer differs without a reason, or when a reason is given for answers that are equal.
"""


@dataclass(frozen=True)
class Compared:
    """A call with what came of it on each engine."""

    group: str
    asked: Asked
    embedded: Seen
    real: Seen

    @property
    def equal(self) -> bool:
        return self.embedded == self.real

    @property
    def verdict(self) -> str:
        """What the document says: equal, or the name of the reason."""
        return "equal" if self.equal else (self.asked.differs or "DIFFERENT")


def all_calls(lab: Lab) -> Iterator[tuple[str, Asked]]:
    """Every call with the name of its group, in the order in which they are made."""
    for host, module in MODULES.items():
        contracts = lab.organisation.commands(host).values()
        offered = {one.name: one for one in contracts if one.module == module}
        for name in SENT[host]:
            for asked in calls_of(host, offered[name]):
                yield f"{name} on {host}", asked
    for group, calls in GROUPS.items():
        for asked in calls():
            yield group, asked


def compared(processes: PwshProcesses, step: int = 1) -> Iterator[Compared]:
    """Make every call on both engines; of those for which no difference is known, one of `step`."""
    with ExitStack() as stack:
        embedded = stack.enter_context(_side(EmbeddedEngine))
        real = stack.enter_context(_side(lambda organisation: PwshEngine(organisation, processes)))
        for number, (group, asked) in enumerate(all_calls(embedded.lab)):
            if number % step and asked.differs is None:
                continue
            yield Compared(group, asked, embedded.ask(asked), real.ask(asked))


@contextmanager
def _side(engine: EngineMaker) -> Iterator[Side]:
    with Lab(SEED, engine=engine) as lab, ExitStack() as stack:
        [(user, password), *_others] = lab.seed.accounts.items()
        clients = {
            name: stack.enter_context(opened(endpoint, user=user, password=password))
            for name, endpoint in lab.front.endpoints.items()
        }
        for client in clients.values():
            client.pool.exchange_keys()
        yield Side(lab, clients)


def document(results: Sequence[Compared]) -> str:
    """The document about these results."""
    groups: dict[str, list[Compared]] = {}
    for result in results:
        groups.setdefault(result.group, []).append(result)
    equal = sum(result.equal for result in results)
    lines = [_HEAD, f"{len(results)} calls: {equal} are answered alike, {len(results) - equal} differ for a reason.\n"]
    lines += ["| reason | why |", "|---|---|", *(f"| {name} | {why} |" for name, why in REASONS.items()), ""]
    for group, members in groups.items():
        lines += [f"## {group}\n", "| call | PowerShell | embedded |", "|---|---|---|"]
        lines += [f"{call_cell(one)} {one.real.text} | {one.verdict} |" for one in members]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def call_cell(result: Compared) -> str:
    """How the line of the document about one call begins."""
    return f"| {_cell(_where(result))} |"


def _where(result: Compared) -> str:
    """The call, with what is done to it."""
    asked = result.asked
    ordered = "" if asked.fault is None or not asked.fault.message else "  # the host says an error"
    lost = "  # the shell is lost" if asked.fault is not None and asked.fault.drop_shell else ""
    return f"{asked.text}{ordered}{lost}{'  # stopped' if asked.stopped else ''}"


def _cell(text: str) -> str:
    """Text as code in a cell of a table."""
    shown = (one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
    return "`` " + "".join(shown).replace("|", "\\|") + " ``"
