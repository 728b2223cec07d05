"""Real reports stay in sight while thousands of false ones come in."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from alerts.models import Event, Heartbeat, Incident, IncidentStatus, Photo, Report
from alerts.triage.board import board
from alerts.triage.copies import mark_copies
from alerts.triage.gathering import gather
from alerts.triage.importance import weigh_again, weigh_many
from alerts.triage.judging import judge

FAKES = 300
REAL = 20
WANTED = 19
LINES = 25

REAL_TEXTS = (
    "2 agents in green vests stopping a man by the bus stop",
    "hay como cinco de la migra tocando puertas en el edificio azul",
    "요원들이 가게 앞에서 사람을 붙잡고 있어요",
    "white suburban with federal plates parked across the laundry",
    "se llevaron a dos jardineros, estan todos llorando",
    "they're asking everybody for papers at the car wash",
    "veo tres camionetas negras y uno con chaleco de ERO",
    "masked men took a flower seller just now",
)
LIES = (
    "URGENT huge raid happening everyone must run hide right now",
    "they are arresting children inside the church send everybody quickly",
    "ICE has rifles shooting people please everybody come fight them",
)


def corner(row: int) -> tuple[tuple[float, float], str]:
    """Crossing number `row` of a made-up grid, 250 m apart."""
    return (34.02 + (row % 40) * 0.0023, -118.36 + (row // 40) * 0.0028), f"{row} St & Row Ave"


@pytest.fixture
def dice() -> random.Random:
    return random.Random(20_26)


@pytest.fixture
def real(make_report, numbers, dice) -> Callable[[], list[Report]]:
    """Twenty people who each saw something of their own."""

    def make() -> list[Report]:
        rows = []
        for row in range(REAL):
            at, label = corner(row * 7)
            words = REAL_TEXTS[row % len(REAL_TEXTS)].split()
            dice.shuffle(words)
            text = " ".join(words[: 4 + row % 4] + [f"near {label}"])
            rows.append(make_report(text, at=at, label=label))
        return rows

    return make


def many_numbers(count: int) -> Iterator[str]:
    for row in range(count):
        yield f"+1{('213', '310', '323', '424', '818')[row % 5]}5550{row // 5:03d}"


def copied_by_200_numbers(make_report, dice) -> Iterator[Report]:
    senders = list(many_numbers(200))
    for row in range(FAKES):
        at, label = corner(dice.randrange(400))
        text = f"{LIES[row % 3]} at {label}"
        yield make_report(text, at=at, label=label, number=senders[row % 200])


def one_time_web_posts(make_report, dice) -> Iterator[Report]:
    for row in range(FAKES):
        at, label = corner(dice.randrange(400))
        words = f"{dice.choice(LIES)} {row} {dice.choice(REAL_TEXTS)}".split()
        dice.shuffle(words)
        yield make_report(
            " ".join(words),
            at=at,
            label=label,
            number=None,
            saw_it=dice.choice(["yes", ""]),
            still_going=dice.choice(["yes", ""]),
        )


def half_plausible(make_report, dice) -> Iterator[Report]:
    posts, copies = one_time_web_posts(make_report, dice), copied_by_200_numbers(make_report, dice)
    for row in range(FAKES // 2):
        yield next(copies)
        report = next(posts)
        at, label = corner((row % REAL) * 7)
        Report.objects.filter(pk=report.pk).update(
            text_index=f"p{row}", lat=at[0] + 0.0011, lon=at[1]
        )
        report.refresh_from_db()
        yield report


@pytest.mark.parametrize("mix", [copied_by_200_numbers, one_time_web_posts, half_plausible])
def test_it_keeps_the_real_reports_in_the_first_25_lines(mix, make_report, real, dice):
    fakes, truths = list(mix(make_report, dice)), real()
    everything = [*fakes, *truths]
    dice.shuffle(everything)
    for report in everything:
        gather(report)
    mark_copies(timezone.now())

    shown = [row.incident.pk for row in board(now=timezone.now()).needs[:LINES]]

    found = Report.objects.filter(pk__in=[one.pk for one in truths], incident__in=shown)
    assert found.count() >= WANTED


# -- What is marked ------------------------------------------------------------------------


def test_it_marks_one_text_sent_about_many_corners(gathered):
    reports = []
    for row in range(5):
        at, label = corner(row * 3)
        reports.append(gathered(f"{LIES[0]} at {label}", at=at, label=label))
    alone = gathered("two agents talking with a man in the parking lot", at=(34.05, -118.2))

    assert mark_copies(timezone.now()) == 5
    assert mark_copies(timezone.now()) == 0

    alone.refresh_from_db()
    assert not alone.is_doubtful
    words = " ".join(" ".join(row.reasons) for row in board(now=timezone.now()).needs)
    assert "one text many times" in words


def test_it_marks_nobody_for_short_words_everybody_uses(gathered):
    for row in range(8):
        at, label = corner(row * 3)
        gathered(f"la migra en {label}", at=at, label=label)

    assert mark_copies(timezone.now()) == 0


def test_it_marks_the_same_few_words_without_a_place(gathered):
    for _copy in range(5):
        gathered("la migra!!", at=None)

    assert mark_copies(timezone.now()) == 5


def test_it_marks_a_number_that_reports_everywhere(gathered, numbers):
    number = numbers()
    for row in range(5):
        at, label = corner(row * 3)
        gathered(REAL_TEXTS[row], at=at, label=label, number=number)

    assert mark_copies(timezone.now()) == 5


def test_it_trusts_a_responder_who_reports_a_lot(gathered, make_responder):
    number = make_responder().number
    for row in range(5):
        at, label = corner(row * 3)
        gathered(REAL_TEXTS[row], at=at, label=label, number=number)

    assert mark_copies(timezone.now()) == 0


def test_it_finds_copies_that_came_while_the_sweep_was_down(gathered, make_report):
    mark_copies(timezone.now())
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=20))
    for row in range(5):
        at, label = corner(row * 3)
        gathered(f"{LIES[1]} at {label}", at=at, label=label, minutes_ago=10)

    assert mark_copies(timezone.now()) == 5


def test_it_counts_copies_about_many_corners_as_one_witness(gathered):
    first = gathered(f"{LIES[0]} at 6th", minutes_ago=1)
    for row in range(4):
        gathered(f"{LIES[0]} at 6th, {row} of them")
    mark_copies(timezone.now())

    first.incident.refresh_from_db()
    assert first.incident.reports.count() == 5
    assert first.incident.independent_reporters == 1


def test_it_does_not_sink_a_true_report_under_copies_about_it(gathered):
    true = gathered(REAL_TEXTS[0]).incident
    weight = true.weight
    for _copy in range(5):
        gathered(f"{LIES[0]} at 6th")
    mark_copies(timezone.now())

    true.refresh_from_db()
    assert true.reports.count() == 6
    assert true.weight == weight


def test_it_ranks_who_was_right_before_above_who_was_not(gathered, make_person, numbers):
    number, by = numbers(), make_person()
    earlier = gathered(number=number, minutes_ago=120).incident
    earlier.judge(IncidentStatus.VERIFIED, by=by)
    gathered("something", at=corner(1)[0])
    proven = gathered("something else", at=corner(9)[0], number=number)

    rows = board(now=timezone.now()).needs
    assert rows[0].incident == proven.incident
    assert "from somebody who was right before" in rows[0].reasons


# -- Set aside, and judged alike ---------------------------------------------------------------


@pytest.fixture
def cluster(gathered) -> list[Incident]:
    """Six corners about which the same words came."""
    return [
        gathered(f"{LIES[2]} at {corner(row * 3)[1]}", at=corner(row * 3)[0]).incident
        for row in range(6)
    ]


def shape(incident: Incident) -> str:
    return incident.reports.first().shape_index


def test_it_sets_a_cluster_aside_and_brings_it_back(verifier, cluster):
    assert "6 copies" in verifier.get("/desk/surge/").content.decode()

    verifier.post("/desk/surge/set-aside/", {"text": shape(cluster[0])})
    assert board(now=timezone.now()).needs_total == 0
    assert "6 set aside" in verifier.get("/desk/").content.decode()
    assert cluster[0].events.filter(what=Event.What.SET_ASIDE, by=verifier.person).count() == 1

    verifier.post("/desk/surge/restore/", {"text": shape(cluster[0])})
    assert board(now=timezone.now()).needs_total == 6
    assert Report.objects.count() == 6


def test_it_leaves_an_incident_in_which_somebody_else_speaks(verifier, cluster, gathered):
    gathered(REAL_TEXTS[0], at=corner(0)[0])

    verifier.post("/desk/surge/set-aside/", {"text": shape(cluster[1])})

    (row,) = board(now=timezone.now()).needs
    assert row.incident == cluster[0]


def test_it_leaves_what_somebody_holds(verifier, approver, cluster):
    cluster[0].claim(by=approver.person)

    verifier.post("/desk/surge/set-aside/", {"text": shape(cluster[0])})

    assert Incident.objects.get(set_aside_at=None) == cluster[0]
    again = verifier.post("/desk/surge/set-aside/", {"text": shape(cluster[0])}, follow=True)
    assert "Nothing was set aside: others speak there too" in again.content.decode()


@pytest.mark.parametrize("text", ["", "nonsense"])
def test_it_sets_nothing_aside_for_no_cluster(verifier, gathered, text):
    gathered("🚨", at=None)
    verifier.post("/desk/surge/set-aside/", {"text": text})

    assert Incident.objects.get().set_aside_at is None


def test_it_judges_many_alike_with_one_line_each(verifier, approver, cluster):
    cluster[0].claim(by=approver.person)
    judge(cluster[1], by=approver.person, outcome=IncidentStatus.UNVERIFIABLE)

    page = verifier.post(
        "/desk/surge/judge/",
        {
            "incident": [str(one.pk) for one in cluster] + ["nonsense"],
            "outcome": "not_ice",
            "what_it_was": "nothing",
        },
        follow=True,
    )

    assert "4 incidents judged." in page.content.decode()
    assert "Somebody else has the others in hand" in page.content.decode()
    assert Incident.objects.filter(status="not_ice").count() == 4
    judged = Event.objects.filter(what=Event.What.JUDGED, by=verifier.person)
    assert judged.count() == 4


@pytest.mark.parametrize(
    "typed",
    [
        {"outcome": "not_ice", "what_it_was": "nothing"},
        {"incident": ["x"], "outcome": "unverifiable"},
        {"outcome": "verified"},
        {"outcome": "not_ice"},
    ],
)
def test_it_judges_nothing_it_was_not_told_to(verifier, cluster, typed):
    keys = [] if "what_it_was" in typed else [str(one.pk) for one in cluster]

    assert verifier.post("/desk/surge/judge/", {"incident": keys, **typed}).status_code == 302
    assert Incident.objects.filter(status="new").count() == 6


def test_it_marks_a_flood_in_pieces_and_forgets_no_part(gathered, monkeypatch):
    monkeypatch.setattr("alerts.triage.copies.MOST_MARKED", 4)
    monkeypatch.setattr("alerts.triage.copies.TOGETHER", 3)
    for row in range(10):
        at, label = corner(row * 3)
        gathered(f"{LIES[1]} at {label}", at=at, label=label)

    marked = [mark_copies(timezone.now()) for _look in range(4)]

    assert marked == [4, 4, 2, 0]
    assert Report.objects.filter(is_doubtful=True).count() == 10


def test_it_weighs_many_as_it_weighs_one(gathered, make_responder, make_person, numbers):
    reports = [
        gathered("two agents by the bus stop", still_going="yes", number=make_responder().number),
        gathered("one more at the corner", saw_it="yes"),
        gathered("four men near the laundry", at=corner(9)[0], label="9 St", number=None),
    ]
    Photo.objects.create(report=reports[2], width=1, height=1, checked="yes")
    keys = {report.incident.pk for report in reports}
    for incident in Incident.objects.filter(pk__in=keys):
        weigh_again(incident)
    one_by_one = set(Incident.objects.values_list("pk", "weight", "independent_reporters"))
    Incident.objects.update(weight=0, independent_reporters=0)

    with transaction.atomic():
        weigh_many(keys)

    assert set(Incident.objects.values_list("pk", "weight", "independent_reporters")) == one_by_one


def test_it_marks_many_with_few_queries(gathered, django_assert_max_num_queries):
    for row in range(30):
        at, label = corner(row * 3)
        gathered(f"{LIES[1]} at {label}", at=at, label=label)

    with django_assert_max_num_queries(22):
        assert mark_copies(timezone.now()) == 30
