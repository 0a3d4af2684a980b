"""The utility's mail server over SMTP, which must show a certificate that the settings trust.

Django's own backend trusts what the operating system trusts; a utility's internal mail server is often certified by the
utility itself. ``mail.ca_file`` names that authority.
"""

from __future__ import annotations

import ssl
from functools import cached_property

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend


class MailServer(EmailBackend):
    """Django's SMTP backend, trusting ``mail.ca_file`` where one is set."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """Return the context that checks the server's certificate and name."""
        return ssl.create_default_context(cafile=settings.EMAIL_CA_FILE or None)
