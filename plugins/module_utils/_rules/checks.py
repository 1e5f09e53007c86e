# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must hold before anybody is moved: of the deployment and the tenant (R9, R13 to R20, R45, R53)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .._model import organisation_reasons
from .._model.decision import Reason, Scope
from .._model.organisation import Deployment, Tenant
from .._model.policy import Mode
from .._model.target import default_target
from .server_versions import Bounds, module_fault, too_old


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `ok` is None where what it needs could not be read, and `reason` says what is wrong or unread.

    `stops` tells what a check that is not ok keeps everybody from: `move`, `mode` (any change of the mode), `notify`, or, empty, nothing.
    """

    name: str
    ok: bool | None
    reason: Reason | None = None
    stops: str = ""

    def to_result(self) -> dict[str, object]:
        """Return the check as the result shows it."""
        stops_what = (self.stops or None) if self.ok is False else None
        shown: dict[str, object] = {"check": self.name, "ok": self.ok, "code": None, "message": None, "remedy": None}
        shown["stops"] = stops_what
        if self.reason is not None:
            shown |= {"code": self.reason.code, "message": self.reason.message, "remedy": self.reason.remedy}
        return shown


@dataclass(frozen=True, slots=True)
class Concern:
    """What is not in order, or could not be read, in the organisation. `stops` as in a Check; empty where it was not read."""

    reason: Reason
    stops: str


def concern_of(item: Mapping[str, object]) -> Concern | None:
    """Return what a check, as the result of upgrade_readiness_info lists it, found not to be in order; None where all is well."""
    if item.get("ok") is True or not item.get("code"):
        return None
    return Concern(Reason.of({**item, "scope": Scope.ORGANISATION}), str(item.get("stops") or ""))


ONPREM = ("server_build", "teams_module", "hosting_provider", "access_edge", "notification", "client_download")
ONLINE = ("tenant_mode", "tenant_default", "shared_sip_address_space", "meeting_migration")


def check_deployment(deployment: Deployment, bounds: Bounds) -> Iterator[Check]:
    """Yield the checks of the on-prem side."""
    server = deployment.server
    yield _judged("server_build", server.build is not None, too_old(server, bounds), "move")
    yield _judged("teams_module", server.teams_module is not None, module_fault(server, bounds), "move")
    if isinstance(deployment.providers, Reason):
        yield Check("hosting_provider", None, deployment.providers)
    else:
        missing = (
            None if default_target(deployment.providers) else organisation_reasons.NO_TARGET.format(host=server.host)
        )
        yield _judged("hosting_provider", True, missing, "move")
    off = [name for name, value in deployment.edge.items() if value is False]
    fault = organisation_reasons.EDGE_CLOSED.format(settings=", ".join(off)) if off else None
    yield _judged("access_edge", bool(deployment.edge) and None not in deployment.edge.values(), fault, "move")
    cannot = None if deployment.can_notify else organisation_reasons.CANNOT_NOTIFY.format(host=server.host)
    yield _judged("notification", True, cannot, "notify")
    downloads = deployment.download_teams
    yield _judged(
        "client_download", downloads is not None, organisation_reasons.TEAMS_DOWNLOADED if downloads else None
    )


def check_tenant(tenant: Tenant) -> Iterator[Check]:
    """Yield the checks of the cloud side."""
    yield _judged("tenant_mode", tenant.policy_read_only is not None, _fixed(tenant), "mode")
    yield _tenant_default(tenant)
    shared = tenant.shared_sip_address_space
    yield _judged(
        "shared_sip_address_space",
        shared is not None,
        organisation_reasons.NOT_SHARED if shared is False else None,
        "move",
    )
    enabled = tenant.meeting_migration_enabled
    yield _judged(
        "meeting_migration", enabled is not None, organisation_reasons.MIGRATION_DISABLED if enabled is False else None
    )


def _fixed(tenant: Tenant) -> Reason | None:
    if tenant.override_policy:
        return organisation_reasons.TENANT_FIXED.format(name="TeamsUpgradeOverridePolicy", value=tenant.override_policy)
    if tenant.policy_read_only and "mode" in tenant.policy_read_only.lower():
        return organisation_reasons.TENANT_FIXED.format(
            name="TeamsUpgradePolicyIsReadOnly", value=tenant.policy_read_only
        )
    return None


def _tenant_default(tenant: Tenant) -> Check:
    """The tenant default decides how messages of TeamsOnly users reach those who are still on-prem: Islands may lose some of them,
    TeamsOnly cuts them off (R19).
    """
    if isinstance(tenant.default, Reason):
        return Check("tenant_default", None, tenant.default)
    if tenant.default.mode is Mode.TEAMS_ONLY:
        return Check("tenant_default", False, organisation_reasons.TENANT_TEAMS_ONLY, "move")
    if tenant.default.mode is Mode.ISLANDS:
        return Check("tenant_default", False, organisation_reasons.TENANT_DEFAULT.format(mode=tenant.default.mode))
    return _judged("tenant_default", tenant.default.mode is not None, None)


def _judged(name: str, read: bool, fault: Reason | None, stopped: str = "") -> Check:
    if fault is not None:
        return Check(name, False, fault, stopped)
    return Check(name, True) if read else Check(name, None, organisation_reasons.CHECK_UNREAD.format(check=name))
