"""What people are told about their log-ins."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keiki.office.users.models import LogInEndReason

ENDINGS: Mapping[LogInEndReason, Promise] = {
    LogInEndReason.ASKED: _("You are logged out."),
    LogInEndReason.IDLE: _("You were logged out because nothing was done for a while. Log in again to go on."),
    LogInEndReason.LONG: _(
        "You were logged out because the log-in had lasted as long as it may. Log in again to go on."
    ),
    LogInEndReason.REPLACED: _(
        "You were logged out here because you logged in elsewhere. If that was not you, tell your security officer."
    ),
    LogInEndReason.ELSEWHERE: _("You ended this log-in from another browser."),
    LogInEndReason.ADMINISTRATOR: _("An administrator ended this log-in. Ask them before you log in again."),
    LogInEndReason.PASSWORD: _("You were logged out here because your password was changed. Log in with the new one."),
}
"""Why a log-in is over, as its person is told."""
