"""The carrier's receipts in production, served by granian over its own RSGI."""

import os

import django
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapidresponse.settings")

django.setup()
# By its name, because it needs the apps that the line above made ready.
application = import_string("alerts.dispatch.receipt_door.ReceiptsAlone")()
