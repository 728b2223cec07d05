"""A made-up country around the real city, to see what a large gazetteer costs.

30,000 invented streets in 170 towns and 20,000 invented landmarks, many of them branches of
chains and many names one letter from a real one. Nothing in it is real but the shipped rows.
"""

import random
from collections.abc import Iterator

from alerts.places.rows import PlaceRow
from alerts.places.shipped import shipped_rows

TOWNS = 170
STREETS_IN_TOWN = 180
LANDMARKS = 20_000
HEADS = (
    "al ar bel ber bro cal car che cor dal del el fer fon gar gra har hol jef kel lan lar lin mar "
    "mel mon mor nor oak pal par ral ros san sel ter tol val ver wal wes wil win yor zam cham dor"
).split()
MIDDLES = ",a,an,be,den,di,er,fa,i,ing,la,mi,o,ri,ton,vi".split(",")
TAILS = (
    "aby alda ana ander ante ardo ase ava bury dale edo ela ena endo enia era eros etta field "
    "ford ica ida iera illo ina inda ington ino ira ison ita land ley man mont more oma ona onda "
    "oni oro ose oval shire son ton umbra una uso view ville wood worth"
).split()
FIRST_WORDS = (
    "Old New North Upper Silver Golden Green Red White Black Big Little San Santa Los Las El La "
    "Camino Paseo Via Mount Lake River Saint Fort Indian Quail Eagle Deer Fox Bear Wolf Maple Cedar"
).split()
TYPES = ("St", "Ave", "Blvd", "Dr", "Pl", "Rd", "Ct", "Way", "Ln")
CHAINS = (
    "7-Eleven Starbucks Target Costco Walmart Ralphs Vons Walgreens CVS McDonald's Subway Chevron "
    "Shell AutoZone Superior Vallarta Northgate Norms Denny's IHOP"
).split()
KINDS = (
    ("school", "{} Elementary School", "Escuela {}"),
    ("school", "{} Middle School", "Secundaria {}"),
    ("church", "{} Church", "Iglesia {}"),
    ("park", "{} Park", "Parque {}"),
    ("library", "{} Library", "Biblioteca {}"),
    ("market", "{} Market", "Mercado {}"),
    ("restaurant", "{} Restaurant", "{} Grill"),
    ("hospital", "{} Medical Center", "Hospital {}"),
)


def large_world(places: int, seed: int = 7) -> Iterator[PlaceRow]:
    """Yield `places` rows: the shipped gazetteer first, then invented ones.

    The same seed gives the same rows.
    """
    rng = random.Random(seed)
    count = 0
    for row in shipped_rows():
        count += 1
        yield row
    names = _names(rng, TOWNS * STREETS_IN_TOWN)
    for number in range(LANDMARKS):
        yield _landmark(rng, number, names)
    left = places - count - LANDMARKS
    for town in range(TOWNS):
        some = left // (TOWNS - town)
        yield from _town(rng, town, names[town * STREETS_IN_TOWN :][:STREETS_IN_TOWN], some)
        left -= some


def _names(rng: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        name = (rng.choice(HEADS) + rng.choice(MIDDLES) + rng.choice(TAILS)).capitalize()
        if rng.random() < 0.35:
            name = f"{rng.choice(FIRST_WORDS)} {name}"
        found[name] = None
    return list(found)


def _corner(town: int) -> tuple[float, float]:
    """Return the south-west corner of a town: a ring of towns 20 to 120 km around the city."""
    return 33.2 + 0.13 * (town // 13), -119.1 + 0.13 * (town % 13)


def _town(rng: random.Random, town: int, names: list[str], count: int) -> Iterator[PlaceRow]:
    lat, lon = _corner(town)
    half = len(names) // 2
    streets = [f"{name} {rng.choice(TYPES)}" for name in names]
    for number in rng.sample(range(half * half), count):
        row, column = divmod(number, half)
        yield PlaceRow(
            key=f"big-x{town}-{number}",
            kind="crossing",
            name=f"{streets[row]} & {streets[half + column]}",
            lat=lat + row * 0.001,
            lon=lon + column * 0.0012,
            precision_m=15,
            source="made up",
            details={"streets": [streets[row], streets[half + column]], "weight": 20},
        )


def _landmark(rng: random.Random, number: int, names: list[str]) -> PlaceRow:
    lat, lon = _corner(rng.randrange(TOWNS))
    if rng.random() < 0.3:
        category, name, other = "shop", rng.choice(CHAINS), ""
    else:
        category, name, other = rng.choice(KINDS)
        words = rng.choice(names)
        name, other = name.format(words), other.format(words)
    return PlaceRow(
        key=f"big-l{number}",
        kind="landmark",
        name=name,
        names=(other,) if other else (),
        lat=lat + rng.random() * 0.09,
        lon=lon + rng.random() * 0.1,
        precision_m=40,
        source="made up",
        details={"category": category},
    )
