# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real browser for tests of the page: Chromium as it is installed, and what a page says and asks for meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = "There is no Chromium: the report's page is not tried in a browser. Install the package chromium."
AXE = Path(str(axe_playwright_python.__file__)).with_name("axe.min.js")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# The page's content on A4, in CSS pixels: 210 mm less the margins of 12 mm.
A4 = {"width": 703, "height": 1032}


@dataclass
class Opened:
    """A page that is open, and what went wrong in it."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Take note of everything that a page must not do."""
        self.page.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:,")):
            self.wrong.append(f"request: {request.url}")

    def rows(self) -> list[list[str]]:
        """The texts of the rows of users that are drawn."""
        script = (
            "() => [...document.querySelectorAll('#table tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
        )
        found: list[list[str]] = self.page.evaluate(script)
        return found

    def found(self) -> str:
        """How many users the page says that it has found."""
        return self.page.inner_text("#found")

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.1 AA."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("tags => axe.run({runOnly: tags})", WCAG)
        return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]


@contextmanager
def started() -> Iterator[Browser]:
    """The browser. Tests run as root in containers, where it has no sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, path: Path, part: str = "", **choices: Any) -> Iterator[Opened]:
    """A page from a file. Anything on its console, any error and any request is wrong."""
    known: Mapping[str, Any] = {"viewport": WIDE, "color_scheme": "light"} | choices
    context = browser.new_context(**known)
    try:
        shown = Opened(context.new_page(), path.resolve().as_uri())
        shown.watch()
        shown.page.goto(f"{shown.address}{part}")
        yield shown
        assert shown.wrong == []
    finally:
        context.close()
