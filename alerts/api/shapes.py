"""How an alert looks from outside."""

from typing import Any

from alerts.dispatch.preview import preview
from alerts.dispatch.progress import progress
from alerts.models import Alert


def alert_shape(alert: Alert) -> dict[str, Any]:
    """Return `alert` with its texts, its audience and what became of it, for AlertShape."""
    seen, so_far = preview(alert), progress(alert)
    return {
        "id": alert.pk,
        "code": alert.incident.code,
        "incident": alert.incident_id,
        "kind": alert.kind,
        "status": alert.status,
        "mode": alert.mode,
        "radius_m": alert.radius_m,
        "references": alert.references_id,
        "released_at": alert.released_at,
        "expires_at": alert.expires_at,
        "preview": [
            {"language": text.language, "text": text.text, "segments": text.segments}
            for text in seen.texts
        ],
        "audience": seen.audience,
        "seconds_to_last": seen.seconds_to_last,
        "needs_second_person": seen.needs_second_person,
        "deliveries": so_far.deliveries,
        "answers": so_far.answers,
    }
