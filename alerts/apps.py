from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from alerts import checks  # noqa: F401 - registers the system checks


class AlertsConfig(AppConfig):
    name = "alerts"
    verbose_name = _("Rapid response")
    default_auto_field = "django.db.models.BigAutoField"
