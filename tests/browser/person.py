"""A person in front of the pages, who finds things by what they are called."""

import re

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.chromium import PATIENCE_MS

SAM, KIM, NOOR, OLU = "U0SAM00001", "U0KIM00001", "U0NOOR0001", "U0OLUEXT01"
DEALS, COMPLIANCE, PARTNER = "/c/C0DEALS001", "/c/C0COMPLI01", "/c/C0PARTNER1"
FROM_ADVISOR = re.compile(r"^Advisor, ")

expect.set_options(timeout=PATIENCE_MS)


def direct(user: str) -> str:
    """The path of the direct messages of *user* with Advisor."""
    return f"/c/{user.replace('U', 'D', 1)}"


class Person:
    """One person with one page open."""

    def __init__(self, page: Page, url: str, user: str) -> None:
        self.page = page
        self.user = user
        self._url = url

    # --- getting about ----------------------------------------------------------------------

    def go(self, path: str) -> "Person":
        suffix = "" if self.user == SAM else f"?as={self.user}"
        self.page.goto(f"{self._url}{path}{suffix}")
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("dialog")

    # --- talking ----------------------------------------------------------------------------

    def write(self, words: str) -> None:
        """Write into the channel or the direct messages that are open."""
        self._send(self.main.get_by_role("textbox", name=re.compile("^Message ")), words)

    def reply(self, words: str) -> Locator:
        """Write into the open thread; gives Advisor's answer."""
        before = self.answers.count()
        self._send(self.thread.get_by_role("textbox", name="Reply…"), words)
        return self.answer_after(before)

    def mention(self, words: str) -> Locator:
        """Mention Advisor in the channel that is open; gives its answer, in the thread."""
        self.write(f"@Advisor {words}")
        return self.answer_after(0)

    def press(self, where: Locator, name: str | re.Pattern[str]) -> None:
        where.get_by_role("button", name=name, exact=isinstance(name, str)).click()

    def press_for_answer(self, where: Locator, name: str | re.Pattern[str]) -> Locator:
        """Press a button of a message in the thread; gives the answer to that."""
        before = self.answers.count()
        self.press(where, name)
        return self.answer_after(before)

    @property
    def answers(self) -> Locator:
        """Advisor's messages in the open thread."""
        return self.thread.get_by_role("article", name=FROM_ADVISOR)

    def answer_after(self, before: int) -> Locator:
        answer = self.answers.nth(before)
        expect(answer).to_be_visible()
        return answer

    @staticmethod
    def _send(field: Locator, words: str) -> None:
        field.fill(words)
        field.press("Enter")

    # --- choosing ---------------------------------------------------------------------------

    def choose(self, where: Locator, box: str, typed: str, option: str) -> None:
        """Type into the menu named *box* and take *option* from its list."""
        field = where.get_by_role("combobox", name=box)
        field.fill(typed)
        where.get_by_role("option", name=option, exact=True).click()

    def menu(self, message: Locator, item: str) -> None:
        """Open the menu of a message and take *item*."""
        message.hover()
        message.get_by_role("button", name="More actions").click()
        self.page.get_by_role("menuitem", name=item).click()

    def close_form(self) -> None:
        """Close a window that only shows something."""
        self.form.get_by_role("contentinfo").get_by_role("button", name="Close").click()
        expect(self.form).to_be_hidden()

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"))


class People:
    """Opens pages for people and keeps what went wrong in any of them."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.wrong: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def sit_down(
        self, user: str = SAM, size: tuple[int, int] = (1280, 800), *, phone: bool = False,
        scale: float = 1,
    ) -> Person:
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=phone, is_mobile=phone,
            reduced_motion="reduce", device_scale_factor=scale, accept_downloads=True)
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        # A violation of the Content-Security-Policy is an error on the console too.
        page.on("console", lambda said: self.wrong.append(said.text)
                if said.type == "error" else None)
        page.on("response", self._keep_failures)
        return Person(page, self.url, user)

    def leave(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _keep_failures(self, response: Response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status} {response.url}")
