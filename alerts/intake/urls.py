"""The public doors: home, the report form, receipts, and the carrier's webhook for texts."""

from django.urls import path

from alerts.intake import receipts, street_map, views, webhook

urlpatterns = [
    path("", views.home, name="home"),
    path("report/", views.report, name="report"),
    path("report/<str:secret>/", receipts.receipt, name="report-receipt"),
    path("map/streets.json", street_map.streets, name="streets"),
    path("twilio/sms/", webhook.sms, name="twilio-sms"),
]
