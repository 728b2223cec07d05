"""Words that say what sort of place is meant: "escuela", "church", "역"."""

KIND_WORDS: dict[str, frozenset[str]] = {
    "school": frozenset(
        "school schools elementary elem middle high hs ms primary academy kinder kindergarten preschool "
        "charter escuela escuelita primaria secundaria prepa preparatoria colegio kinder "
        "학교 초등학교 중학교 고등학교 유치원 아카데미 college university universidad 대학교 대학".split()
    ),
    "church": frozenset(
        "church chapel parish temple synagogue mosque cathedral iglesia templo parroquia capilla "
        "catedral sinagoga mezquita catholic presbyterian methodist baptist lutheran catolica "
        "cristiana 교회 성당 절 사원".split()
    ),
    "park": frozenset(
        "park pk playground recreation rec garden gardens plaza square sq lake pool parque jardin "
        "parquecito lago cancha 공원 파크 놀이터 호수".split()
    ),
    "library": frozenset("library lib biblioteca libreria 도서관".split()),
    "hospital": frozenset(
        "hospital clinic medical center er clinica emergencia emergencias 병원 클리닉 응급실".split()
    ),
    "hotel": frozenset("hotel motel inn 호텔 모텔".split()),
    "market": frozenset(
        "market mkt supermarket grocery store mercado supermercado super tienda marketa "
        "마켓 마트 슈퍼 시장".split()
    ),
    "mall": frozenset("mall plaza galleria center centre shopping centro comercial 몰 플라자 쇼핑몰".split()),
    "restaurant": frozenset(
        "restaurant restaurante cafe coffee deli grill diner bakery panaderia taqueria 식당 레스토랑 "
        "카페 빵집".split()
    ),
    "consulate": frozenset("consulate consulado embassy embajada 영사관 총영사관".split()),
    "police": frozenset(
        "police station lapd division policia comisaria estacion precinct 경찰서 파출소".split()
    ),
    "station": frozenset(
        "station metro subway train estacion tren rail metrolink stn sta 역 지하철역 지하철 "
        "메트로 메트로역 전철역 스테이션".split()
    ),
    "theater": frozenset("theater theatre cinema teatro cine 극장 영화관".split()),
    "government": frozenset(
        "building courthouse court office edificio corte juzgado oficina hall 청사 법원 사무실".split()
    ),
    "home_improvement": frozenset("depot hardware ferreteria 홈디포".split()),
    "hotel_bar": frozenset(),
    "spa": frozenset("spa sauna 스파 사우나 찜질방".split()),
    "museum": frozenset("museum museo 박물관 미술관".split()),
    "bank": frozenset("bank banco 은행".split()),
    "gas": frozenset("gas station gasolinera 주유소".split()),
}
"""By category of a landmark. A landmark's name without these words is its core."""

CATEGORY_OF = {
    "rail_station": "station",
    "transit": "station",
    "supermarket": "market",
    "place_of_worship": "church",
    "university": "school",
    "college": "school",
    "kindergarten": "school",
    "clinic": "hospital",
    "motel": "hotel",
    "community": "government",
}
"""Finer categories and the one whose words they share."""

FILLER = frozenset("of the de del la el los las and y st street ave avenue blvd boulevard pl place".split())
"""Words that carry nothing in the core of a landmark's name."""

ALL_KIND_WORDS = frozenset().union(*KIND_WORDS.values())


def family(category: str) -> str:
    """Return the category whose words are used for `category`."""
    return CATEGORY_OF.get(category, category)
