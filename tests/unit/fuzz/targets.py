# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that parses what a host sends, by name."""

from __future__ import annotations

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.clixml import NotReadable
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_faults import NoSession

from tests.unit.fuzz import hosts, wire
from tests.unit.fuzz.target import Target

_CLIXML = tuple(
    b"<Obj RefId='0'> <TN RefId='0'><T> <TNRef RefId='0'/> <Ref RefId='0'/> <ToString> <Props> <MS> <LST> <IE> <QUE> <STK> <DCT> <En> "
    b"<S> <Nil/> <B> <C> <I32> <U64> <Db> <DT> <TS> <G> <BA> <SS> <Version> N='Key' N='Value' _x000A_ _xD83D_".split()
)
_SOAP = tuple(
    b"{id} </s:Envelope> <s:Body> <s:Fault> <rsp:ReceiveResponse> <rsp:Stream> <rsp:CommandState> <rsp:CommandId> <rsp:Shell> "
    b"<f:WSManFault> Code= Machine= <w:Selector> <x:ResourceCreated>".split()
)
_ROWS = tuple(
    b'"SipAddress" "UserPrincipalName" "Identity" "HostingProvider" "OnPremHostingProvider" "InterpretedUserType" "AssignedPlan" '
    b'"TeamsUpgradePolicy" "TeamsUpgradeEffectiveMode" "UserValidationErrors" "State" "CreateDate" "TotalMeeting" "LastMessage" '
    b'"UserState" "OverallStatus" "ProxyFqdn" "Version" "ErrorMsg" "output" "errors" "sip:alice@contoso.com" "SRV:" null true'.split()
)

TARGETS = {
    each.name: each
    for each in (
        Target("clixml", wire.clixml, (NotReadable,), _CLIXML),
        Target("fragments", wire.fragments),
        Target("records", wire.records, (), _CLIXML),
        Target("opening", wire.opening, (), _SOAP),
        Target("answering", wire.answering, (), _SOAP),
        Target("starting", hosts.starting, (NoSession, hosts.NotJson), _ROWS),
        Target("modules", hosts.modules, (hosts.NotJson,), _ROWS),
        Target("texts", hosts.texts),
        Target("moments", hosts.moments),
    )
}
