"""JSON doors to the rooms below: they translate, the rooms decide."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alerts.api.limits import PerPerson, PerPersonReports
from alerts.api.pages import NewestFirst
from alerts.api.permissions import may, person_behind
from alerts.api.serializers import (
    AlertShape,
    CandidateShape,
    IncidentDetail,
    IncidentShape,
    Judgement,
    NewAlert,
    NewReport,
    NewReportAnswer,
    PlaceQuestion,
    Release,
    Sentence,
)
from alerts.api.shapes import alert_shape
from alerts.dispatch.drafting import draft
from alerts.dispatch.releasing import release, stop
from alerts.intake.language import guess
from alerts.intake.receiving import receive
from alerts.models import Alert, AlertStatus, Incident, IncidentStatus, Report, ReportReceipt
from alerts.places import resolve
from alerts.triage.evidence import Evidence
from alerts.triage.judging import judge
from alerts.triage.placing import place_at_words

CANDIDATES_MOST = 5
REFUSALS = {
    400: OpenApiResponse(description="Something is missing or wrong; the answer says what."),
    401: OpenApiResponse(Sentence, description="No key, or one that ran out."),
    403: OpenApiResponse(Sentence, description="The key has not the scope."),
    404: OpenApiResponse(Sentence, description="There is no such row."),
    429: OpenApiResponse(Sentence, description="Too many requests; Retry-After says how long."),
}
CONFLICT = {409: OpenApiResponse(Sentence, description="Somebody was first, or not verified.")}


class Reports(APIView):
    """Sightings."""

    permission_classes = [may("report")]
    throttle_classes = [PerPersonReports]

    @extend_schema(request=NewReport, responses={201: NewReportAnswer, **REFUSALS})
    def post(self, request: Request) -> Response:
        """File a report; the receipt is the secret address of its own page."""
        asked = NewReport(data=request.data)
        asked.is_valid(raise_exception=True)
        text = asked.validated_data["text"]
        with transaction.atomic():
            receipt, secret = ReportReceipt.objects.issue()
            receive(
                channel=Report.Channel.API,
                text=text,
                language=asked.validated_data.get("language") or guess(text),
                receipt=receipt,
                place_text=asked.validated_data["place"],
                lat=asked.validated_data["lat"],
                lon=asked.validated_data["lon"],
                saw_it=asked.validated_data["saw_it"],
            )
        url = settings.PUBLIC_URL + reverse("report-receipt", args=[secret])
        return Response({"receipt": secret, "status_url": url}, status=HTTPStatus.CREATED)


class Incidents(ListAPIView[Incident]):
    """Incidents, those with the newest report first."""

    permission_classes = [may("read")]
    throttle_classes = [PerPerson]
    serializer_class = IncidentShape
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Incident]:
        incidents = Incident.objects.select_related("holder")
        status = self.request.query_params.get("status")
        if not status:
            return incidents
        if status not in IncidentStatus.values:
            raise ValidationError({"status": f"One of: {', '.join(IncidentStatus.values)}."})
        return incidents.filter(status=status)

    @extend_schema(
        parameters=[OpenApiParameter("status", enum=IncidentStatus.values)],
        responses={200: IncidentShape(many=True), **REFUSALS},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List incidents."""
        return super().get(request, *args, **kwargs)


class OneIncident(RetrieveAPIView[Incident]):
    """One incident with its reports."""

    permission_classes = [may("read")]
    throttle_classes = [PerPerson]
    serializer_class = IncidentDetail
    queryset = Incident.objects.select_related("holder").prefetch_related(
        Prefetch("reports", Report.objects.order_by("received_at"))
    )

    @extend_schema(responses={200: IncidentDetail, **REFUSALS})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one incident."""
        return super().get(request, *args, **kwargs)


class ClaimIncident(APIView):
    """Holding an incident, so that nobody does the same work."""

    permission_classes = [may("judge")]
    throttle_classes = [PerPerson]

    @extend_schema(request=None, responses={200: IncidentShape, **REFUSALS, **CONFLICT})
    def post(self, request: Request, pk: UUID) -> Response:
        """Claim an incident for five minutes, or renew the claim."""
        incident = get_object_or_404(Incident, pk=pk)
        incident.claim(by=person_behind(request))
        return Response(IncidentShape(incident).data)


class JudgeIncident(APIView):
    """The judgement."""

    permission_classes = [may("judge")]
    throttle_classes = [PerPerson]

    @extend_schema(request=Judgement, responses={200: IncidentShape, **REFUSALS, **CONFLICT})
    def post(self, request: Request, pk: UUID) -> Response:
        """Judge an incident verified, not them, or not to be told."""
        incident = get_object_or_404(Incident, pk=pk)
        asked = Judgement(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        with transaction.atomic():
            if said["place"] and not place_at_words(incident, said["place"]):
                raise ValidationError({"place": "No such place is known; name a crossing."})
            judge(
                incident,
                by=person_behind(request),
                outcome=said["outcome"],
                what_it_was=said["what_it_was"],
                salute=said["salute"],
                evidence=Evidence(**said["evidence"]) if said["evidence"] else None,
            )
        incident.refresh_from_db()
        return Response(IncidentShape(incident).data)


class Alerts(APIView):
    """Drafting alerts."""

    permission_classes = [may("release")]
    throttle_classes = [PerPerson]

    @extend_schema(request=NewAlert, responses={201: AlertShape, **REFUSALS, **CONFLICT})
    def post(self, request: Request) -> Response:
        """Draft an alert and see exactly what would go out, to how many, and when."""
        asked = NewAlert(data=request.data)
        asked.is_valid(raise_exception=True)
        columns = dict(asked.validated_data)
        alert = draft(columns.pop("incident"), by=person_behind(request), **columns)
        return Response(AlertShape(alert_shape(alert)).data, status=HTTPStatus.CREATED)


class OneAlert(APIView):
    """One alert and what became of it."""

    permission_classes = [may("read")]
    throttle_classes = [PerPerson]

    @extend_schema(responses={200: AlertShape, **REFUSALS})
    def get(self, request: Request, pk: UUID) -> Response:
        """Show one alert."""
        return Response(AlertShape(alert_shape(find_alert(pk))).data)


class ReleaseAlert(APIView):
    """Letting an alert out."""

    permission_classes = [may("release")]
    throttle_classes = [PerPerson]

    @extend_schema(
        request=Release,
        responses={
            200: AlertShape,
            202: OpenApiResponse(AlertShape, description="A second person has to release it."),
            **REFUSALS,
            **CONFLICT,
        },
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Release an alert, or ask for the second person it needs."""
        asked = Release(data=request.data)
        asked.is_valid(raise_exception=True)
        alert = find_alert(pk)
        release(alert, by=person_behind(request), place=asked.validated_data["place"])
        alert.refresh_from_db()
        waits = alert.status == AlertStatus.AWAITING_APPROVAL
        status = HTTPStatus.ACCEPTED if waits else HTTPStatus.OK
        return Response(AlertShape(alert_shape(alert)).data, status=status)


class StopAlert(APIView):
    """Stopping an alert takes one person."""

    permission_classes = [may("release")]
    throttle_classes = [PerPerson]

    @extend_schema(request=None, responses={200: AlertShape, **REFUSALS, **CONFLICT})
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop what of an alert has not gone out."""
        alert = find_alert(pk)
        stop(alert, by=person_behind(request))
        alert.refresh_from_db()
        return Response(AlertShape(alert_shape(alert)).data)


class ResolvePlace(APIView):
    """Where is it?"""

    permission_classes = [may("read")]
    throttle_classes = [PerPerson]

    @extend_schema(request=PlaceQuestion, responses={200: CandidateShape(many=True), **REFUSALS})
    def post(self, request: Request) -> Response:
        """Turn free text in three languages into places, best first; none when it names none."""
        asked = PlaceQuestion(data=request.data)
        asked.is_valid(raise_exception=True)
        found = resolve(asked.validated_data["text"])[:CANDIDATES_MOST]
        return Response({"results": CandidateShape(found, many=True).data, "next": None})


def find_alert(pk: UUID) -> Alert:
    """Return an alert with its incident; raise Http404."""
    return get_object_or_404(Alert.objects.select_related("incident"), pk=pk)
