"""Writing an alert: what it says in every language, frozen until somebody releases or edits it."""

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.dispatch.facts import facts_of, is_placed
from alerts.dispatch.follow_up import family, first_call
from alerts.dispatch.reach import reach_of
from alerts.dispatch.refusals import (
    AlreadyReleased,
    KindNotAllowed,
    NothingToFollow,
    NotLocated,
    NotVerified,
    Superseded,
    WordsNotAllowed,
)
from alerts.dispatch.typed import checked
from alerts.dispatch.wording import Wording, word
from alerts.models import (
    Alert,
    AlertStatus,
    AlertText,
    Event,
    Incident,
    IncidentStatus,
    Kind,
    Network,
    Person,
    Verification,
)
from alerts.models.kinds import RULES

FITS: dict[str, tuple[IncidentStatus, ...]] = {
    Kind.CHECK: Incident.UNJUDGED,
    Kind.ALERT: (IncidentStatus.VERIFIED,),
    Kind.UPDATE: (IncidentStatus.VERIFIED,),
    Kind.ENOUGH: (IncidentStatus.VERIFIED,),
    Kind.ALL_CLEAR: (IncidentStatus.VERIFIED, IncidentStatus.OVER),
    Kind.STAND_DOWN: (IncidentStatus.VERIFIED, IncidentStatus.NOT_ICE, IncidentStatus.OVER),
    Kind.CORRECTION: (IncidentStatus.NOT_ICE,),
    Kind.DRILL: Incident.OPEN,
}
"""What must be known about an incident for a text of each kind to be true."""

RADIUS_MOST_M = 20_000


def draft(
    incident: Incident,
    *,
    kind: str,
    by: Person,
    mode: str = Alert.Mode.WAVES,
    radius_m: int = 1_500,
    words: str = "",
    references: Alert | None = None,
    what_it_was: str = "",
) -> Alert:
    """Write an alert of `kind` about `incident` in every language of the network.

    `words`: at most 60 typed characters. `what_it_was`: for a correction, else as judged.
    Raise NotVerified, NothingToFollow, NotLocated, TooManyWords, WordsNotAllowed, TextFails or
    KindNotAllowed; then nothing was written.
    """
    with transaction.atomic():
        incident.refresh_from_db()
        check_fits(incident, kind)
        alert = Alert(
            incident=incident,
            kind=kind,
            references=_referred(incident, kind, references),
            verification=_verification(incident),
            drafted_by=by,
        )
        _fill(alert, mode=mode, radius_m=radius_m, words=words, what_it_was=what_it_was)
        alert.save(force_insert=True)
        _freeze(alert)
        Event.objects.note(incident, Event.What.DRAFTED, by=by, detail=str(alert.kind))
    return alert


def edit(
    alert: Alert,
    *,
    by: Person,
    mode: str | None = None,
    radius_m: int | None = None,
    words: str | None = None,
    what_it_was: str | None = None,
) -> Alert:
    """Write a draft anew, with what is known now; `by` is then who wrote it.

    Any approval asked for is void. Raise AlreadyReleased, Superseded and what `draft` raises.
    """
    with transaction.atomic():
        alert = locked(alert)
        check_fits(alert.incident, alert.kind)
        if alert.status == AlertStatus.AWAITING_APPROVAL:
            alert.move(AlertStatus.DRAFT, asked_by=None, asked_at=None)
        alert.drafted_by, alert.drafted_at = by, timezone.now()
        alert.verification = _verification(alert.incident)
        _fill(
            alert,
            mode=alert.mode if mode is None else mode,
            radius_m=alert.radius_m if radius_m is None else radius_m,
            words=alert.words if words is None else words,
            what_it_was=alert.what_it_was if what_it_was is None else what_it_was,
        )
        alert.save()
        alert.texts.all().delete()
        _freeze(alert)
    return alert


def locked(alert: Alert) -> Alert:
    """Return `alert` as it is now, locked; raise AlreadyReleased or Superseded if it was decided.

    Call it inside a transaction.
    """
    fresh = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    if fresh.status == AlertStatus.STOPPED:
        raise Superseded(_("Somebody stopped this before it went out."))
    if fresh.status not in {AlertStatus.DRAFT, AlertStatus.AWAITING_APPROVAL}:
        raise AlreadyReleased
    return fresh


def check_fits(incident: Incident, kind: str) -> None:
    """Raise NotVerified, NotLocated or KindNotAllowed if `kind` cannot be said of `incident`."""
    rule = RULES.get(kind)
    if rule is None:
        raise KindNotAllowed(_("There is no such kind of text."))
    if incident.status == IncidentStatus.MERGED:
        raise KindNotAllowed(_("This incident was merged into another: write from there."))
    if rule.needs_verification and _verification(incident) is None:
        raise NotVerified
    if incident.status not in FITS[kind]:
        raise KindNotAllowed(_why_not(kind, incident))
    if incident.is_drill and kind in {Kind.CHECK, Kind.ALERT}:
        raise KindNotAllowed(_("This is a drill: only drill texts start from it."))
    if kind == Kind.DRILL and not incident.is_drill:
        raise KindNotAllowed(_("This incident is not a drill."))
    if not is_placed(incident):
        raise NotLocated


def texts_of(alert: Alert) -> list[Wording]:
    """Return what `alert` says in each language as things stand; raise TextFails."""
    network = Network.objects.current()
    facts = facts_of(alert, network=network)
    return [word(alert.kind, language, facts, network=network) for language in network.languages]


def _why_not(kind: str, incident: Incident) -> str | Promise:
    if kind == Kind.CORRECTION:
        return _("Judge it first: not them, and what it was. Then correct the alert.")
    if kind == Kind.CHECK:
        return _("This incident was judged already: there is nothing left to check.")
    if incident.status == IncidentStatus.NOT_ICE:
        return _("It was judged not to be them: only a correction or a stand-down fits.")
    return KindNotAllowed.sentence


def _verification(incident: Incident) -> Verification | None:
    return Verification.objects.filter(pk=incident.pk).first()


def _referred(incident: Incident, kind: str, references: Alert | None) -> Alert | None:
    if not RULES[kind].follows:
        return None
    first = references or first_call(incident)
    if first is None or first.released_at is None:
        raise NothingToFollow
    if not family(incident).filter(pk=first.pk).exists():
        raise NothingToFollow(_("That alert is about another incident."))
    return first


def _fill(alert: Alert, *, mode: str, radius_m: int, words: str, what_it_was: str) -> None:
    if words.strip() and not alert.rule.takes_words:
        raise WordsNotAllowed(_("This kind of text takes no words of your own."))
    alert.mode = Alert.Mode(mode) if alert.kind == Kind.ALERT else Alert.Mode.EVERYONE
    alert.radius_m = min(max(radius_m, 1), RADIUS_MOST_M)
    alert.words = checked(words)
    if alert.kind == Kind.CORRECTION:
        alert.what_it_was = what_it_was or alert.incident.what_it_was


def _freeze(alert: Alert) -> None:
    """Write the exact texts down, so that an approval approves bytes."""
    alert.incident.give_code()
    AlertText.objects.bulk_create(
        AlertText(alert=alert, language=w.language, body=w.body, segments=w.segments)
        for w in texts_of(alert)
    )
    alert.audience = reach_of(alert).people
    Alert.objects.filter(pk=alert.pk).update(audience=alert.audience)
