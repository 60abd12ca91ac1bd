"""Settings, all from the environment (see docs/operations/settings.md).

``DATABASE_URL`` is the application's role: neither owner nor superuser nor BYPASSRLS, so that row-level security
binds it. ``OWNER_DATABASE_URL`` is the role that owns the tables; only ``migrate --database owner`` uses it.
"""

from pathlib import Path

import environ
from celery.schedules import crontab

from electionadmin.logs import LOGGING_CONFIGURATION, configure_structlog

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
# The demo and the tests are served over plain HTTP on the loopback address; everything else is HTTPS only.
HTTPS = env.bool("HTTPS", default=not (DEBUG or DEMO))

INSTALLED_APPS = [
    "electionadmin.apps.PlatformAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_linear_migrations",
    "django_prometheus",
    "django_tables2",
    "core",
    "municipalities",
    "documents",
    "delivery",
    "elections",
    "districts",
    "voters",
    "convocations",
    "demo",
    "electionadmin.apps.ElectionAdminConfig",
]
FIRST_PARTY_APPS = ["core", "municipalities", "delivery", "elections", "districts", "voters", "convocations"]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "municipalities.middleware.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.RequestContextMiddleware",
    "municipalities.middleware.LanguageMiddleware",
    "municipalities.middleware.SecondFactorMiddleware",
    "municipalities.middleware.MunicipalityMiddleware",
    "municipalities.middleware.NotAPageMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "electionadmin.urls"
WSGI_APPLICATION = "electionadmin.wsgi.application"

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
                "electionadmin.context.frame",
            ],
        },
    },
]

# ---------------------------------------------------------------------------------------------------- database
DATABASES = {
    "default": env.db_url("DATABASE_URL"),
    "owner": env.db_url("OWNER_DATABASE_URL", default=env.str("DATABASE_URL")),
}
for _database in DATABASES.values():
    _database["ENGINE"] = "django.db.backends.postgresql"
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    # No prepared statements: works behind PgBouncer in transaction mode.
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "prepare_threshold": None}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASE_ROUTERS = ["electionadmin.routers.ApplicationRouter"]
# In the memory of each process: of a map the last few that somebody looked at (docs/adr/0013-map.md). Apart from the one that holds the
# codes used to sign in: what is many must not push out what has to be remembered.
_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _MEMORY},
    "maps": {"BACKEND": _MEMORY, "LOCATION": "maps", "TIMEOUT": 12 * 60 * 60, "OPTIONS": {"MAX_ENTRIES": 60}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------------------------------------------ people
AUTH_USER_MODEL = "municipalities.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "municipality_choice"
ACCOUNT_ADAPTER = "municipalities.adapters.AccountAdapter"  # no sign-up: users are made by their municipality
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False  # counters are shared: closing the browser ends the session
MFA_ADAPTER = "municipalities.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "municipalities.key_forms.AddKeyForm",
    "edit_webauthn": "municipalities.key_forms.EditKeyForm",
    "authenticate": "municipalities.code_forms.OnceAuthenticateForm",
    "reauthenticate": "municipalities.code_forms.OnceReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Verkiezingen"
MFA_TOTP_TOLERANCE = 1  # half minutes: who reads a code at its end still has time to type it, on a clock that is a little off
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by the municipality and are never confirmed by a link
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# A second factor is asked of every role; only the demo's made-up users may do without.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "core.middleware.client_address"
AXES_USERNAME_CALLABLE = "municipalities.access.attempted_username"
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["login", "username", "password"]  # kept as asterisks
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # axes counts them, in the database, for all processes together
ACCOUNT_SESSION_REMEMBER = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
SUPPORT_SESSION_MINUTES = 60

# ---------------------------------------------------------------------------------------------------- security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "img-src": ["'self'", "data:"],
        "manifest-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
    }
}

# ----------------------------------------------------------------------------------------- languages and format
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["electionadmin.formats"]
USE_THOUSAND_SEPARATOR = True

# ---------------------------------------------------------------------------------------------------------- map
# Where the ground of the map comes from: an address with {z}, {x} and {y}. Nothing: the map draws streets from the addresses alone.
MAP_TILES = env.str("MAP_TILES", default="")
MAP_TILES_ATTRIBUTION = env.str("MAP_TILES_ATTRIBUTION", default="")
# Metres from which the preparatory checks call a building far: from the nearest of its voters, and from half of them.
FAR_FROM_NEAREST = env.int("FAR_FROM_NEAREST", default=300)
FAR_FROM_MEDIAN = env.int("FAR_FROM_MEDIAN", default=2500)

# ------------------------------------------------------------------------------------------------ files, uploads
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": env.str("STORAGE_BACKEND", default="django.core.files.storage.FileSystemStorage")},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "files"
# For an S3-compatible storage only (STORAGE_BACKEND); the keys are read by boto3 itself, from its own variables. A large file goes there in
# parts from the disk; what is opened lies in memory up to a megabyte and on the disk beyond, or a run of cards would fill the web server.
AWS_STORAGE_BUCKET_NAME = env.str("AWS_STORAGE_BUCKET_NAME", default="")
AWS_S3_ENDPOINT_URL = env.str("AWS_S3_ENDPOINT_URL", default=None)
AWS_S3_REGION_NAME = env.str("AWS_S3_REGION_NAME", default=None)
AWS_S3_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/bootstrap5-list.html"

# --------------------------------------------------------------------------------------------------- long work
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that does not answer costs a request three seconds, not its life: the job stands and is sent again.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 12 * 60 * 60, "socket_connect_timeout": 3}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ALWAYS_EAGER = env.bool("TASKS_INLINE", default=False)
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_TIME_LIMIT = 4 * 60 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "recover-jobs": {"task": "municipalities.recover_jobs", "schedule": env.float("JOB_RECOVERY_SECONDS", default=20.0)},
    "verify-audit": {"task": "municipalities.verify_audit", "schedule": crontab(hour="3", minute="0")},
}
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)

# --------------------------------------------------------------------------------------------------------- mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="verkiezingen@localhost")

# --------------------------------------------------------------------------------------------- logs and metrics
configure_structlog()
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = LOGGING_CONFIGURATION
PROMETHEUS_EXPORT_MIGRATIONS = False
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
