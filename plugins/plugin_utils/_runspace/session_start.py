# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a session does first: load its module, find out which side it is on, and sign in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ...module_utils._connection.messages import Answer, Command, Export, SessionFault, State
from .capabilities import offers_in, output_of, projects_freely, question
from .session import Session
from .session_faults import NoSession, errors_text
from .sign_in import CONNECT, SignIn
from .signing_in import TENANT, SigningIn


class Side(StrEnum):
    """Which half of a hybrid organisation a host administers."""

    ONPREM = "onprem"
    ONLINE = "online"


MODULES = {Side.ONPREM: "SkypeForBusiness", Side.ONLINE: "MicrosoftTeams"}

# A cmdlet that every host of that side has, and none of the other.
MARKERS = {Side.ONPREM: "Get-CsUser", Side.ONLINE: "Get-CsOnlineUser"}

_INSTALL = {
    Side.ONPREM: "Install the administrative tools of Skype for Business Server on that host",
    Side.ONLINE: "Run Install-Module MicrosoftTeams -Scope AllUsers on that host",
}


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What the options of the connection ask of every session."""

    side: Side | None = None
    modules: tuple[str, ...] = ()
    sign_in: SignIn | None = None


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What a session found out about its host.

    `modules` are those of SkypeForBusiness and MicrosoftTeams that it has; `signed_in` is None where there is nothing to sign in to.
    `signing_in`: how the session signs in again.
    """

    side: Side
    modules: tuple[str, ...]
    projection: bool
    signed_in: bool | None
    signing_in: SigningIn | None = None


def start(session: Session, options: SessionOptions, host: str) -> SessionInfo:
    """Make an open session ready for work. Raises NoSession, or ConnectionLost when the connection breaks."""
    for module in options.modules:
        answer = session.run(Command("Import-Module", {"Name": module}))
        if answer.state is not State.COMPLETED:
            raise NoSession(_not_imported(answer, module, host))
    candidates = [options.side] if options.side else list(Side)
    offers = _ask(session, candidates, host)
    present = _present(offers, candidates)
    if not present:
        offers = _import(session, offers, candidates, host)
        present = _present(offers, candidates)
    if not present:
        raise NoSession(_no_marker(candidates, host))
    side = _side(present, options)
    signing_in = _sign_in(session, options.sign_in, offers, host) if side is Side.ONLINE else None
    signed_in = None if side is Side.ONPREM else signing_in is not None
    return SessionInfo(side, _modules(offers, present), projects_freely(offers), signed_in, signing_in)


def _ask(session: Session, candidates: list[Side], host: str) -> list[Export]:
    names = [*(MARKERS[side] for side in candidates), CONNECT, TENANT, "Import-Module", "Select-Object"]
    answer = session.run(question(names))
    session.close_pipeline()
    return offers_in(output_of(answer, host))


def _present(offers: list[Export], candidates: list[Side]) -> list[Side]:
    names = {offer.name.casefold() for offer in offers}
    return [side for side in candidates if MARKERS[side].casefold() in names]


def _side(present: list[Side], options: SessionOptions) -> Side:
    if len(present) == 1:
        return present[0]
    return Side.ONLINE if options.sign_in else Side.ONPREM


def _modules(offers: list[Export], present: list[Side]) -> tuple[str, ...]:
    exporting = {offer.module for offer in offers}
    return tuple(MODULES[side] for side in present if MODULES[side] in exporting)


def _import(session: Session, offers: list[Export], candidates: list[Side], host: str) -> list[Export]:
    """Import the modules of `candidates` where the endpoint allows it, and ask again. Raises NoSession when none is there."""
    if not _offer_of("Import-Module", offers):
        return offers
    answers = [session.run(Command("Import-Module", {"Name": MODULES[side]})) for side in candidates]
    if all(answer.errors for answer in answers):
        raise NoSession(_missing(answers, candidates, host))
    return _ask(session, candidates, host)


def _sign_in(session: Session, sign_in: SignIn | None, offers: list[Export], host: str) -> SigningIn | None:
    if sign_in is None:
        return None
    signing_in = SigningIn.of(sign_in, offers, host)
    signing_in.sign_in(session)
    return signing_in


def _offer_of(name: str, offers: list[Export]) -> Export | None:
    return next((offer for offer in offers if offer.name.casefold() == name.casefold()), None)


def _not_imported(answer: Answer, module: str, host: str) -> SessionFault:
    return SessionFault(
        "module_missing",
        f"The module {module} could not be imported on {host}: {errors_text(answer)}",
        "Correct ansible_runspace_import_modules: each entry is the name of a module that is installed there, or its path.",
    )


def _missing(answers: list[Answer], candidates: list[Side], host: str) -> SessionFault:
    if len(candidates) == 1:
        side = candidates[0]
        return SessionFault(
            "module_missing",
            f"The module {MODULES[side]} cannot be imported on {host}: {errors_text(answers[0])}",
            f"{_INSTALL[side]}, or name the module's path in ansible_runspace_import_modules.",
        )
    return SessionFault(
        "module_missing",
        f"Neither the module {MODULES[Side.ONPREM]} nor {MODULES[Side.ONLINE]} is installed on {host}.",
        f"{_INSTALL[Side.ONPREM]}, or {_INSTALL[Side.ONLINE][0].lower()}{_INSTALL[Side.ONLINE][1:]}.",
    )


def _no_marker(candidates: list[Side], host: str) -> SessionFault:
    modules = " or ".join(MODULES[side] for side in candidates)
    files = " or ".join(f"TeamsUpgrade{side.capitalize()}Read.psrc" for side in candidates)
    cmdlets = " nor ".join(MARKERS[side] for side in candidates)
    return SessionFault(
        "module_missing",
        f"The endpoint on {host} has no cmdlets of {modules}: {'neither ' if len(candidates) > 1 else 'no '}{cmdlets} is there.",
        f"Choose another endpoint with ansible_psrp_configuration_name, or correct {files} for this one.",
    )
