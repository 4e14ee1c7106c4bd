"""Settings of the tests: a data folder of their own, made before the product's settings are read."""

import os
import tempfile

os.environ["WAYHOME_HOME"] = tempfile.mkdtemp(prefix="wayhome-test-")
os.environ.setdefault("WAYHOME_SECRET_KEY", "a key for tests alone")

from wayhome.site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT = None
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405
