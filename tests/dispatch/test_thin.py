from alerts.dispatch.drafting import draft
from alerts.dispatch.releasing import release
from alerts.models import Alert, Delivery, Kind
import pytest


@pytest.mark.django_db(transaction=True)
def test_thin(make_verified_incident, make_person, make_responder, outbox, run_pump):
    for language in ("en", "es", "ko"):
        make_responder(language=language)
    incident = make_verified_incident()
    by = make_person()
    alert = draft(incident, kind=Kind.ALERT, by=by)
    print(alert.audience, [t.body for t in alert.texts.all()])
    print(release(alert, by=by))
    print(Delivery.objects.values("status", "distance_m", "wave"))
    run_pump()
    print([t.body for t in outbox])
    assert len(outbox) == 3
