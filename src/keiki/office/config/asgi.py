"""The screens as the server runs them: Django by WSGI, behind the limits of what a request may cost."""

from __future__ import annotations

from keiki.office.config.request_limits import LimitedRequests
from keiki.office.config.wsgi import application as screens

application = LimitedRequests(screens)
