"""The two ways our users reach a page: a thumb on a phone, and keys alone on a laptop."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

MOST_STEPS = 200
IS_FOCUSED = "element => element === document.activeElement"


@dataclass
class Thumb:
    """Taps; nothing is hovered, and nothing is pressed that lies outside the screen."""

    page: Page

    def press(self, target: Locator) -> None:
        target.tap()

    def write(self, target: Locator, words: str) -> None:
        target.tap()
        target.fill(words)

    def choose(self, target: Locator) -> None:
        target.tap()
        expect(target).to_be_checked()

    def select(self, target: Locator, value: str) -> None:
        target.select_option(value)


@dataclass
class Keys:
    """Tab, arrows, space and Enter; fails for what they do not reach."""

    page: Page

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, words: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, target: Locator) -> None:
        """Come to the group with Tab and to the choice in it with the arrows."""
        name = target.get_attribute("name")
        self.step("Tab", f"document.activeElement?.name === '{name}'")
        self.page.keyboard.press("Space")
        for _step in range(MOST_STEPS):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {target}")

    def select(self, target: Locator, value: str) -> None:
        self.reach(target)
        self.step("ArrowDown", f"document.activeElement.value === '{value}'")

    def reach(self, target: Locator) -> None:
        target.wait_for()
        for _step in range(MOST_STEPS):
            if target.evaluate(IS_FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {target}")

    def step(self, key: str, until: str) -> None:
        for _step in range(MOST_STEPS):
            if self.page.evaluate(until):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not come to {until}")


Hands = Thumb | Keys
