"""The WSGI entry: ``granian --interface wsgi electionadmin.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "electionadmin.settings")

application = get_wsgi_application()
