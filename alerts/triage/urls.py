"""The desk's addresses."""

from django.urls import path

from alerts.triage.views import (
    desk,
    inbox,
    incident,
    judgement,
    live,
    map,
    photos,
    record,
    scouts,
    shifts,
    surge,
    threads,
)

INCIDENT = "desk/incidents/<uuid:pk>/"
REPORT = "desk/reports/<uuid:pk>/"

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/queue/", desk.queue, name="desk-queue"),
    path("desk/live/", live.live, name="desk-live"),
    path("desk/segments/", threads.segments, name="desk-segments"),
    path("desk/inbox/", inbox.inbox, name="inbox"),
    path("desk/inbox/<uuid:pk>/", inbox.read_as, name="inbox-read-as"),
    path("desk/shifts/", shifts.shifts, name="shifts"),
    path("desk/shifts/note/", shifts.leave_note, name="shift-note"),
    path("desk/shifts/<int:pk>/", shifts.change, name="shift-change"),
    path("desk/surge/", surge.surge, name="surge"),
    path("desk/surge/set-aside/", surge.set_aside, name="surge-set-aside"),
    path("desk/surge/restore/", surge.restore, name="surge-restore"),
    path("desk/surge/judge/", surge.judge_all, name="surge-judge"),
    path("desk/map/<slug:layer>.json", map.layer, name="desk-map"),
    path("desk/map/<int:z>/<int:x>/<int:y>", map.tile, name="desk-map-tile"),
    path("desk/photos/<uuid:pk>/", photos.photo, name="incident-photo"),
    path("desk/photos/<uuid:pk>/check/", photos.check, name="photo-check"),
    path(INCIDENT, incident.incident, name="incident"),
    path(f"{INCIDENT}live/", incident.live, name="incident-live"),
    path(f"{INCIDENT}claim/", incident.claim, name="incident-claim"),
    path(f"{INCIDENT}let-go/", incident.let_go, name="incident-let-go"),
    path(f"{INCIDENT}hand-over/", incident.hand_over, name="incident-hand-over"),
    path(f"{INCIDENT}place/", incident.place, name="incident-place"),
    path(f"{INCIDENT}describe/", incident.describe, name="incident-describe"),
    path(f"{INCIDENT}merge/", incident.merge, name="incident-merge"),
    path(f"{INCIDENT}take-apart/", incident.take_apart, name="incident-take-apart"),
    path(f"{INCIDENT}reopen/", incident.open_again, name="incident-reopen"),
    path(f"{INCIDENT}over/", incident.over, name="incident-over"),
    path(f"{INCIDENT}judge/", judgement.judge, name="incident-judge"),
    path(f"{INCIDENT}scouts/", scouts.send, name="incident-scouts"),
    path(f"{INCIDENT}stand-down/", scouts.stand_down, name="incident-stand-down"),
    path(f"{INCIDENT}record/", record.record, name="incident-record"),
    path(f"{REPORT}ask/", threads.ask, name="incident-ask"),
    path(f"{REPORT}reveal/", threads.reveal, name="report-reveal"),
    path(f"{REPORT}split/", incident.split, name="report-split"),
]
