"""Which door leads to which room: each room lists its own addresses from the site's root."""

from django.urls import include, path

ROOMS = ("api", "intake", "triage", "dispatch", "responders", "guard")

urlpatterns = [path("", include(f"alerts.{room}.urls")) for room in ROOMS]
