"""What every page may show: the network, in the reader's language."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from alerts.models import Network


def network(request: HttpRequest) -> dict[str, object]:
    """Return the `network` of every template; asks the database only where it is used."""
    return {"network": SimpleLazyObject(Network.objects.current)}
