"""Addresses of the API; they are stable."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from alerts.api import views

doors: list[URLPattern] = [
    path("reports/", views.Reports.as_view(), name="api-reports"),
    path("incidents/", views.Incidents.as_view(), name="api-incidents"),
    path("incidents/<uuid:pk>/", views.OneIncident.as_view(), name="api-incident"),
    path("incidents/<uuid:pk>/claim/", views.ClaimIncident.as_view(), name="api-claim"),
    path("incidents/<uuid:pk>/judge/", views.JudgeIncident.as_view(), name="api-judge"),
    path("alerts/", views.Alerts.as_view(), name="api-alerts"),
    path("alerts/<uuid:pk>/", views.OneAlert.as_view(), name="api-alert"),
    path("alerts/<uuid:pk>/release/", views.ReleaseAlert.as_view(), name="api-release"),
    path("alerts/<uuid:pk>/stop/", views.StopAlert.as_view(), name="api-stop"),
    path("places/resolve/", views.ResolvePlace.as_view(), name="api-resolve"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include(doors)),
]
