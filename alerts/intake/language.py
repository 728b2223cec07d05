"""Which of our languages a text is written in: enough to answer in the same one."""

import re
import unicodedata

from alerts.intake.words import plain

SPANISH_CHARACTERS = re.compile(r"[áéíóúñ¿¡]", re.IGNORECASE)
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")

# Small words say more about a language than the words for what happened: everybody around here
# says "migra", "ICE" and the names of the streets.
SPANISH = frozenset(
    "a afuera ahi ahora ahorita algo alguien alla alto anda andan aqui asi ayuda bajo bien buenas"
    " buenos calle camioneta camionetas carro carros casa cerca como con cuando cuantos cuidado"
    " de del dentro desde donde dos el ella ellos en enfrente entre es esa ese eso esquina esta"
    " estan estas este esto favor frente fue fuera gente gracias hace hacia hay hola hoy iglesia"
    " junto la las le les lleva llevando llevaron llevo lo los mas me mi mire muchos muy nadie ni"
    " no nos o oficiales otra otro para parada parque pero policia por porque que quien redada se"
    " senor senora si sin sobre son su sus tambien tarde tienen todo todos tres trocas un una unas"
    " uno unos va van vayan veo vi viene vienen voy y ya yo".split()
)
ENGLISH = frozenset(
    "a about across agents and any are around at away be between block by can car careful cars"
    " corner don dont down everyone for from front going guys has have he heard help here her his"
    " how i if in inside is it its just like lot man many masked me men my near need next not now"
    " of off officers on or our out outside over parked parking people please possible questioning"
    " raid right saw says see seen she someone spotted still stop street taking the there these"
    " they this three to today truck trucks two unmarked up van vans vehicle vehicles was we were"
    " what where white who with you your".split()
)


def guess(text: str, *, otherwise: str = "en") -> str:
    """Return "en", "es" or "ko": the language of `text`, or `otherwise` when it says too little."""
    composed = unicodedata.normalize("NFC", text)
    if HANGUL.search(composed):
        return "ko"
    words = plain(composed).split()
    spanish = sum(word in SPANISH for word in words)
    english = sum(word in ENGLISH for word in words)
    spanish += bool(SPANISH_CHARACTERS.search(composed))
    if spanish == english:
        return "es" if "migra" in words and not english else otherwise
    return "es" if spanish > english else "en"
