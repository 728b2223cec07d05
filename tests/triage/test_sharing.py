import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from alerts.triage import sharing
from alerts.triage.sharing import Shared


class Kettle:
    """Something to share: each making gives the next number, and may be held up."""

    def __init__(self) -> None:
        self.shared: Shared[int] = Shared()
        self.numbers = itertools.count(1)
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()

    def make(self) -> int:
        number = next(self.numbers)
        self.begun.set()
        assert self.may_end.wait(10)
        return number

    def ask(self, look: str = "", key: str = "en") -> int:
        return self.shared.ask(key, self.make, look=look)


@pytest.fixture
def kettle() -> Kettle:
    return Kettle()


def test_it_gives_nobody_what_is_older_than_the_question(kettle):
    assert [kettle.ask() for _question in range(3)] == [1, 2, 3]


def test_it_makes_one_for_all_who_ask_while_another_is_made(kettle, monkeypatch):
    asked = threading.Semaphore(0)
    turn_of = kettle.shared._turn_of
    monkeypatch.setattr(kettle.shared, "_turn_of", lambda look: (turn_of(look), asked.release())[0])
    kettle.may_end.clear()
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(kettle.ask)
        assert kettle.begun.wait(10)
        others = [pool.submit(kettle.ask) for _question in range(7)]
        for _question in range(8):
            assert asked.acquire(timeout=10)
        kettle.may_end.set()

    assert first.result() == 1
    # What was being made when they asked may lack what they were told.
    assert {other.result() for other in others} == {2}


def test_it_makes_one_for_all_who_name_the_same_look(kettle):
    assert [kettle.ask("a") for _page in range(50)] == [1] * 50
    assert kettle.ask("b") == 2
    # What began since serves the earlier look too.
    assert kettle.ask("a") == 2


def test_it_does_not_serve_a_look_with_what_began_before_it_was_heard_of(kettle):
    assert kettle.ask() == 1
    assert kettle.ask("a") == 2


def test_it_forgets_a_look_after_a_while(kettle, monkeypatch):
    assert kettle.ask("a") == kettle.ask("a") == 1
    monkeypatch.setattr(sharing, "KEPT_SECONDS", 0)

    assert kettle.ask("a") == 2
    assert kettle.ask("a") == 3


def test_it_remembers_only_so_many_looks(kettle):
    for number in range(2 * sharing.MOST_LOOKS):
        kettle.ask(f"{number}")

    assert len(kettle.shared._looks) == sharing.MOST_LOOKS


def test_it_keeps_what_is_different_apart(kettle):
    assert kettle.ask("a", key="en") == 1
    assert kettle.ask("a", key="ko") == 2
    assert kettle.ask("a", key="en") == 1


def test_it_tries_again_after_a_failure(kettle):
    def fail() -> int:
        raise ValueError

    with pytest.raises(ValueError):
        kettle.shared.ask("en", fail, look="a")

    assert kettle.ask("a") == 1
