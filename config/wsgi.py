"""The web server's way in; it refuses to start where the portal would be unsafe."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config.checks import require_safe_server  # noqa: E402  (settings must be loaded first)

require_safe_server()
