"""The live stream in production; everything in the demo. Served by uvicorn."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapidresponse.settings")

application = get_asgi_application()
