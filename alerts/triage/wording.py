"""What the desk writes by itself: one small file per language and text."""

from functools import cache
from pathlib import Path

from alerts.models import Network, WhatItWas

TEXTS = Path(__file__).with_name("texts")
FALLBACK = "en"

# Without á í ó ú: one of them makes a Spanish text twice as dear.
WHAT = {
    "en": {
        WhatItWas.LOCAL_POLICE: "local police",
        WhatItWas.SHERIFF: "county sheriff",
        WhatItWas.PROBATION: "county probation",
        WhatItWas.OTHER_FEDERAL: "another federal agency",
        WhatItWas.FARE_INSPECTORS: "fare inspectors",
        WhatItWas.PARKING: "parking enforcement",
        WhatItWas.FIRE_AMBULANCE: "fire department or ambulance",
        WhatItWas.EVICTION: "an eviction",
        WhatItWas.FILM_CREW: "a film crew",
        WhatItWas.SECURITY: "private security",
        WhatItWas.NOTHING: "nothing there",
        WhatItWas.OTHER: "something else",
    },
    "es": {
        WhatItWas.LOCAL_POLICE: "la policia local",
        WhatItWas.SHERIFF: "el sheriff del condado",
        WhatItWas.PROBATION: "oficiales de probation del condado",
        WhatItWas.OTHER_FEDERAL: "otra agencia federal",
        WhatItWas.FARE_INSPECTORS: "inspectores de boletos",
        WhatItWas.PARKING: "agentes de estacionamiento",
        WhatItWas.FIRE_AMBULANCE: "bomberos o ambulancia",
        WhatItWas.EVICTION: "un desalojo",
        WhatItWas.FILM_CREW: "un equipo de cine",
        WhatItWas.SECURITY: "seguridad privada",
        WhatItWas.NOTHING: "no hay nada",
        WhatItWas.OTHER: "otra cosa",
    },
    "ko": {
        WhatItWas.LOCAL_POLICE: "지역 경찰",
        WhatItWas.SHERIFF: "카운티 보안관",
        WhatItWas.PROBATION: "보호관찰관",
        WhatItWas.OTHER_FEDERAL: "다른 연방기관",
        WhatItWas.FARE_INSPECTORS: "교통 검표원",
        WhatItWas.PARKING: "주차 단속원",
        WhatItWas.FIRE_AMBULANCE: "소방대 또는 구급차",
        WhatItWas.EVICTION: "강제 퇴거",
        WhatItWas.FILM_CREW: "촬영팀",
        WhatItWas.SECURITY: "사설 경비",
        WhatItWas.NOTHING: "아무 일 없음",
        WhatItWas.OTHER: "다른 일",
    },
}


def write(name: str, language: str, **facts: object) -> str:
    """Return the text `name` in `language`, from its file below `texts/`.

    `network` and `hotline` are known; `facts` fill in the rest of the placeholders.
    """
    network = Network.objects.current()
    known = {"network": network.short_name_in(language), "hotline": network.hotline}
    return _pattern(name, language).format(**{**known, **facts})


def what_in(language: str, what_it_was: str) -> str:
    """Return what a "not them" turned out to be, in the spelling of a text."""
    return WHAT.get(language, WHAT[FALLBACK])[WhatItWas(what_it_was)]


@cache
def _pattern(name: str, language: str) -> str:
    path = TEXTS / language / f"{name}.txt"
    path = path if path.exists() else TEXTS / FALLBACK / f"{name}.txt"
    return path.read_text(encoding="utf-8").strip()
