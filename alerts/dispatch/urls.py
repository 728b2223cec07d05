"""The addresses of texts to responders."""

from django.urls import path

from alerts.dispatch import views, webhook

ALERT = "desk/alerts/<uuid:pk>/"

urlpatterns = [
    path("twilio/status/<str:code>/", webhook.take_receipt, name="twilio-status"),
    path("desk/incidents/<uuid:pk>/alert/", views.draft_alert, name="alert-draft"),
    path("desk/alerts/", views.alert_list, name="alerts"),
    path(ALERT, views.alert, name="alert"),
    path(f"{ALERT}edit/", views.edit_alert, name="alert-edit"),
    path(f"{ALERT}release/", views.release_alert, name="alert-release"),
    path(f"{ALERT}stop/", views.stop_alert, name="alert-stop"),
    path(f"{ALERT}progress/", views.alert_progress, name="alert-progress"),
]
