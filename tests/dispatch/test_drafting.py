"""Writing an alert."""

import shutil

import pytest

from alerts.dispatch import facts, wording
from alerts.dispatch.drafting import FITS, draft, edit
from alerts.dispatch.refusals import (
    AlreadyReleased,
    KindNotAllowed,
    NothingToFollow,
    NotLocated,
    NotVerified,
    Superseded,
    TextFails,
    TooManyWords,
    WordsNotAllowed,
)
from alerts.dispatch.releasing import release, stop
from alerts.models import Alert, AlertText, Event, IncidentStatus, Kind, Network
from alerts.models.kinds import RULES

pytestmark = pytest.mark.django_db

UNVERIFIED = [kind for kind in Kind if RULES[kind].needs_verification]


def test_it_freezes_the_text_in_every_language(make_alert, make_responder):
    make_responder()
    alert = make_alert()
    assert [text.language for text in alert.texts.all()] == ["en", "es", "ko"]
    assert alert.texts.get(language="en").body.startswith("Ktown RRN VERIFIED K-001 ")
    assert alert.status == Alert.Status.DRAFT
    assert alert.audience == 1
    assert not alert.deliveries.exists()


def test_it_writes_only_the_networks_languages(make_alert, network):
    Network.objects.update(languages=["es"])
    assert [text.language for text in make_alert().texts.all()] == ["es"]


def test_it_notes_who_wrote_it(make_alert, volunteer):
    event = make_alert().incident.events.get(what=Event.What.DRAFTED)
    assert (event.by, event.detail) == (volunteer, "alert")


@pytest.mark.parametrize("kind", UNVERIFIED)
def test_it_refuses_what_needs_a_verification_without_one(kind, make_incident, volunteer):
    with pytest.raises(NotVerified):
        draft(make_incident(), kind=kind, by=volunteer)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("status", IncidentStatus.values)
@pytest.mark.parametrize("kind", Kind.values)
def test_it_says_only_what_fits_the_judgement(
    kind, status, make_released, make_verified_incident, volunteer, make_incident
):
    incident = make_verified_incident(is_drill=kind == Kind.DRILL)
    if kind != Kind.DRILL:
        make_released(incident)
    type(incident).objects.filter(pk=incident.pk).update(
        status=status,
        what_it_was="probation" if status == "not_ice" else "",
        merged_into=make_incident() if status == "merged" else None,
    )
    if status in FITS[kind]:
        assert draft(incident, kind=kind, by=volunteer).status == Alert.Status.DRAFT
    else:
        with pytest.raises(KindNotAllowed) as refused:
            draft(incident, kind=kind, by=volunteer)
        assert str(refused.value).endswith(".")


def test_it_writes_checks_about_what_nobody_verified(make_incident, make_responder, volunteer):
    make_responder(is_scout=True)
    alert = draft(make_incident(), kind=Kind.CHECK, by=volunteer)
    assert alert.verification is None
    assert "NOT confirmed" in alert.texts.get(language="en").body


def test_it_lets_drill_texts_start_from_a_drill_only(make_incident, volunteer):
    drill = make_incident(is_drill=True)
    with pytest.raises(KindNotAllowed):
        draft(drill, kind=Kind.CHECK, by=volunteer)
    with pytest.raises(KindNotAllowed):
        draft(make_incident(), kind=Kind.DRILL, by=volunteer)
    text = draft(drill, kind=Kind.DRILL, by=volunteer).texts.get(language="es")
    assert text.body.startswith("SIMULACRO ")


def test_it_refuses_an_unknown_kind(make_verified_incident, volunteer):
    with pytest.raises(KindNotAllowed):
        draft(make_verified_incident(), kind="panic", by=volunteer)


def test_it_refuses_an_incident_without_a_place(make_verified_incident, volunteer):
    with pytest.raises(NotLocated):
        draft(make_verified_incident(at=None), kind=Kind.ALERT, by=volunteer)


@pytest.mark.parametrize("kind", [kind for kind in Kind if RULES[kind].follows])
def test_it_follows_nothing_when_nothing_went_out(kind, make_alert, volunteer):
    incident = make_alert().incident
    if kind == Kind.CORRECTION:
        incident.judge(IncidentStatus.NOT_ICE, by=volunteer, what_it_was="sheriff")
    with pytest.raises(NothingToFollow):
        draft(incident, kind=kind, by=volunteer)


def test_it_does_not_follow_an_alert_about_something_else(
    make_released, make_verified_incident, volunteer
):
    other, here = make_released(), make_verified_incident()
    with pytest.raises(NothingToFollow):
        draft(here, kind=Kind.UPDATE, by=volunteer, references=other)


def test_it_refers_to_the_first_alert(make_released, volunteer):
    first = make_released()
    make_released(first.incident)
    assert draft(first.incident, kind=Kind.UPDATE, by=volunteer).references == first


def test_it_refuses_too_many_words(make_alert):
    with pytest.raises(TooManyWords):
        make_alert(words="x" * 61)


@pytest.mark.parametrize("kind", [Kind.ENOUGH, Kind.ALL_CLEAR, Kind.STAND_DOWN])
def test_it_takes_no_words_where_a_template_says_all(kind, make_released, volunteer):
    alert = make_released()
    with pytest.raises(WordsNotAllowed):
        draft(alert.incident, kind=kind, by=volunteer, words="hello")


def test_it_corrects_with_what_it_was_judged_to_be(make_released, volunteer):
    alert = make_released()
    alert.incident.judge(IncidentStatus.NOT_ICE, by=volunteer, what_it_was="fare_inspectors")
    correction = draft(alert.incident, kind=Kind.CORRECTION, by=volunteer)
    assert "It was fare inspectors." in correction.texts.get(language="en").body
    assert "Eran inspectores de pasajes." in correction.texts.get(language="es").body


def test_it_writes_nothing_when_one_language_fails(
    tmp_path, monkeypatch, make_verified_incident, volunteer
):
    shutil.copytree(facts.TEXTS, tmp_path / "texts")
    (tmp_path / "texts" / "ko" / "alert.txt").write_text("{{ nothing_we_know }}")
    monkeypatch.setattr(wording, "TEXTS", tmp_path / "texts")
    with pytest.raises(TextFails):
        draft(make_verified_incident(), kind=Kind.ALERT, by=volunteer)
    assert not Alert.objects.exists()
    assert not AlertText.objects.exists()


# -- Editing ---------------------------------------------------------------------------------
def test_it_writes_the_text_anew_when_edited(make_alert, make_person):
    alert, editor = make_alert(), make_person()
    edited = edit(alert, by=editor, words="NE lot")
    assert "NE lot." in edited.texts.get(language="en").body
    assert edited.texts.count() == 3
    assert edited.drafted_by == editor


def test_it_voids_the_approval_that_was_asked_for(make_alert, network, make_responder, volunteer):
    Network.objects.update(second_person_above=0)
    make_responder()
    alert = make_alert()
    release(alert, by=volunteer)
    edited = edit(alert, by=volunteer, words="NE lot")
    edited.refresh_from_db()
    assert (edited.status, edited.asked_by, edited.asked_at) == (Alert.Status.DRAFT, None, None)


def test_it_keeps_what_an_edit_does_not_name(make_alert, volunteer):
    alert = make_alert(mode=Alert.Mode.EVERYONE, radius_m=3_000, words="NE lot")
    edited = edit(alert, by=volunteer)
    assert (edited.mode, edited.radius_m, edited.words) == ("everyone", 3_000, "NE lot")


def test_it_does_not_change_what_went_out(make_released, volunteer):
    alert = make_released()
    with pytest.raises(AlreadyReleased):
        edit(alert, by=volunteer, words="NE lot")


def test_it_does_not_change_what_was_thrown_away(make_alert, volunteer):
    alert = make_alert()
    stop(alert, by=volunteer)
    with pytest.raises(Superseded):
        edit(alert, by=volunteer)
