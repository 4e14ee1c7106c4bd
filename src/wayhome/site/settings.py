"""Settings of the web site. Everything an operator may set is an environment variable named in docs/operations.md.

`WAYHOME_HOME` is the data folder: database, files, secret key. Nothing is written outside it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


PACKAGE = Path(__file__).resolve().parent.parent
WAYHOME_HOME = Path(os.environ.get("WAYHOME_HOME") or Path.home() / ".wayhome").expanduser().resolve()
WAYHOME_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
FILES_ROOT = WAYHOME_HOME / "files"


def _secret_key() -> str:
    """The key from the environment, or one made once and kept beside the database, readable by its owner alone."""
    if given := os.environ.get("WAYHOME_SECRET_KEY"):
        return given
    path = WAYHOME_HOME / "secret.key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        key = secrets.token_urlsafe(50)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process made it a moment ago
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w") as handle:
            handle.write(key)
        return key


SECRET_KEY = _secret_key()
# Keys used before the present one: what they signed stays valid until they are taken out.
SECRET_KEY_FALLBACKS = _list("WAYHOME_OLD_SECRET_KEYS")
# The master key of sealed values (docs/sealing.md); keep it apart from the database's backups.
MASTER_KEY_FILE = Path(os.environ.get("WAYHOME_MASTER_KEY_FILE") or WAYHOME_HOME / "master.key")
OLD_MASTER_KEY_FILES = _list("WAYHOME_OLD_MASTER_KEY_FILES")
DEBUG = _flag("WAYHOME_DEBUG", False)
ALLOWED_HOSTS = _list("WAYHOME_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = _list("WAYHOME_ORIGINS")
HTTPS = _flag("WAYHOME_HTTPS", False)
PROXIES = int(os.environ.get("WAYHOME_PROXIES", "0"))  # proxies of one's own before the server
PUBLIC_URL = os.environ.get("WAYHOME_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "axes",
    # before allauth, whose templates ours replace
    "wayhome.core",
    "wayhome.accounts",
    "wayhome.places",
    "wayhome.dialogue",
    "wayhome.registry",
    "wayhome.plans",
    "wayhome.outputs",
    "wayhome.site",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "wayhome.core.middleware.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wayhome.accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wayhome.core.middleware.ErrorMiddleware",
    "wayhome.accounts.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "wayhome.site.urls"
WSGI_APPLICATION = "wayhome.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["wayhome.core.templatetags.days"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "wayhome.site.context.page",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{WAYHOME_HOME / 'wayhome.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # One writer at a time: taking the write lock at BEGIN avoids a deadlock between two readers who both want to write.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
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
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a reset for an address without an account sends nothing and says the same
ACCOUNT_ADAPTER = "wayhome.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "wayhome.accounts.forms.LoginForm",
    "change_password": "wayhome.accounts.forms.ChangePasswordForm",
    "reset_password": "wayhome.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "wayhome.accounts.forms.NewPasswordForm",
    "reauthenticate": "wayhome.accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # the session ends with the browser: computers in field offices are shared
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds for which a password just typed opens the sensitive steps
# Wrong passwords are counted by axes, in the database; this is the second line, for one account tried from many addresses.
ACCOUNT_RATE_LIMITS = {"password_failed": "20/5m/key"}
MFA_ADAPTER = "wayhome.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "wayhome.accounts.forms.CodeForm",
    "reauthenticate": "wayhome.accounts.forms.CodeAgainForm",
    "activate_totp": "wayhome.accounts.forms.ActivateAppForm",
    "add_webauthn": "wayhome.accounts.forms.AddKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Wayhome"
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way: telephones' clocks differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address is verified by the invitation that was sent to it
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or not HTTPS
# Roles that must have a second factor, e.g. "process_lead,dpo,administrator"; who lacks it is led to set it up.
REQUIRE_SECOND_FACTOR = _list("WAYHOME_REQUIRE_SECOND_FACTOR")
ELEVATION_MAX_HOURS = int(os.environ.get("WAYHOME_ELEVATION_MAX_HOURS", "8"))
AXES_FAILURE_LIMIT = int(os.environ.get("WAYHOME_LOCKOUT_FAILURES", "5"))
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_USERNAME_CALLABLE = "wayhome.accounts.adapter.typed_login"
AXES_ENABLE_ADMIN = False
CSRF_FAILURE_VIEW = "wayhome.site.views.csrf_failure"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = os.environ.get("WAYHOME_LANGUAGE", "en")
LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("az", "Azərbaycanca"),
    ("hy", "Հայերեն"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("WAYHOME_TIME_ZONE", "UTC")

STATIC_URL = "static/"
STATIC_ROOT = WAYHOME_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [PACKAGE / "site" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000  # a hard stop; BoundedUploads keeps the first 200 and reports the rest
FILE_UPLOAD_HANDLERS = [
    "wayhome.core.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_MAX_BYTES = int(os.environ.get("WAYHOME_UPLOAD_MAX_MB", "50")) * 1024 * 1024

EMAIL_URL = os.environ.get("WAYHOME_SMTP_HOST", "")
if EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = EMAIL_URL
    EMAIL_PORT = int(os.environ.get("WAYHOME_SMTP_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("WAYHOME_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("WAYHOME_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = _flag("WAYHOME_SMTP_TLS", True)
else:
    EMAIL_BACKEND = os.environ.get("WAYHOME_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
    EMAIL_FILE_PATH = WAYHOME_HOME / "outbox"
DEFAULT_FROM_EMAIL = os.environ.get("WAYHOME_FROM", "wayhome@localhost")

# Mail in (docs/mail.md): one box for all processes; an address belongs to a process by WAYHOME_IMAP_ADDRESSES.
IMAP = {
    "host": os.environ.get("WAYHOME_IMAP_HOST", ""),
    "port": int(os.environ.get("WAYHOME_IMAP_PORT") or "0"),  # 0: 993, or 143 with STARTTLS
    "user": os.environ.get("WAYHOME_IMAP_USER", ""),
    "password": os.environ.get("WAYHOME_IMAP_PASSWORD", ""),
    "folder": os.environ.get("WAYHOME_IMAP_FOLDER", "INBOX"),
    "security": os.environ.get("WAYHOME_IMAP_SECURITY", "tls").strip().lower(),
    "ca_file": os.environ.get("WAYHOME_IMAP_CA_FILE", ""),
    "addresses": _list("WAYHOME_IMAP_ADDRESSES"),
    "at_once": int(os.environ.get("WAYHOME_IMAP_AT_ONCE", "500")),
    "timeout": 60,
}
# Outside links (docs/outside-links.md). Behind a proxy, the visitor's address is that many places from the end of X-Forwarded-For.
OUTSIDE_LINK_DAYS = int(os.environ.get("WAYHOME_LINK_DAYS", "60"))
TRUSTED_PROXIES = int(os.environ.get("WAYHOME_TRUSTED_PROXIES", "0"))

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "reading"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("WAYHOME_LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
