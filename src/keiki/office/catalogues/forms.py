"""What a catalogue administrator fills in."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keiki.domain.catalogues.lifecycle import WORDS, CatalogueState
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import FilterForm

from .files import ENDING
from .models import CatalogueVersion
from .services import MOST_CHARACTERS, MOST_FILES

MOST_BYTES = 4 * MOST_CHARACTERS
PASTED = f"pasted{ENDING}"


class _Several(forms.ClearableFileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class _Files(forms.FileField):
    """Several uploaded files, as a list."""

    widget = _Several

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check every file."""
        given = data if isinstance(data, list) else [data] if data else []
        return [super(_Files, self).clean(each, initial) for each in given]


class BringIn(forms.Form):
    """The files of a version, chosen together, or one text pasted."""

    catalogue = _Files(
        label=_("Files of the catalogue"),
        required=False,
        widget=_Several(attrs={"accept": ENDING}),
        help_text=_("The .toml files, all together: hold Ctrl or Shift to choose several."),
    )
    text = forms.CharField(
        label=_("or the text, pasted"),
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8, "class": "code", "spellcheck": "false"}),
        help_text=_("It counts as one more file, pasted.toml."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the files' texts by name into ``texts``."""
        given: dict[str, Any] = super().clean() or {}
        uploaded: list[UploadedFile[bytes]] = given.get("catalogue") or []
        if len(uploaded) > MOST_FILES or sum(each.size or 0 for each in uploaded) > MOST_BYTES:
            raise forms.ValidationError({"catalogue": _("These are more or larger files than a catalogue has.")})
        texts: dict[str, str] = {}
        for each in uploaded:
            name = PurePosixPath(each.name or "").name
            if not name.endswith(ENDING):
                self.add_error("catalogue", gettext("%(file)s is no .toml file.") % {"file": name})
            elif name in texts:
                self.add_error("catalogue", gettext("Two files are called %(file)s.") % {"file": name})
            else:
                texts[name] = self._read(name, each)
        if given.get("text", "").strip():
            texts[PASTED] = given["text"].replace("\r\n", "\n")
        if not texts and not self.errors:
            raise forms.ValidationError({"catalogue": _("Choose the files or paste their text.")})
        given["texts"] = texts
        return given

    def _read(self, name: str, file: UploadedFile[bytes]) -> str:
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("catalogue", gettext("%(file)s is not UTF-8: save it as UTF-8.") % {"file": name})
            return ""


def _states() -> list[tuple[str, str]]:
    return [("", gettext("all")), *((state.value, in_language(WORDS.states[state])) for state in CatalogueState)]


class VersionFilters(FilterForm[CatalogueVersion]):
    """Versions by state and name."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=_states)
    name = forms.CharField(label=_("Name"), required=False, max_length=40)

    def rows(self, found: QuerySet[CatalogueVersion]) -> QuerySet[CatalogueVersion]:
        """Narrow the versions."""
        wanted = self.cleaned_data
        if wanted["state"]:
            found = found.filter(state=wanted["state"])
        return found.filter(name__icontains=wanted["name"].strip()) if wanted["name"].strip() else found
