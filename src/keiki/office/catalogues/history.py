"""What happened to a version, by whom, from the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from keiki.domain.audit.words import happened_in_words
from keiki.office.audit.models import AuditEvent
from keiki.office.screens.languages import in_language
from keiki.office.screens.parts import Happening, Tone
from keiki.office.users.models import User

from .models import CatalogueVersion

NEWEST = 50
TONES = {
    "CataloguePublished": Tone.OK,
    "CatalogueRestored": Tone.OK,
    "CatalogueRejected": Tone.BAD,
    "CatalogueWithdrawn": Tone.BAD,
    "CatalogueProposed": Tone.INFO,
}


@dataclass(frozen=True)
class History:
    """The happenings, newest first, with what the page says of them elsewhere."""

    happenings: tuple[Happening, ...]
    names: Mapping[str, str]
    proposed_because: str = ""
    restored_at: datetime | None = None

    def name(self, username: str) -> str:
        """A person's name, with the log-in name that the audit knows them by."""
        known = self.names.get(username, "")
        return f"{known} ({username})" if known and known != username else username


def history(version: CatalogueVersion) -> History:
    """Return what happened to ``version``. Two queries, however much it was."""
    events = list(
        AuditEvent.objects.filter(subject=version.reference, happened__startswith="Catalogue").order_by("-id")[:NEWEST]
    )
    people = {each.by for each in events} | {
        version.brought_in_by,
        version.proposed_by,
        version.published_by,
        version.ended_by,
    }
    names = dict(User.objects.filter(username__in=people).values_list("username", "name"))
    told = History((), names)
    happenings = tuple(
        Happening(
            in_language(happened_in_words(each.happened)),
            each.at,
            TONES.get(each.happened, Tone.QUIET),
            told.name(each.by),
            _more(each),
        )
        for each in events
    )
    proposed = next((each for each in events if each.happened == "CatalogueProposed"), None)
    restored = next((each for each in events if each.happened == "CatalogueRestored"), None)
    return History(
        happenings,
        names,
        str(proposed.details.get("because", "")) if proposed else "",
        restored.at if restored else None,
    )


def _more(event: AuditEvent) -> str:
    details = event.details
    if details.get("by_version"):
        return _("by {version}").format(version=details["by_version"])
    if details.get("instead"):
        return _("instead of {version}").format(version=details["instead"])
    return str(details.get("because", ""))
