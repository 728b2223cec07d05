"""The shapes of the API, as DESIGN and the schema at /api/schema/ promise them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from alerts.models import Alert, Incident, Kind, Report, Verification, WhatItWas

TEXT_MOST = 4_000
RADIUS_MOST_M = 50_000


class LatitudeField(serializers.FloatField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=-90, max_value=90, **kwargs)


class LongitudeField(serializers.FloatField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=-180, max_value=180, **kwargs)


class NewReport(serializers.Serializer[Any]):
    """A sighting, in the reporter's own words."""

    text = serializers.CharField(max_length=TEXT_MOST)
    place = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")
    lat = LatitudeField(required=False, allow_null=True, default=None)
    lon = LongitudeField(required=False, allow_null=True, default=None)
    saw_it = serializers.BooleanField(required=False, allow_null=True, default=None)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["lat"] is None) != (attrs["lon"] is None):
            raise serializers.ValidationError(_("Give both lat and lon, or neither."))
        said = {True: Report.Tri.YES, False: Report.Tri.NO, None: Report.Tri.UNSAID}
        attrs["saw_it"] = said[attrs["saw_it"]]
        return attrs


class NewReportAnswer(serializers.Serializer[Any]):
    receipt = serializers.CharField()
    status_url = serializers.URLField()


class PlaceShape(serializers.Serializer[Incident]):
    label = serializers.CharField(source="place_label")  # type: ignore[assignment]  # ours to name
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(source="place_confidence", allow_null=True)


class IncidentShape(serializers.ModelSerializer[Incident]):
    place = PlaceShape(source="*")
    holder = serializers.CharField(source="holder.name", allow_null=True, default=None)

    class Meta:
        model = Incident
        fields = (
            "id",
            "code",
            "status",
            "what_it_was",
            "place",
            "independent_reporters",
            "reported_at",
            "last_report_at",
            "holder",
            "claim_ends_at",
            "judged_at",
            "is_drill",
        )


class ReportShape(serializers.ModelSerializer[Report]):
    text = serializers.CharField()

    class Meta:
        model = Report
        fields = ("id", "channel", "received_at", "language", "text", "saw_it", "still_going")


class IncidentDetail(IncidentShape):
    reports = ReportShape(many=True)
    salute = serializers.DictField(child=serializers.CharField())

    class Meta(IncidentShape.Meta):
        fields = (*IncidentShape.Meta.fields, "salute", "reports")  # type: ignore[assignment]  # longer


class SaluteShape(serializers.Serializer[Any]):
    """Size, activity, location, unit, time, equipment: observation, not interpretation."""

    size = serializers.CharField(max_length=200, required=False, allow_blank=True)
    activity = serializers.CharField(max_length=200, required=False, allow_blank=True)
    location = serializers.CharField(max_length=200, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=200, required=False, allow_blank=True)
    time = serializers.CharField(max_length=200, required=False, allow_blank=True)
    equipment = serializers.CharField(max_length=200, required=False, allow_blank=True)


class EvidenceShape(serializers.Serializer[Any]):
    seen_by = serializers.ChoiceField(Verification.SeenBy.choices)
    agency_by = serializers.CharField(max_length=400, allow_blank=True, default="")
    not_seen = serializers.CharField(max_length=400, allow_blank=True, default="")
    note = serializers.CharField(max_length=1_000, allow_blank=True, default="")


class Judgement(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(["verified", "not_ice", "unverifiable"])
    what_it_was = serializers.ChoiceField(WhatItWas.choices, allow_blank=True, default="")
    place = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")
    salute = SaluteShape(required=False, default=dict)
    evidence = EvidenceShape(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["outcome"] == "not_ice" and not attrs["what_it_was"]:
            raise serializers.ValidationError({"what_it_was": _("Say what it was.")})
        if attrs["outcome"] == "verified" and not attrs["evidence"]:
            raise serializers.ValidationError({"evidence": _("Say who saw it and how you know.")})
        return attrs


class NewAlert(serializers.Serializer[Any]):
    incident = serializers.PrimaryKeyRelatedField(queryset=Incident.objects.all())
    kind = serializers.ChoiceField(Kind.choices)
    references = serializers.PrimaryKeyRelatedField(
        queryset=Alert.objects.all(), required=False, allow_null=True, default=None
    )
    mode = serializers.ChoiceField(Alert.Mode.choices, default=Alert.Mode.WAVES)
    radius_m = serializers.IntegerField(min_value=1, max_value=RADIUS_MOST_M, default=1_500)
    words = serializers.CharField(required=False, allow_blank=True, default="")
    what_it_was = serializers.ChoiceField(WhatItWas.choices, allow_blank=True, default="")


class PreviewTextShape(serializers.Serializer[Any]):
    language = serializers.CharField()
    text = serializers.CharField()
    segments = serializers.IntegerField()


class AlertShape(serializers.Serializer[Any]):
    """An alert with what would be sent, or was."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    incident = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    status = serializers.ChoiceField(Alert.Status.choices)
    mode = serializers.ChoiceField(Alert.Mode.choices)
    radius_m = serializers.IntegerField()
    references = serializers.UUIDField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    preview = PreviewTextShape(many=True)
    audience = serializers.IntegerField()
    seconds_to_last = serializers.FloatField()
    needs_second_person = serializers.BooleanField()
    deliveries = serializers.DictField(child=serializers.IntegerField())
    answers = serializers.DictField(child=serializers.IntegerField())


class Release(serializers.Serializer[Any]):
    place = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")


class Sentence(serializers.Serializer[Any]):
    detail = serializers.CharField()


class PlaceQuestion(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000, allow_blank=True, trim_whitespace=False)


class CandidateShape(serializers.Serializer[Any]):
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    label = serializers.CharField()  # type: ignore[assignment]  # ours to name
    kind = serializers.CharField()
    precision_m = serializers.FloatField()
    confidence = serializers.FloatField()
    words = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField())
