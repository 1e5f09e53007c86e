# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What readiness finds is acted on: who is not ready is not written to, who is warned of is reported, and what concerns everybody stops."""

from __future__ import annotations

from tests.lab.waves.night import OpenWaves
from tests.playbooks.stage import NOTIFICATION_DAY, UPGRADE_DAY, plan, wave

ALICE, BOSS, MAIL, DIAL = (f"{name}@contoso.com" for name in ("alice", "boss", "mail", "dial"))
SEED = {
    "users": [
        {"sip": ALICE},
        {"sip": BOSS, "contacts_in": "exchange"},
        {"sip": MAIL, "mailbox": "onprem"},
        {"sip": DIAL, "dial_in": True},
        {"sip": "late@contoso.com"},
    ]
}


def test_r17_r23_r25_r26_r39_r48_what_readiness_finds_is_acted_on(hosts: OpenWaves) -> None:
    everybody, late = wave("pilot", [ALICE, BOSS, MAIL, DIAL]), wave("late", ["late@contoso.com"])
    with hosts(SEED) as on:
        with on.lab.organisation.quiet() as world:
            world.tenant.settings.shared_sip_address_space = False
        announced = on.night(NOTIFICATION_DAY, plan(everybody))
        assert not announced.report["failed"], announced.verdict
        assert {user for entry in announced.writes for user in entry.users if "@" in user} == {
            f"sip:{ALICE}",
            f"sip:{MAIL}",
        }
        stopped = on.night(UPGRADE_DAY, plan(everybody, late))
        assert (stopped.report["failed"], stopped.writes) == (True, [])
        assert stopped.verdict.startswith("Wave 'pilot', readiness: SharedSipAddressSpace is false in the tenant")
        assert "Wave 'late' was not started" in stopped.verdict
        assert stopped.outcomes()[ALICE] == ("skipped", "not_started")
        with on.lab.organisation.quiet() as world:
            world.tenant.settings.shared_sip_address_space = True
        done = on.night(UPGRADE_DAY, plan(everybody), accepted_reasons=["audio_conferencing_missing"])
    assert done.report["failed"]
    outcomes = done.outcomes()
    assert outcomes[BOSS] == ("skipped", "unified_contact_store")
    # Accepted, and refused by the server all the same.
    assert outcomes[DIAL][0] == "failed"
    assert done.actions() == {ALICE: ["Move-CsUser"], MAIL: ["Move-CsUser"]}
    assert not [entry for entry in done.writes if BOSS in str(entry.parameters)]
    warned = {user["user"]: [each["code"] for each in user["warnings"]] for user in done.users.values()}
    assert warned == {ALICE: [], BOSS: [], MAIL: ["mailbox_onprem"], DIAL: ["audio_conferencing_missing"]}
    assert [each["code"] for each in done.report["waves"][0]["warnings"] if each["step"] == "readiness"] == [
        "client_download",
        "tenant_default",
    ]
    assert "The mailbox of mail@contoso.com is on-prem" in str(done.report["warnings"])
