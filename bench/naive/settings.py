"""A plain Django project as tutorials make it; NAIVE_TUNED=1 keeps what can be kept open."""

import os

import environ

SECRET_KEY = "not secret: only for measuring"
INSTALLED_APPS = ["bench.naive"]
DATABASES = {"default": environ.Env.db_url_config(os.environ["DATABASE_URL"])}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

IS_TUNED = os.environ.get("NAIVE_TUNED") == "1"
CELERY_BROKER_URL = os.environ["NAIVE_BROKER_URL"]
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("NAIVE_QUEUE", "naive")
CELERY_TASK_IGNORE_RESULT = True
if IS_TUNED:
    # Celery closes the database connection around every task unless told otherwise.
    CELERY_DB_REUSE_MAX = 1_000_000_000
    DATABASES["default"]["CONN_MAX_AGE"] = None

TWILIO_ACCOUNT_SID = os.environ["TWILIO_ACCOUNT_SID"]
TWILIO_AUTH_TOKEN = os.environ["TWILIO_AUTH_TOKEN"]
TWILIO_API_URL = os.environ["TWILIO_API_URL"]
FROM_NUMBER = os.environ["NETWORK_NUMBER"]
