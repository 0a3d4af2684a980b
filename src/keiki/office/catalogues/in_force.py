"""Which catalogue the office goes by today, and against what a version is compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keiki.domain.catalogues.lifecycle import CatalogueState
from keiki.domain.units import CatalogueError, read_catalogue
from keiki.office.refusal import Refusal

from . import queries
from .files import files_of
from .models import CatalogueVersion

ONCE_PUBLISHED = (CatalogueState.PUBLISHED, CatalogueState.SUPERSEDED)


@dataclass(frozen=True)
class FolderCatalogue:
    """The catalogue of the settings' folder; ``trouble`` says in both languages why it cannot be gone by."""

    folder: Path
    name: str = ""
    version: str = ""
    trouble: tuple[str, str] | None = None

    @property
    def reference(self) -> str:
        """What people call it: name and version."""
        return f"{self.name} {self.version}".strip()


@dataclass(frozen=True)
class CatalogueInForce:
    """What is in force: a published version, else before any was published the settings' folder, else nothing."""

    version: CatalogueVersion | None
    kept: FolderCatalogue | None = None


@dataclass(frozen=True)
class ComparisonBase:
    """What a version is compared with: its name and files; ``pk`` is empty for the settings' folder."""

    reference: str
    files: dict[str, str]
    pk: int | None = None


def catalogue_on(today: date, folder: Path | None) -> CatalogueInForce:
    """Return what is in force on ``today``."""
    current = queries.in_force(today)
    if current is not None or folder is None or queries.was_ever_in_force(today):
        return CatalogueInForce(current)
    try:
        found = read_catalogue(files_of(folder))
    except CatalogueError as error:
        ja, en = ("\n".join(problem.text(each) for problem in error.problems) for each in ("ja", "en"))
        return CatalogueInForce(None, FolderCatalogue(folder, trouble=(ja, en)))
    except Refusal as error:
        return CatalogueInForce(None, FolderCatalogue(folder, trouble=error.sentence))
    return CatalogueInForce(None, FolderCatalogue(folder, found.name, found.version))


def base_of(version: CatalogueVersion, today: date, folder: Path | None) -> ComparisonBase | None:
    """Return what ``version`` is best compared with: what is in force, for that itself what was before it."""
    now = catalogue_on(today, folder)
    if now.version is not None and now.version.pk != version.pk:
        return _base(CatalogueVersion.objects.get(pk=now.version.pk))
    if now.kept is not None:
        same = (now.kept.name, now.kept.version) == (version.name, version.version)
        return (
            ComparisonBase(now.kept.reference, files_of(now.kept.folder)) if not now.kept.trouble and not same else None
        )
    if version.published_at is None:
        return None
    earlier = CatalogueVersion.objects.filter(published_at__lt=version.published_at, state__in=ONCE_PUBLISHED)
    found = earlier.order_by("-published_at", "-id").first()
    return _base(found) if found else None


def base_by_id(number: int) -> ComparisonBase:
    """Return the version of this number to compare with."""
    return _base(queries.by_id(number))


def _base(version: CatalogueVersion) -> ComparisonBase:
    return ComparisonBase(version.reference, dict(version.files), version.pk)
