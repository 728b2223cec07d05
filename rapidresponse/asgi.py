"""The live stream in production, everything in the demo; served by uvicorn."""

import os

from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapidresponse.settings")

pages = get_asgi_application()
# By its name, because it needs the apps that the line above made ready.
application = import_string("alerts.dispatch.receipt_door.receipt_door")(pages)
