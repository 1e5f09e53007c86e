# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab as a program: runs in the foreground until it gets a signal to end."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from ..organisation.clock import Clock
from ..organisation.profile import PROFILES
from ..seed.authentication_yaml import checked_methods
from ..seed.fitting import fitting
from ..seed.from_csv import users_from_exports
from ..seed.from_yaml import load
from ..seed.model import Seed, SeedError
from .control import Control
from .lab import Lab

_NAP = 0.2
_ENDING = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the lab; return the exit code."""
    options = _options(arguments)
    for number in _ENDING:
        signal.signal(number, _end)
    try:
        with _lab(options) as lab, Control(lab, options.control_port) as control:
            lab.control_url = control.url
            _announce(lab, options.inventory)
            while True:
                # The handler runs in this thread, but the signal may reach another one and not wake this one up.
                time.sleep(_NAP)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The lab cannot start: {error.strerror or error}; give a --port that is free.", file=sys.stderr)
        return 2


def _end(*_: object) -> None:
    """End the program in good order, and once."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="lab", description="Simulated hosts: Skype for Business Server and Teams PowerShell, on loopback."
    )
    parser.add_argument("--seed", type=Path, metavar="FILE", help="what the lab starts with, YAML")
    parser.add_argument(
        "--users-csv",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="users from an export of Get-CsUser or Get-CsOnlineUser; may be given twice, once for each",
    )
    parser.add_argument(
        "--engine",
        default=os.environ.get("ENGINE") or "embedded",
        help="what answers PowerShell calls: embedded, or pwsh for a real PowerShell (default: $ENGINE, else embedded)",
    )
    parser.add_argument(
        "--restricted",
        type=Path,
        metavar="FOLDER",
        help="session configuration files (.pssc) with their role capabilities (.psrc), offered under their names",
    )
    _add_authentication(parser)
    parser.add_argument("--profile", choices=PROFILES, help="the world that is simulated, instead of the seed's")
    parser.add_argument(
        "--port", type=int, default=0, help="port of the first host, the others follow; free ones by default"
    )
    parser.add_argument(
        "--control-port", type=int, default=0, help="port of the control endpoint; a free one by default"
    )
    parser.add_argument("--clock-rate", type=float, help="lab seconds per real second, instead of the seed's")
    parser.add_argument("--latency", help="none, realistic, a factor such as 0.1, or Cmdlet=seconds,...")
    parser.add_argument("--inventory", type=Path, metavar="FILE", help="write the inventory there once the lab is up")
    return parser.parse_args(arguments)


def _add_authentication(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--auth",
        metavar="METHODS",
        help="how clients may sign in, instead of the seed's: basic, certificate, negotiate, kerberos, ntlm, credssp; several with commas",
    )
    parser.add_argument(
        "--https", action="store_true", help="hosts speak TLS, with certificates of the lab's own authority"
    )


def _lab(options: argparse.Namespace) -> Lab:
    seed = load(options.seed) if options.seed else Seed()
    if options.profile:
        seed.profile = PROFILES[options.profile]
    if options.users_csv:
        users = [*seed.users, *users_from_exports(options.users_csv)]
        seed = fitting(replace(seed, users=users))
    if options.auth:
        methods = checked_methods(options.auth.split(","))
        seed.authentication = replace(seed.authentication, methods=methods)
    if options.https:
        seed.authentication = replace(seed.authentication, https=True)
    rate = seed.clock_rate if options.clock_rate is None else options.clock_rate
    return Lab(
        seed,
        engine=options.engine,
        latency=options.latency,
        clock=Clock(seed.clock, rate),
        port=options.port,
        restricted=options.restricted,
    )


def _announce(lab: Lab, target: Path | None) -> None:
    """Print the inventory, and write it where it was asked for: whole, so that a program that waits for the file can use it."""
    text = yaml.safe_dump(lab.inventory(), sort_keys=False)
    if target is not None:
        partial = target.with_name(f".{target.name}.partial")
        try:
            partial.touch(mode=0o600)
            partial.write_text(text, encoding="utf-8")
            partial.replace(target)
        except OSError as error:
            raise SeedError(f"The inventory cannot be written to {target}: {error.strerror}.") from error
    print(f"# The lab is up, its control endpoint is {lab.control_url}\n{text}", flush=True)
