"""People in front of a real browser, and what they see and touch.

Each drives one page by what is on it (`data-testid`), never by what is behind it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from server.rehearsal.people import SignIn
from server.rehearsal.practitioner import SIGN_ATTEMPTS_MAX
from tests.browser.chromium import frames_per_second
from tests.browser.signing_in import Look, no_look, sign_in

BIRTH_DATE: Final = "1988-04-17"
SITE: Final = "Glow Scottsdale, Scottsdale, AZ"
TREATMENTS: Final = ("neurotoxin", "filler")
PHONE: Final = "+1 555 010 0123"
MEDIA_MS: Final = 40_000
LOOK_EVERY_MS: Final = 100
STEP_MS: Final = 30_000

# Answers every question that is shown, harmlessly; returns whether anything changed.
ANSWER_ALL: Final = """
() => {
  const harmless = ["false", "none", "no", "never", "not_applicable", "not_sure"];
  let changed = false;
  for (const set of document.querySelectorAll("fieldset.join-asked")) {
    const inputs = [...set.querySelectorAll("input[type=radio], input[type=checkbox]")];
    if (inputs.length === 0 || inputs.some((input) => input.checked)) continue;
    const plain = harmless.map((value) => inputs.find((input) => input.value === value));
    (plain.find((input) => input !== undefined) ?? inputs[0]).click();
    changed = true;
  }
  const written = "div.join-asked input, div.join-asked textarea";
  for (const field of document.querySelectorAll(written)) {
    if (field.value !== "") continue;
    field.value = field.inputMode === "decimal" ? "35" : "Nothing to report.";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    changed = true;
  }
  return changed;
}
"""
# Gives these answers to the questions that are shown and have none yet.
ANSWER_THESE: Final = """
(wanted) => {
  for (const [name, value] of Object.entries(wanted)) {
    const inputs = [...document.querySelectorAll(`input[name="${name}"]`)];
    const one = inputs.find((input) => input.value === value);
    if (one !== undefined && !inputs.some((input) => input.checked)) one.click();
  }
}
"""
FRAMES: Final = """
() => document.querySelector("[data-testid=call-remote]")
  ?.getVideoPlaybackQuality().totalVideoFrames ?? 0
"""
# What a page shows of the other side, for whoever reads why it did not move.
SHOWN: Final = """
async () => {
  const video = document.querySelector("[data-testid=call-remote]");
  const state = document.querySelector("[data-testid=call-state]")?.dataset.state;
  const connections = [];
  for (const one of window.connections ?? []) {
    const video = (each) => each.kind === "video" && /bound-rtp/.test(each.type);
    connections.push({ state: one.connectionState, ice: one.iceConnectionState,
      video: [...(await one.getStats()).values()].filter(video) });
  }
  return JSON.stringify({ visible: document.visibilityState, state, paused: video?.paused,
    ready: video?.readyState, width: video?.videoWidth, at: video?.currentTime,
    frames: video?.getVideoPlaybackQuality().totalVideoFrames,
    tracks: video?.srcObject?.getTracks().map((one) => [one.kind, one.readyState, one.muted]),
    connections });
}
"""
LOOKED_S: Final = 4
SIGNATURE: Final = """
() => [...document.querySelectorAll("h1, .join-lead")].map((one) => one.textContent).join("|")
"""


@dataclass(slots=True)
class Portal:
    """Front desk staff."""

    page: Page
    look: Look = no_look

    async def sign_in(self, url: str, who: SignIn) -> None:
        await self.page.goto(f"{url}/portal")
        await sign_in(self.page, who, self.look, "portal-sign-in")
        await expect(self.page.get_by_test_id("new-exam")).to_be_enabled(timeout=STEP_MS)

    async def new_exam(
        self,
        name: str,
        birth_date: str = BIRTH_DATE,
        treatments: Sequence[str] = TREATMENTS,
    ) -> tuple[str, str]:
        """Request an exam; return the link and the code for a tablet."""
        page = self.page
        await page.get_by_test_id("new-exam").click()
        await page.get_by_test_id("exam-name").fill(name)
        await page.get_by_test_id("exam-birthdate").fill(birth_date)
        await page.get_by_test_id("exam-site").select_option(label=SITE)
        for treatment in treatments:
            await page.get_by_test_id(f"exam-treatment-{treatment}").check()
        await self.look(page, "portal-new-exam")
        await page.get_by_test_id("exam-submit").click()
        link = await page.get_by_test_id("exam-link").inner_text()
        code = await page.get_by_test_id("exam-code").inner_text()
        await self.look(page, "portal-link")
        await page.get_by_test_id("link-done").click()
        return link, code

    def row(self, name: str) -> Locator:
        return self.page.locator("button.exam", has_text=name)


@dataclass(slots=True)
class Join:
    """A patient."""

    page: Page
    name: str
    look: Look = no_look
    birth_date: str = BIRTH_DATE
    guardian: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    async def open(self, link: str) -> None:
        await self.page.goto(link)
        await self.page.get_by_test_id("redeem-birthdate").fill(self.birth_date)
        await self.look(self.page, "join-gate")
        await self.page.get_by_test_id("redeem-submit").click()

    async def open_on_tablet(self, code: str) -> None:
        await self.page.get_by_test_id("kiosk-code").fill(code)
        await self.page.get_by_test_id("redeem-birthdate").fill(self.birth_date)
        await self.page.get_by_test_id("redeem-submit").click()

    async def screen(self) -> str:
        """Return the id of the one thing that tells which screen this is."""
        first = self.page.locator(",".join(f"[data-testid={one}]" for one in SCREENS)).first
        await first.wait_for(timeout=STEP_MS)
        return await first.get_attribute("data-testid") or ""

    async def intake(self, until: str = "ready-button") -> None:
        """Do step after step until the screen with `until` shows."""
        while (name := await self.screen()) != until:
            await self.step(name)
        await self.look(self.page, f"join-{until}")

    async def step(self, name: str) -> None:
        """Do what a screen asks for, and go on to the next."""
        before = await self.page.evaluate(SIGNATURE)
        await SCREENS[name](self)
        await self.look(self.page, f"join-{name}")
        await self.page.locator("button.join-next[type=submit]").last.click()
        await self.page.wait_for_function(
            f"before => ({SIGNATURE})() !== before", arg=before, timeout=STEP_MS
        )

    async def wait(self) -> None:
        """Take a place in line."""
        await self.page.get_by_test_id("ready-button").click()
        await self.page.get_by_test_id("waiting").wait_for(timeout=STEP_MS)

    async def _nothing(self) -> None:
        pass

    async def _identify(self) -> None:
        values = {
            "identity-name": self.name,
            "identity-birthdate": self.birth_date,
            "identity-phone": PHONE,
            "identity-email": "patient@example.org",
            "identity-emergency-name": "Sam Ortiz",
            "identity-emergency-phone": PHONE,
        }
        for name, value in values.items():
            await self.page.get_by_test_id(name).fill(value)

    async def _answer(self) -> None:
        await self.page.evaluate(ANSWER_THESE, dict(self.answers))
        while await self.page.evaluate(ANSWER_ALL):
            await self.page.evaluate(ANSWER_THESE, dict(self.answers))

    async def _by_video(self) -> None:
        await self.page.get_by_test_id("way-live_video").check()

    async def _consent(self) -> None:
        boxes = self.page.locator(".join-consent input[type=checkbox]")
        for index in range(await boxes.count()):
            await boxes.nth(index).check()
        await self.page.get_by_test_id("consent-name").fill(self.guardian or self.name)

    async def _name_guardian(self) -> None:
        await self.page.get_by_test_id("guardian-name").fill(self.guardian)
        await self.page.get_by_test_id("guardian-birthdate").fill("1980-05-06")
        await self.page.get_by_test_id("guardian-phone").fill(PHONE)
        await self.page.get_by_test_id("guardian-present").check()

    async def _see_oneself(self) -> None:
        await self.page.get_by_test_id("call-local").wait_for()


# What tells a screen apart, and what is done on it before its large button is pressed.
SCREENS: Final[dict[str, Callable[[Join], Awaitable[None]]]] = {
    "holder-patient": Join._nothing,
    "identity-name": Join._identify,
    "guardian-name": Join._name_guardian,
    "location-yes": Join._nothing,
    "treatment-neurotoxin": Join._nothing,
    "privacy-alone": Join._nothing,
    "carried-confirm": Join._nothing,
    "health-next": Join._answer,
    "way-live_video": Join._by_video,
    "consent-name": Join._consent,
    "photos": Join._nothing,
    "device-start": Join._nothing,
    "device-continue": Join._see_oneself,
    "ready-button": Join._nothing,
    "waiting": Join._nothing,
}


@dataclass(slots=True)
class Console:
    """A practitioner."""

    page: Page
    look: Look = no_look

    async def sign_in(self, url: str, who: SignIn) -> None:
        await self.page.goto(f"{url}/console")
        await sign_in(self.page, who, self.look, "console-sign-in")
        await self.page.get_by_test_id("duty-toggle").wait_for(timeout=STEP_MS)

    async def come_on_duty(self) -> None:
        toggle = self.page.get_by_test_id("duty-toggle")
        await expect(toggle).to_be_enabled(timeout=STEP_MS)
        if await toggle.get_attribute("aria-checked") != "true":
            await toggle.click()
        await expect(toggle).to_have_attribute("aria-checked", "true")

    async def go_off_duty(self) -> None:
        toggle = self.page.get_by_test_id("duty-toggle")
        await expect(toggle).to_be_enabled(timeout=STEP_MS)
        if await toggle.get_attribute("aria-checked") == "true":
            await toggle.click()
        await expect(toggle).to_have_attribute("aria-checked", "false")

    async def accept(self) -> None:
        await self.page.get_by_test_id("offer-card").wait_for(timeout=STEP_MS)
        await self.look(self.page, "console-offer")
        await self.page.get_by_test_id("offer-accept").click()

    async def connected(self) -> None:
        await in_state(self.page, "connected")

    async def confirm(self) -> None:
        """Confirm every prompt that the page asks for."""
        prompts = self.page.locator(".prompts .prompt > input")
        await prompts.first.wait_for(timeout=STEP_MS)
        for index in range(await prompts.count()):
            await prompts.nth(index).check()

    async def read(self) -> None:
        """Read what the patient wrote, and give a reason for each flag to review."""
        page = self.page
        read = page.get_by_test_id("answers-read")
        if await read.count() > 0:
            await read.click()
            await page.get_by_test_id("answers-read-done").wait_for(timeout=STEP_MS)
        reasons = page.locator("[data-testid^=flag-reason-]")
        for index in range(await reasons.count()):
            await reasons.nth(index).fill("Asked about it in the call; it does not bar this.")
            await reasons.nth(index).blur()
        await expect(page.locator(".flag-answer [role=status]")).to_have_text(
            ["saved"] * await reasons.count(), timeout=STEP_MS
        )

    async def examine(
        self, treatments: tuple[str, ...] = TREATMENTS, *, looking: bool = True
    ) -> None:
        """Prompts, answers, note and decisions; what is not looked at is deferred."""
        page = self.page
        await self.confirm()
        await self.read()
        await page.get_by_test_id("note").fill("Seen on video. No findings.")
        saved = page.get_by_test_id("note-saved")
        await expect(saved).to_have_attribute("data-state", "saved", timeout=STEP_MS)
        for treatment in treatments:
            if not looking:
                await self.defer(treatment)
                continue
            await page.get_by_test_id(f"disp-{treatment}-approved").check()
            await self.look_at(treatment)
            await page.get_by_test_id(f"disp-{treatment}-rationale").fill(
                "No contraindication."
            )
            await page.get_by_test_id(f"disp-{treatment}-order-confirm").check()
        await self.look(page, "console-chart")

    async def decide_without_looking(self) -> None:
        """Prompts, note, and everything approved; nothing is looked at."""
        page = self.page
        await self.confirm()
        await self.read()
        await page.get_by_test_id("note").fill("Spoken with.")
        for treatment in TREATMENTS:
            await page.get_by_test_id(f"disp-{treatment}-approved").check()
            await page.get_by_test_id(f"disp-{treatment}-rationale").fill("As discussed.")
            await page.get_by_test_id(f"disp-{treatment}-order-confirm").check()
        saved = page.get_by_test_id("note-saved")
        await expect(saved).to_have_attribute("data-state", "saved", timeout=STEP_MS)

    async def defer(self, treatment: str) -> None:
        page = self.page
        await page.get_by_test_id(f"disp-{treatment}-deferred").check()
        row = page.locator(f"#disp-{treatment}")
        await row.get_by_label("Needs more information").check()
        await page.get_by_test_id(f"disp-{treatment}-rationale").fill("Not seen.")

    async def look_at(self, treatment: str) -> None:
        """Say that the findings of a treatment are seen now, after looking for some seconds.

        Video that flowed for less than three is no stretch of its own in the evidence.
        """
        await self.page.wait_for_function(
            f"wanted => ({FRAMES})() >= wanted",
            arg=LOOKED_S * frames_per_second(),
            timeout=MEDIA_MS,
            polling=LOOK_EVERY_MS,
        )
        await self.page.get_by_test_id(f"seen-{treatment}").check()
        standing = self.page.get_by_test_id(f"seen-{treatment}-standing")
        await expect(standing).to_have_attribute(
            "data-standing", re.compile("pending|seen"), timeout=STEP_MS
        )

    async def sign(self) -> None:
        """Attest and sign; where the chart grew meanwhile, read it again and attest again.

        What was seen of the video is written down in pieces, the last once the call is over.
        """
        page = self.page
        await page.get_by_test_id("wrapup-sign").click()
        await page.get_by_test_id("sign-attest").check(timeout=STEP_MS)
        await self.look(page, "console-sign")
        signed = page.get_by_test_id("signed-banner")
        asked_again = page.locator("[data-testid=sign-attest]:not(:checked)")
        for _ in range(SIGN_ATTEMPTS_MAX):
            await page.get_by_test_id("sign-attest").check(timeout=STEP_MS)
            await page.get_by_test_id("sign-confirm").click()
            await signed.or_(asked_again).first.wait_for(timeout=STEP_MS)
            if await signed.is_visible():
                break
        await signed.wait_for(timeout=STEP_MS)
        await self.look(page, "console-signed")


async def in_state(page: Page, state: str) -> None:
    """Wait until the call stands so on this page."""
    words = page.get_by_test_id("call-state")
    await expect(words).to_have_attribute("data-state", state, timeout=MEDIA_MS)


async def sees_moving_pictures(page: Page) -> int:
    """Wait until ten more frames were decoded, and return how many there are.

    A new attempt to connect counts from zero again. Looked at by the clock: a page that draws
    nothing has no animation frames to look in either.
    """
    seen: int = await page.evaluate(FRAMES)
    try:
        await page.wait_for_function(
            f"was => {{ const now = ({FRAMES})(); return now > 10 + (now < was ? 0 : was); }}",
            arg=seen,
            timeout=MEDIA_MS,
            polling=LOOK_EVERY_MS,
        )
    except PlaywrightTimeout as late:
        raise AssertionError(f"{seen} pictures, then: {await page.evaluate(SHOWN)}") from late
    frames: int = await page.evaluate(FRAMES)
    return frames
