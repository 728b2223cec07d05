"""Every address of the product; the rooms' own lists are in `alerts/urls.py`."""

from django.urls import include, path

urlpatterns = [path("", include("alerts.urls"))]
