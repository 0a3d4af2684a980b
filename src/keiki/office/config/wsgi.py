"""The screens as a WSGI application; ``KEIKI_OFFICE_DATA`` names the data folder."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from keiki.office.config.start import start
from keiki.office.config.web import die_with_parent

die_with_parent()
start(Path(os.environ["KEIKI_OFFICE_DATA"]))
application = get_wsgi_application()
