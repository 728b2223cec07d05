"""All settings, read from top to bottom; values come from the environment.

The names are in `.env.example`. A missing key stops the start; missing credentials switch a
feature off, and a system check says so.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from rapidresponse import demo, environment

BASE_DIR = Path(__file__).resolve().parent.parent

# -- The demo ------------------------------------------------------------------------------
DEMO = environment.flag("DEMO")
PORT = environment.whole("PORT", 8000)
DEMO_DIR = Path(environment.text("DEMO_DIR", str(BASE_DIR / ".demo")))
if DEMO:
    demo.prepare(DEMO_DIR, port=PORT)
SIMULATOR_TOKEN = environment.text("SIMULATOR_TOKEN", "")

# -- Keys ----------------------------------------------------------------------------------
SECRET_KEY = environment.text("SECRET_KEY")
FIELD_KEYS = environment.key_ring("FIELD_KEYS")
INDEX_KEY = environment.key("INDEX_KEY")
INDEX_KEY_PREVIOUS = environment.key("INDEX_KEY_PREVIOUS", needed=False)
SUPPRESSION_KEY = environment.key("SUPPRESSION_KEY")
AUDIT_KEY = environment.key("AUDIT_KEY")

# -- Where we are --------------------------------------------------------------------------
DEBUG = False
PUBLIC_URL = environment.text("PUBLIC_URL").rstrip("/")
if urlsplit(PUBLIC_URL).scheme not in {"http", "https"} or not urlsplit(PUBLIC_URL).hostname:
    raise ImproperlyConfigured("PUBLIC_URL must be a whole address such as https://example.org.")
IS_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", str(urlsplit(PUBLIC_URL).hostname))
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "rapidresponse.urls"
WSGI_APPLICATION = "rapidresponse.wsgi.application"
ASGI_APPLICATION = "rapidresponse.asgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "knox",
    "alerts",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "alerts.guard.static_files.static_files",
    "alerts.guard.headers.SafeHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "alerts.guard.sessions.SessionLimitsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "alerts.guard.enrolment.SecondFactorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alerts.guard.context.network",
            ],
        },
    },
]

# -- Database ------------------------------------------------------------------------------
DATABASE_URL = environment.text("DATABASE_URL", f"sqlite:///{BASE_DIR / 'rapidresponse.sqlite3'}")
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # An answered report must survive a power cut, so FULL and not the popular NORMAL.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
        ),
    }
    # In-memory databases cannot be shared with the pump's own thread.
    DATABASES["default"]["TEST"] = {
        "NAME": environment.text("TEST_SQLITE", str(BASE_DIR / ".pytest_cache" / "test.sqlite3"))
    }
else:
    # After a restart of PostgreSQL the pool would hand out its dead connections one by one.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # The address may carry options of its own, such as the folder of a Unix socket.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        pool={"min_size": 0, "max_size": environment.whole("DATABASE_POOL", 10), "timeout": 10},
        # To start a helper takes longer than any question of ours, and takes a processor away.
        options="-c statement_timeout=30000 -c lock_timeout=5000"
        " -c max_parallel_workers_per_gather=0",
    )

# -- Celery: the database is the queue, Redis is the doorbell ---------------------------------
REDIS_URL = environment.text("REDIS_URL", "")
CELERY_BROKER_URL = REDIS_URL or "memory://"
# kombu wants its own scheme for a Unix socket.
if REDIS_URL.startswith("unix://"):
    socket = REDIS_URL.replace("unix://", "redis+socket://", 1)
    CELERY_BROKER_URL = socket.replace("?db=", "?virtual_host=", 1)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    {
        "visibility_timeout": 120,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "health_check_interval": 10,
        "socket_timeout": 15,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
    }
    if REDIS_URL
    else {"polling_interval": 0.05}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TASK_DEFAULT_QUEUE = "housekeeping"
CELERY_TASK_ROUTES = {
    "alerts.dispatch.tasks.pump": {"queue": "pump"},
    "alerts.dispatch.tasks.beat_pump": {"queue": "pump"},
    "alerts.dispatch.tasks.beat_housekeeping": {"queue": "housekeeping"},
    "alerts.dispatch.tasks.compare_ledger": {"queue": "housekeeping"},
    "alerts.dispatch.tasks.*": {"queue": "inbound"},
    "alerts.intake.tasks.*": {"queue": "inbound"},
}

CACHES = {
    "default": (
        {"BACKEND": "alerts.guard.cache.SteadyRedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# -- Carrier -------------------------------------------------------------------------------
CARRIER = environment.choice("CARRIER", ("twilio", "simulator", "memory"), "twilio")
if CARRIER == "simulator" and not DEMO:
    raise ImproperlyConfigured("CARRIER=simulator is for the demo: start it with `make demo`.")
TWILIO_ACCOUNT_SID = environment.text("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = environment.text("TWILIO_AUTH_TOKEN", "")
TWILIO_AUTH_TOKEN_PREVIOUS = environment.text("TWILIO_AUTH_TOKEN_PREVIOUS", "")
TWILIO_API_KEY = environment.text("TWILIO_API_KEY", "")
TWILIO_API_SECRET = environment.text("TWILIO_API_SECRET", "")
TWILIO_MESSAGING_SERVICE_SID = environment.text("TWILIO_MESSAGING_SERVICE_SID", "")
TWILIO_API_URL = environment.text("TWILIO_API_URL", "").rstrip("/")
NETWORK_NUMBER = environment.text("NETWORK_NUMBER", "")

# -- When the carrier itself is down ---------------------------------------------------------
PAGER_URL = environment.text("PAGER_URL", "")
PAGER_EMAIL = environment.words("PAGER_EMAIL")
EMAIL_URL = environment.text("EMAIL_URL", "")
# Sets Django's own EMAIL_BACKEND, EMAIL_HOST and so on.
vars().update(environ.Env.email_url_config(EMAIL_URL or "dummymail://"))
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", f"desk@{urlsplit(PUBLIC_URL).hostname}")

# -- People and sign-in ----------------------------------------------------------------------
AUTH_USER_MODEL = "alerts.User"
AUTHENTICATION_BACKENDS = ["alerts.guard.backends.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "alerts.guard.adapters.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "alerts.guard.adapters.SealedFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
# The proxy of docker-compose.yml sets this header itself and drops what a client sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# With "no-referrer" browsers send "Origin: null" with our own forms, which CSRF must refuse.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Named like the setting of Django 6, whose middleware will replace ours.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "connect-src": ["'self'"],
    "font-src": ["'self'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

# -- Uploads -------------------------------------------------------------------------------
MEDIA_DIR = Path(environment.text("MEDIA_DIR", str(BASE_DIR / "media")))

# A raster PMTiles file for the ground of the desk's map; empty for our own lines alone.
MAP_TILES = environment.text("MAP_TILES", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# More photos than are kept must not cost the report: those beyond four are left out with a word.
DATA_UPLOAD_MAX_NUMBER_FILES = 100
# Photos never touch the disk unsealed: they are read in memory or refused.
FILE_UPLOAD_HANDLERS = ["alerts.intake.uploads.BoundedMemoryUploadHandler"]

# -- API -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["alerts.api.tokens.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"person": "60/min", "report": "300/min"},
    "EXCEPTION_HANDLER": "alerts.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
}
KNOX_TOKEN_MODEL = "alerts.ApiToken"  # noqa: S105 - a model, no password
# Its migrations would make the table of the model that ours replaces.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=10), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Rapid-response dispatcher",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_NAME_OVERRIDES": {
        "IncidentStatus": "alerts.models.IncidentStatus",
        "AlertStatus": "alerts.models.AlertStatus",
        "Kind": "alerts.models.Kind",
        "WhatItWas": "alerts.models.WhatItWas",
        "YesNoUnsaid": "alerts.models.reports.Report.Tri",
    },
}

# -- Words and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("ko", _("Korean"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "rapidresponse.formats"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
TIME_ZONE = "UTC"
USE_TZ = True

# -- Static files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}
SERVESTATIC_USE_FINDERS = DEMO

# -- Logs: rows by id, never a number, a name, an address or what somebody wrote ---------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "alerts.guard.logs.RedactNumbers"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["redact"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},
    },
}
DEFAULT_EXCEPTION_REPORTER = "alerts.guard.logs.QuietExceptionReporter"
