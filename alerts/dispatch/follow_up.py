"""After the send: who got an alert, and what a later word about it replaces."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from alerts.dispatch.audience import Sql
from alerts.models import (
    Alert,
    AlertStatus,
    Answer,
    Delivery,
    Incident,
    Kind,
    OptOut,
    Outbound,
    OutboundStatus,
    Responder,
    SkipReason,
    Wave,
)

CALLS = (Kind.ALERT, Kind.DRILL)
"""The kinds that are followed up."""
REPLACING = (Kind.UPDATE, Kind.ALL_CLEAR, Kind.STAND_DOWN, Kind.CORRECTION)
"""Kinds after whose release nothing earlier about the incident is true enough to be sent."""
NEVER_REPLACED = (Kind.CORRECTION, Kind.STAND_DOWN)
PORTIONS_M = (0, 1_000, 2_000, 4_000, 8_000)
"""Distances at which each portion of those who got it begins."""
NOT_WAITING = (Answer.What.HERE, Answer.What.CANNOT, Answer.What.LEFT)
"""Answers after which nobody needs to hear that enough people are going."""


def family(incident: Incident) -> QuerySet[Alert]:
    """Return the alerts about `incident` and about those merged into it."""
    return Alert.objects.filter(Q(incident=incident) | Q(incident__merged_into=incident))


def first_call(incident: Incident) -> Alert | None:
    """Return the first alert that went out about `incident`: what follow-ups refer to."""
    calls = family(incident).filter(kind__in=CALLS, released_at__isnull=False)
    return calls.order_by("released_at").first()


def handed_over(alert: Alert) -> QuerySet[Delivery]:
    """Return the texts to those whom the follow-up `alert` goes to, as known now.

    Everyone to whom a call about the incident was handed over, or may have been, except those
    who left since. A stand-down also reaches scouts who were sent to look. `enough` goes to
    those who may still be on their way, and only once.
    """
    kinds = (*CALLS, Kind.CHECK) if alert.kind == Kind.STAND_DOWN else CALLS
    opted_out = OptOut.objects.filter(digest=OuterRef("responder__opt_out_digest"))
    texts = Delivery.objects.got_it().filter(
        ~Exists(opted_out),
        ~Q(responder__status=Responder.Status.LEFT),
        alert__in=list(family(alert.incident).filter(kind__in=kinds)),
    )
    return _still_waiting(texts, alert) if alert.kind == Kind.ENOUGH else texts


def who_got_it(alert: Alert) -> list[Sql]:
    """Return the people of `handed_over` with the distance they had, nearest first.

    In portions, like an audience: planning the nearest looks at nobody farther away. Somebody
    who got several texts may stand there several times: one row is made of them.
    """
    texts = handed_over(alert)
    farther = zip(PORTIONS_M, (*PORTIONS_M[1:], None), strict=True)
    return [_people(_between(texts, nearest, farthest)) for nearest, farthest in farther]


def everybody_who_got_it(alert: Alert) -> Sql:
    """Return the people of `handed_over`, each once with the least distance they had."""
    texts = _people(handed_over(alert))
    sql = (
        "SELECT texts.responder_id, MIN(texts.distance_m) AS distance_m, texts.language"  # noqa: S608 - a statement of ours
        f" FROM ({texts.sql}) texts GROUP BY texts.responder_id, texts.language"
    )
    return Sql(sql, texts.params)


def _between(texts: QuerySet[Delivery], nearest: int, farthest: int | None) -> QuerySet[Delivery]:
    near = texts.filter(distance_m__gte=nearest)
    return near if farthest is None else near.filter(distance_m__lt=farthest)


def _people(texts: QuerySet[Delivery]) -> Sql:
    people = texts.values(
        "responder_id",
        "distance_m",
        language=F("responder__language"),
    )
    return Sql(*people.query.sql_with_params())


def _still_waiting(texts: QuerySet[Delivery], alert: Alert) -> QuerySet[Delivery]:
    related = list(family(alert.incident))
    answered = Answer.objects.filter(
        responder=OuterRef("responder"), alert__in=related, is_latest=True, what__in=NOT_WAITING
    )
    told = Delivery.objects.filter(
        responder=OuterRef("responder"),
        alert__in=[each for each in related if each.kind == Kind.ENOUGH and each != alert],
        status__in=(OutboundStatus.QUEUED, *Outbound.GOT_IT),
    )
    return texts.filter(~Exists(answered), ~Exists(told))


def replaced_by(alert: Alert) -> QuerySet[Alert]:
    """Return the released alerts that `alert` puts an end to."""
    if alert.kind not in REPLACING:
        return Alert.objects.none()
    return (
        family(alert.incident)
        .exclude(pk=alert.pk)
        .exclude(kind__in=NEVER_REPLACED)
        .filter(status=AlertStatus.RELEASED)
    )


def replace_earlier(alert: Alert, *, at: datetime) -> list[UUID]:
    """End what `alert` replaces, so that the pump claims nothing of it any more."""
    ended = list(replaced_by(alert).values_list("pk", flat=True))
    Alert.objects.filter(pk__in=ended, status=AlertStatus.RELEASED).update(
        status=AlertStatus.FINISHED, ended_at=at
    )
    Wave.objects.filter(alert__in=ended, is_done=False).update(is_done=True)
    return ended


def what_is_replaced(alert: Alert) -> QuerySet[Delivery]:
    """Return the texts still queued that must not leave because `alert` was released."""
    if alert.kind == Kind.ENOUGH:
        before = family(alert.incident).filter(kind__in=CALLS)
    elif alert.kind in REPLACING:
        before = family(alert.incident).exclude(kind__in=NEVER_REPLACED).exclude(pk=alert.pk)
    else:
        before = Alert.objects.none()
    latest = {"released_at__lte": alert.released_at} if alert.released_at else {}
    earlier = list(before.filter(released_at__isnull=False, **latest))
    return Delivery.objects.filter(alert__in=earlier, status=OutboundStatus.QUEUED)


def skip_what_is_replaced(alert: Alert, *, at: datetime) -> int:
    """Skip what is still queued of everything `alert` replaced; return how many texts."""
    reason = SkipReason.ENOUGH if alert.kind == Kind.ENOUGH else SkipReason.SUPERSEDED
    return what_is_replaced(alert).update(
        status=OutboundStatus.SKIPPED, skip_reason=reason, settled_at=at
    )
