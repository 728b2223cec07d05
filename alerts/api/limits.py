"""How often a key may knock. Two keys of one person share one allowance."""

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from alerts.models import User


class PerPerson(SimpleRateThrottle):
    """Counts by person, so that a second key is not a second allowance."""

    scope = "person"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if not isinstance(request.user, User):
            return None
        return self.cache_format % {"scope": self.scope, "ident": request.user.person_id}


class PerPersonReports(PerPerson):
    """Reports come in floods; refusing one may lose it."""

    scope = "report"
