from __future__ import annotations

import pytest

from server.rehearsal.failures import Refused
from server.rehearsal.patient import Patient
from server.rehearsal.spa import BIRTH_DATE
from server.views import JoinStateView
from signaling import messages as wire
from tests.clients import Scene


async def test_a_second_device_takes_over_after_a_confirmation(clinic: Scene) -> None:
    ana = await clinic.waiting_patient("Ana Ortiz")
    async with Patient.visiting(clinic.server.url, "Ana Ortiz", BIRTH_DATE) as phone:
        with pytest.raises(Refused) as refused:
            await phone.redeem(ana.link.url)
        assert refused.value.code == "device_takeover_required"
        assert ana.socket.of(wire.DeviceReplaced) == []

        state = await phone.redeem(ana.link.url, take_over=True)
        assert state.visit == "waiting"
        await ana.socket.expect(wire.DeviceReplaced)
        socket = await clinic.listening(phone.page, "/patient")
        assert (await socket.expect(wire.PatientSync)).visit == "waiting"

        with pytest.raises(Refused) as old:
            await ana.patient.page.get("/api/v1/join/state", JoinStateView)
        assert old.value.code in {"not_signed_in", "session_expired"}


async def test_the_patient_who_changed_devices_keeps_the_place(clinic: Scene) -> None:
    ana = await clinic.waiting_patient("Ana Ortiz")
    ben = await clinic.waiting_patient("Ben Soto")
    async with Patient.visiting(clinic.server.url, "Ana Ortiz", BIRTH_DATE) as phone:
        await phone.redeem(ana.link.url, take_over=True)
        socket = await clinic.listening(phone.page, "/patient")
        await socket.expect(wire.PatientSync)
        casey = await clinic.practitioner("casey")
        ringing = await casey.socket.expect(wire.OfferRinging)
        assert ringing.offer.encounter_id == ana.encounter_id != ben.encounter_id


async def test_a_second_tab_of_the_same_browser_takes_the_place_of_the_first(
    clinic: Scene,
) -> None:
    ana = await clinic.waiting_patient("Ana Ortiz")
    second = await clinic.listening(ana.patient.page, "/patient")
    await ana.socket.expect(wire.DeviceReplaced)
    assert (await second.expect(wire.PatientSync)).visit == "waiting"
