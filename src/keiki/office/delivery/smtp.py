"""Django's SMTP backend, trusting the certificate authority that the settings name."""

from __future__ import annotations

import ssl
from functools import cached_property

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend


class TrustingBackend(EmailBackend):
    """Checks the mail server's certificate against ``mail.ca_file``, or against the system's authorities."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """A context that verifies certificate and host name."""
        return ssl.create_default_context(cafile=settings.KEIKI_MAIL_AUTHORITY)
