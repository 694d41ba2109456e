"""All settings; every variable of the environment is declared here with its type and default."""

import sys
from pathlib import Path
from urllib.parse import unquote

import environ
import structlog

from config.navigation import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
DEFAULT_SECRET_KEY = "not-secret-only-for-demo-and-tests-not-secret-only-for-demo"  # noqa: S105

env = environ.Env(
    SECRET_KEY=(str, DEFAULT_SECRET_KEY),
    IDENTITY_KEY=(str, DEFAULT_SECRET_KEY),  # keys the hash by which identity numbers are found; never changed
    DEBUG=(bool, False),
    DEMO=(bool, False),
    DEMO_PASSWORD=(str, "demo-2026"),
    ALLOWED_HOSTS=(list, ["127.0.0.1", "localhost"]),
    CSRF_TRUSTED_ORIGINS=(list, []),
    DATABASE_URL=(str, ""),
    DATABASE_OWNER_URL=(str, ""),  # migrates; without it DATABASE_URL does both
    DATABASE_POOL=(bool, False),
    REDIS_URL=(str, ""),
    EMBEDDED=(list, []),  # set by config.embedded, never by hand
    EMAIL_URL=(str, "consolemail://"),
    HTTPS=(bool, False),
    LOG_LEVEL=(str, "INFO"),
)
environ.Env.read_env(BASE_DIR / ".env")

SECRET_KEY = env("SECRET_KEY")
IDENTITY_KEY = env("IDENTITY_KEY")
DEBUG = env("DEBUG")
DEMO = env("DEMO")
DEMO_PASSWORD = env("DEMO_PASSWORD")
TESTING = "pytest" in sys.modules
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env("CSRF_TRUSTED_ORIGINS")
EMBEDDED_POSTGRES = "postgres" in env("EMBEDDED")
EMBEDDED_REDIS = "redis" in env("EMBEDDED")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "import_export",
    "common",
    "registry",
    "filings",
    "settlement",
    "clearing",
    "coordination",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def database(url: str) -> dict[str, object]:
    """One role's way into the database; without a URL only commands that need none can run."""
    if not url:
        return {"ENGINE": "django.db.backends.dummy"}
    entry = dict(environ.Env.db_url_config(url))
    entry["HOST"] = unquote(entry["HOST"])  # a socket's directory comes percent-encoded
    if env("DATABASE_POOL"):
        entry["OPTIONS"] = {**entry.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 8}}
    return entry


DATABASES = {
    "default": database(env("DATABASE_URL")),
    "owner": database(env("DATABASE_OWNER_URL") or env("DATABASE_URL")),
}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "registry.Staff"
AUTHENTICATION_BACKENDS = ["registry.permissions.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = BASE_DIR / "var" / "media"

REDIS_URL = env("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)  # kombu's word for a socket
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = (
    "tests" if TESTING else "portal"
)  # a portal running beside the tests is not given their work
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {"tick": {"task": "config.tasks.tick", "schedule": 60.0}}

vars().update(env.email_url("EMAIL_URL"))

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env("HTTPS")
SECURE_HSTS_SECONDS = 31_536_000 if env("HTTPS") else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env("HTTPS")
SESSION_COOKIE_AGE = 8 * 60 * 60  # a working day

# One event a line: words for people at a terminal, JSON for machines elsewhere.
LOG_STEPS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[*LOG_STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(colors=False)
            if DEMO or TESTING
            else structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": LOG_STEPS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL")},
}
