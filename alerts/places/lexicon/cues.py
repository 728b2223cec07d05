"""Small words that say how names belong together, in English, Spanish and Korean."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


MEETS = _set(
    "and & n nd an adn ans x × / \\ + @ at y e i con esq esqu esquina esquinas corner cor crn "
    "crossing cruce cruz cruza cruzando intersection interseccion int xing meets by 'n und "
    "하고 이랑 랑 와 과 및 이랑 그리고 n' adn amd ad con' and/ ~ cross"
)
"""Between two street names: they meet."""

NEAR = _set(
    "near by close around off past before after just right next to cross street streets st corner "
    "intersection of on in at the cerca junto frente enfrente afuera casi llegando pasando antes "
    "despues esquina con por sobre en de del la el calle calles a al lado beside outside from "
    "near: , : ( ) - nearest dash crossing crosses crosstreet xst xstreet x-street cruza cruce . "
    "코너 근처 쪽 앞 옆 부근 교차로 사거리 에서 에 the is its"
)
"""Between two street names, not as sure as MEETS: beside, close to, cross street."""

CORNER = _set(
    "corner corners crn esquina esq intersection interseccion cruce crossing crosswalk "
    "코너 교차로 사거리 모퉁이 삼거리"
)
"""Anywhere near two street names side by side: they are a crossing."""

SKIPPED = _set("the la el los las of de del calle avenida ave st street ( ) \" ' * _ # a en")
"""Between names these say nothing."""

BETWEEN = _set("between btwn btw betw bet bw b/w entre betwn betwen inbetween beetween bewteen bt 사이")
EITHER = _set("or o ó u 또는 아니면 혹은 이나")
UNTIL = _set("to hasta until thru through a & and y e n - 부터 에서 하고 이랑 랑 와 과 from down up toward")
"""The two ends of a stretch: between A AND B, from A TO B."""

HEADING = _set(
    "toward towards heading headed hacia rumbo direccion going driving northbound southbound "
    "eastbound westbound nb sb eb wb 방향 쪽으로 "
)
"""Before a street that is not where they are but where they go."""

BLOCK = _set("block blk blocks blck bloque cuadra cuadras bloc 블록 블럭")
NUMBER_WORDS = _set("number no num numero nro # num. 번지 번 호")
ARTICLE = _set("la el the los las")
IN_AREA = _set("in en around near inside throughout across entire whole all todo toda por zona area vicinity")
AREA_WORDS = _set(
    "area neighborhood neighbourhood district hood barrio zona vecindario vecindad 동네 지역 일대 쪽 ktown"
)
COUNTED = _set(
    "van vans car cars suv suvs truck trucks agent agents officer officers cop cops guy guys man men "
    "people ppl person persons vehicle vehicles unit units tahoe tahoes ford fords explorer explorers "
    "bus buses sedan sedans suburban suburbans male males female females dude dudes lady ladies woman "
    "women kids kid children feds fed ice black white gray grey unmarked masked armed big dark blue "
    "silver minute minutes mins min hours hour hrs hr am pm blocks miles feet times days day weeks "
    "camionetas camioneta carros carro autos trocas troca agentes agente hombres hombre personas "
    "persona patrullas patrulla oficiales oficial policias policia muchachos senores mujeres mujer "
    "vehiculos ninos minutos horas cuadras veces dias tipos tipo jornaleros vendedores blancas blancos "
    "negras negros trabajadores unmarked chevy chevys dodge transit cruisers cruiser motorcycles horses "
    "helicopters tactical plainclothes different other more other undercover unidades guardias "
    "명 대 번째 시 분 시간 일 층 살 개 번 사람 people's"
)
"""After a bare figure: a count or a time, not a street."""

ORDINAL_SPOILERS_AFTER = _set(
    "time times floor floors grade grader graders generation gen amendment day week month year line "
    "person one degree party shift place period anniversary birthday round class level story fl flr "
    "vez piso grado dia semana ano lugar nivel persona generacion turno cumpleanos of de enmienda "
    "번째 학년 층 hand world quarter option thing responders responder aid gear attempt visit try wave"
)
"""After "3rd" or "tercera": an order in time or rank, not a street."""

MONTHS = _set(
    "january february march april may june july august september october november december jan feb mar "
    "apr jun jul aug sep sept oct nov dec enero febrero marzo abril mayo junio julio agosto septiembre "
    "octubre noviembre diciembre 월 monday tuesday wednesday thursday friday saturday sunday lunes martes "
    "miercoles jueves viernes sabado domingo"
)
CLOCK_BEFORE = _set("las at since desde until till before after by a son eran")
PERSON_BEFORE = _set(
    "mr mrs ms miss dr sr sra srta senor senora senorita don dona named name names called llama llamado "
    "nombre apellido detective deputy judge pastor padre father sister brother cousin "
    "uncle aunt friend hija hijo primo prima tio tia hermano hermana esposo esposa nieta nieto sobrina "
    "sobrino novia novio amiga amigo abuela abuelo neighbor neighbour vecino vecina comadre compadre "
    "daughter son wife husband nephew niece boss coworker roommate grandma grandpa attorney lawyer "
    "senator councilmember congressman congresswoman president mayor girlfriend boyfriend son's ex "
    "primo licenciado maestra maestro teacher student"
)
"""Right before a name: it is a person's."""
PERSON_PHRASE = (
    ("name", "is"), ("names", "is"), ("se", "llama"), ("nombre", "es"), ("called",), ("named",),
    ("이름은",), ("이름이",),
)  # fmt: skip
KOREAN_PERSON_ENDS = ("씨", "님", "이네", "언니", "오빠", "아저씨", "아줌마")

NOT_BEFORE = _set("left leaving departed salieron dejaron not no isnt arent wasnt werent nope never ya tampoco")
GONE = _set(
    "anymore longer left gone cleared leaving was were estaban estuvieron fueron salieron earlier before "
    "antes ido went clear despejado"
)
MOVED = _set(
    "moved now moving relocated went switched headed actually correction ahora movieron mudaron movio "
    "fueron cambiaron pasaron correccion corrijo meant sino update currently instead rather 옮겼어요 "
    "옮겼 이동 이동했어요 지금은 정정 이제"
)
KOREAN_NOT = ("말고", "아니고", "아니라", "아니에요", "아닙니다", "아님")

EXIT = _set(
    "exit exits ramp ramps offramp onramp off-ramp on-ramp entrance entrada salida rampa onramps "
    "offramps 출구 진입로 램프 진출로 underpass overpass bridge under puente"
)
FREEWAY = _set("freeway fwy frwy freway autopista interstate highway hwy carretera i us sr 프리웨이 고속도로 번고속도로 번프리웨이")
STATION_WORDS = _set(
    "station metro subway train estacion tren rail stn sta 역 지하철역 지하철 메트로 메트로역 전철역 역에 "
    "역앞 역에서 stacion estasion metrorail line"
)
KOREAN_TAIL = (
    "하고 이랑 랑 와 과 및 에서는 에서도 에서 에는 에도 에 의 은 는 이 가 을 를 으로 로 쪽에서 쪽에 쪽 근처에서 근처에 근처 "
    "앞에서 앞에 앞 뒤에 뒤 옆에서 옆에 옆 코너에서 코너에 코너 사거리에서 사거리에 사거리 교차로에서 교차로에 교차로 역에서 역에 역앞 역 "
    "길 거리 대로 블러바드 블루버드 스트리트 애비뉴 입구에서 입구에 입구 주차장에서 주차장에 주차장 부근에서 부근에 부근 건너편에 건너편 "
    "맞은편에 맞은편 사이에 사이에서 사이 이에요 예요 입니다 인데요 인데 이요 요 도 만 까지 부터 이나 나 말고 아니고 아니라 안에 안에서 "
    "안 밖에 밖 쪽으로 방면 방향으로 방향 남쪽 북쪽 동쪽 서쪽 만나는 선상 지하철역 가에서 가에 한테 번지 길에 길에서 "
    "동네 지역 일대 쯤 정도 라고 이라는 라는 이고 고 에요 임 있는 있어요 봤어요"
).split()
"""What may hang on a Korean name, each possibly several times."""

KOREAN_AND = ("하고", "이랑", "랑", "와", "과", "및")
KOREAN_CORNER = ("코너", "교차로", "사거리", "만나는", "모퉁이")
