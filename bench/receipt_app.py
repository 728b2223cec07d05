"""The receipt door before Django, as the ASGI process of production serves it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapidresponse.settings")
django_application = get_asgi_application()

from alerts.dispatch.receipt_door import receipt_door  # noqa: E402 - needs the apps to be ready

application = receipt_door(django_application)
