"""Thirty texts about eight events in three minutes: four raids, four that are something else."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.management.demo.seed import NPAS

RUMOUR = "URGENT ICE RAID at Pico and Western, share with EVERYONE, do not go out"

RAIDS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("es", "La migra esta en la 6 y Vermont, 5 agentes con chaleco, pararon a un senor"),
        ("en", "ICE at 6th and Vermont by the bus stop, vests say POLICE ICE, 2 white vans"),
        ("ko", "6가 버몬트 코너에 이민국 요원 다섯 명 있어요"),
        ("es+en", "There is la migra en la 6th y Vermont, they are asking for papeles"),
        ("es", "ya se llevaron a alguien, siguen los agentes aqui"),
    ),
    (
        ("ko", "윌셔 웨스턴 코너에 이민국 차 세 대 왔어요"),
        ("es", "Wilshire y Western, dos camionetas y agentes de inmigracion junto al metro"),
        ("en", "masked ICE agents at Wilshire & Western, they took one man from the station"),
        ("ko+en", "Wilshire Western에 ICE 있어요 조심하세요"),
    ),
    (
        ("en", "agents in ERO vests at 8th St and Irolo, going door to door"),
        ("es", "en la 8 y Irolo la migra esta tocando puertas"),
        ("ko", "8가 아이롤로 아파트에 이민국 단속 나왔어요"),
        ("es+en", "8th y Irolo, four agents de ICE, still here"),
    ),
    (
        ("es", "Olympic y Normandie redada en el lavado de carros"),
        ("en", "raid at the car wash Olympic and Normandie, 3 SUVs no plates"),
        ("ko", "올림픽 노르만디 세차장에 이민국 들어갔어요"),
    ),
)
FALSE_ALARMS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("en", "lots of police cars at 3rd and Vermont, is it ICE?"),
        ("es", "en la 3 y Vermont muchas patrullas, dicen que es la migra"),
        ("ko", "3가 버몬트에 경찰차 많아요 이민국인가요"),
    ),
    (
        ("en", "big white trucks and men with radios at Wilshire and Serrano, ICE??"),
        ("es", "Wilshire y Serrano camiones blancos y hombres con radios, sera la migra"),
        ("en+ko", "윌셔 and Serrano trucks and vests, 이민국 같아요"),
    ),
    (
        ("es", "dos agentes con chaleco en Beverly y Western buscan a un muchacho"),
        ("en", "officers with badges at Beverly and Western looking for one person, maybe ICE"),
    ),
    (
        ("en", RUMOUR),
        ("en", RUMOUR),
        ("en", RUMOUR),
        ("en", RUMOUR),
        ("en", RUMOUR),
        ("es", "es verdad que hay redada en Pico y Western? yo no veo nada"),
    ),
)
"""Each event as (language, words) in the order in which its neighbours write. In the order of the
events they are police, a film crew, probation officers, and nothing at all."""

EVENTS = RAIDS + FALSE_ALARMS
NUMBERS = [f"+1{npa}55501{last}" for npa in NPAS for last in range(40, 90)]
"""The made-up phones of a surge: neither the demo's responders' nor its staff's."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the surge, due `at` seconds after its beginning."""

    at: float
    number: str
    language: str
    words: str


def surge(*, seconds: float, seed: int) -> list[Text]:
    """Return the 30 texts of a surge of `seconds`, in the order in which they come.

    The events begin one after the other in the first two thirds and overlap; each phone texts
    once. The same seed gives the same surge.
    """
    choice = random.Random(seed)  # noqa: S311 - made-up neighbours, not keys
    numbers = choice.sample(NUMBERS, sum(map(len, EVENTS)))
    texts: list[Text] = []
    for event, begins in zip(EVENTS, beginnings(choice), strict=True):
        times = sorted(begins + choice.random() / 3 for _ in event)
        texts += [
            Text(at * seconds, numbers.pop(), language, words)
            for at, (language, words) in zip(times, event, strict=True)
        ]
    return sorted(texts, key=lambda text: text.at)


def beginnings(choice: random.Random) -> Sequence[float]:
    """Return when each event begins, as a share of the whole, raids and others mixed."""
    shares = [2 / 3 * number / (len(EVENTS) - 1) for number in range(len(EVENTS))]
    choice.shuffle(shares)
    return shares
