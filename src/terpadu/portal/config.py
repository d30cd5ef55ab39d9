"""Django's settings, made of one TOML file: `TERPADU_PORTAL` names it. The only module of the portal that reads settings."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from terpadu import settings
from terpadu.errors import BadInput
from terpadu.portal.keys import read as read_keys
from terpadu.portal.openid import provider

_FILE = Path(os.environ.get("TERPADU_PORTAL", "portal.toml")).resolve()
_NO_FILE = settings.PortalTable(keys="", database=os.environ.get("TERPADU_PORTAL_DATABASE", "sqlite:///:memory:"))
"""For tests and type checks."""
PORTAL = settings.read_portal(_FILE) if _FILE.exists() else _NO_FILE
HOME = _FILE.parent
KEYS = read_keys(HOME / PORTAL.keys) if _FILE.exists() else read_keys(None)
NODE_TOKEN = os.environ.get("TERPADU_SECRET_NODE_TOKEN", "")
_ADDRESS = urlsplit(PORTAL.address)


def _database(address: str) -> dict[str, object]:
    """SQLite: one writer at a time from the first statement on, and nothing acknowledged is lost at power loss."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
        }
        name = parts.path.removeprefix("/")
        where = name if name == ":memory:" else HOME / name
        tests = {"NAME": None if name == ":memory:" else f"{where}.test"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": where, "OPTIONS": options, "TEST": tests}
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": os.environ.get("TERPADU_DATABASE_PASSWORD", unquote(parts.password or "")),
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise BadInput(
        f"Expected `database` to begin with sqlite: or postgresql:, got {parts.scheme!r}. Correct {_FILE.name}."
    )


DEBUG = False
SECRET_KEY = KEYS.django
SECURE = _ADDRESS.scheme == "https"
ALLOWED_HOSTS = [_ADDRESS.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [PORTAL.address]
DATABASES = {"default": _database(PORTAL.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "terpadu.pages",
    "terpadu.identity",
    "terpadu.identity.looks",
    "terpadu.identity.consent",
    "terpadu.identity.openid",
    "terpadu.services",
    "terpadu.cases",
    "terpadu.cases.documents",
    "terpadu.cases.payments",
    "terpadu.cases.applying",
    "terpadu.governance",
    "terpadu.spbe",
    "terpadu.registry",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "oauth2_provider",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "terpadu.portal.urls"
WSGI_APPLICATION = "terpadu.portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "terpadu.pages.context.house",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "terpadu.pages.templatetags.pages",
                "terpadu.pages.templatetags.words",
                "terpadu.pages.templatetags.parts",
            ],
        },
    }
]

OAUTH2_PROVIDER_APPLICATION_MODEL = "openid.Client"
OAUTH2_PROVIDER = provider(PORTAL.address, KEYS.sign_on)

ACCOUNT_ADAPTER = "terpadu.identity.signing_on.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _ADDRESS.scheme
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 4
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ALLAUTH_TRUSTED_PROXY_COUNT = int(SECURE)  # whoever ends TLS names the client last in X-Forwarded-For; limits go by it
ACCOUNT_RATE_LIMITS = {"nik": "60/h/ip,5/d/user,5/d/key", "code": "20/h/ip"}
MFA_ADAPTER = "terpadu.identity.signing_on.adapter.Factors"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Terpadu"
MFA_TOTP_TOLERANCE = 1
ACCOUNT_FORMS = {
    "login": "terpadu.identity.signing_on.forms.Login",
    "signup": "terpadu.identity.signing_on.forms.SignUp",
    "request_login_code": "terpadu.identity.signing_on.forms.AskForCode",
    "confirm_login_code": "terpadu.identity.signing_on.forms.SignOnCode",
    "confirm_email_verification_code": "terpadu.identity.signing_on.forms.AddressCode",
    "add_email": "terpadu.identity.signing_on.forms.AddAddress",
}
MFA_FORMS = {
    "authenticate": "terpadu.identity.signing_on.forms.SecondCode",
    "reauthenticate": "terpadu.identity.signing_on.forms.CodeAgain",
    "activate_totp": "terpadu.identity.signing_on.forms.StartApp",
    "add_webauthn": "terpadu.identity.signing_on.passkeys.NewPasskey",
    "edit_webauthn": "terpadu.identity.signing_on.passkeys.Rename",
    "signup_webauthn": "terpadu.identity.signing_on.passkeys.NewPasskey",
    "login_webauthn": "terpadu.identity.signing_on.passkeys.SignOn",
    "authenticate_webauthn": "terpadu.identity.signing_on.passkeys.SecondFactor",
    "reauthenticate_webauthn": "terpadu.identity.signing_on.passkeys.Again",
}
LOGIN_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "terpadu.identity.openid.hashing.RandomSecretHasher",
]
FORM_RENDERER = "terpadu.pages.forms.Renderer"

AUTH_USER_MODEL = "identity.Person"
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_AUTOREFRESH = not _FILE.exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _FILE.exists()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

FILE_UPLOAD_HANDLERS = [
    "terpadu.cases.applying.uploads.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SESSION_COOKIE_NAME = "__Host-sesi" if SECURE else "sesi"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": PORTAL.cache,
        "KEY_PREFIX": _ADDRESS.netloc,  # two portals may share one Redis
    }
    if PORTAL.cache
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "pages_cache"}
}
_POST = "smtp" if PORTAL.mail else "filebased" if PORTAL.demonstration else "console"
EMAIL_BACKEND = f"django.core.mail.backends.{_POST}.EmailBackend"
EMAIL_FILE_PATH = HOME / "letters"
EMAIL_HOST, _, _PORT = PORTAL.mail.partition(":")
EMAIL_PORT = int(_PORT or 25)
DEFAULT_FROM_EMAIL = PORTAL.mail_from

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}
