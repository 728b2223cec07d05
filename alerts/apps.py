from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alerts import checks  # noqa: F401 - registers the system checks
from alerts.places import opening


class AlertsConfig(AppConfig):
    name = "alerts"
    verbose_name = _("Rapid response")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Read places from the index that `import_places` makes, once there is one."""
        opening.use(Path(settings.MEDIA_DIR) / opening.INDEX_NAME)
