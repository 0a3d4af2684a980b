"""What people are told about their log-ins."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Ending

ENDINGS: Mapping[Ending, Promise] = {
    Ending.ASKED: _("You are logged out."),
    Ending.IDLE: _("You were logged out because nothing was done for a while. Log in again to go on."),
    Ending.LONG: _("You were logged out because the log-in had lasted as long as it may. Log in again to go on."),
    Ending.REPLACED: _(
        "You were logged out here because you logged in elsewhere. If that was not you, tell your security officer."
    ),
    Ending.ELSEWHERE: _("You ended this log-in from another browser."),
    Ending.ADMINISTRATOR: _("An administrator ended this log-in. Ask them before you log in again."),
    Ending.PASSWORD: _("You were logged out here because your password was changed. Log in with the new one."),
}
"""Why a log-in is over, as its person is told."""
