"""A person at a browser: what they do with the words on the screen, and whatever goes wrong meanwhile."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.browser.words import nl

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, StorageState, ViewportSize

DESKTOP: "ViewportSize" = {"width": 1366, "height": 768}
PHONE: "ViewportSize" = {"width": 390, "height": 844}
ColorScheme = Literal["light", "dark"]
# Chromium says this of every answer above 399; the server's own mistakes are noted from the answer itself.
LOADING = "Failed to load resource"


@dataclass
class Visitor:
    """One window. ``problems``: console errors, refused scripts and styles, answers of 500 and above."""

    page: "Page"
    url: str
    problems: list[str] = field(default_factory=list)
    password: str = ""
    javascript: bool = True

    def go(self, path: str) -> int:
        """Open a page of the site and return the status of the answer."""
        answer = self.page.goto(path if path.startswith("http") else self.url + path)
        assert answer is not None
        return answer.status

    def sign_in(self, name: str, password: str) -> None:
        """Give the name and password; without a second factor one is in."""
        self.password = password
        self.go("/account/login/")
        self.page.locator("input[name=login]").fill(name)
        self.page.locator("input[name=password]").fill(password)
        self.page.get_by_role("button", name="Aanmelden").click()
        self.page.wait_for_load_state()

    def press(self, msgid: str) -> None:
        """Press the button, or follow the link, with this text (its msgid; the screen has it in Dutch)."""
        button = self.page.get_by_role("button", name=nl(msgid), exact=True)
        link = self.page.get_by_role("link", name=nl(msgid), exact=True)
        button.or_(link).first.click()
        self.page.wait_for_load_state()

    def insist(self, msgid: str) -> None:
        """Press what may first ask for the password once more; what was typed then goes on by itself, or with one button."""
        self.press(msgid)
        if "/account/reauthenticate/" not in self.path:
            return
        self.page.locator("input[name=password]").fill(self.password)
        self.press("Confirm")
        if not self.javascript:
            self.press("Go on")
        self.page.wait_for_url(lambda url: "/again/" not in url and "/reauthenticate/" not in url)
        self.page.wait_for_load_state()

    def fill(self, **values: str) -> None:
        """Type into the fields of the page by their names."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def choose(self, **values: str) -> None:
        """Choose from lists by the names of their fields."""
        for name, value in values.items():
            self.page.locator(f"main select[name={name}]").select_option(value)

    def attach(self, **files: Path) -> None:
        """Choose files from the disk."""
        for name, path in files.items():
            self.page.locator(f"main input[name={name}]").set_input_files(path)

    def download(self, msgid: str) -> bytes:
        """Follow a link that gives a file, and read it."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=nl(msgid)).first.click()
        return Path(waiting.value.path()).read_bytes()

    def offers(self, msgid: str) -> bool:
        """Whether there is a button or link with this text that can be used."""
        button = self.page.get_by_role("button", name=nl(msgid), exact=True, disabled=False)
        return button.count() + self.page.get_by_role("link", name=nl(msgid), exact=True).count() > 0

    @property
    def text(self) -> str:
        """What can be read on the page, spaces made single."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    @property
    def heading(self) -> str:
        """The one heading of the page."""
        return re.sub(r"\s+", " ", self.page.locator("h1").inner_text()).strip()

    @property
    def path(self) -> str:
        """Where one is, without the server's address."""
        return self.page.url.removeprefix(self.url)

    def sees(self, *msgids: str) -> None:
        """Every text can be read on the page."""
        for msgid in msgids:
            assert nl(msgid) in self.text, f"{nl(msgid)!r} is not on {self.path}:\n{self.text}"

    def close(self) -> list[str]:
        """Close the window and return what went wrong in it."""
        self.page.close()
        return self.problems


def context_of(
    browser: "Browser", *, storage_state: "StorageState | None" = None, javascript: bool = True, color_scheme: ColorScheme = "light"
) -> "BrowserContext":
    """What the windows of a person who prefers Dutch share: cookies, and the files that the browser keeps."""
    context = browser.new_context(
        locale="nl-BE",
        timezone_id="Europe/Brussels",
        viewport=DESKTOP,
        java_script_enabled=javascript,
        color_scheme=color_scheme,
        reduced_motion="reduce",
        storage_state=storage_state,
    )
    context.set_default_timeout(15_000)
    return context


def visit(context: "BrowserContext", url: str, *, javascript: bool = True) -> Visitor:
    """Open a window."""
    visitor = Visitor(context.new_page(), url, javascript=javascript)

    def said(message: "ConsoleMessage") -> None:
        if message.type in {"error", "warning"} and LOADING not in message.text:
            visitor.problems.append(f"{visitor.path}: {message.text}")

    def answered(response: "Response") -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            visitor.problems.append(f"{response.status} {response.url}")

    visitor.page.on("console", said)
    visitor.page.on("response", answered)
    visitor.page.on("pageerror", lambda error: visitor.problems.append(f"{visitor.path}: {error}"))
    return visitor
