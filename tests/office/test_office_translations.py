"""The Japanese of the office's screens: nothing is missing, and no English text has two Japanese ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import keiki.office
from development import translations

OFFICE = Path(keiki.office.__file__).parent
APPS = ("users", "screens")


def test_every_text_has_its_japanese_once_and_is_compiled() -> None:
    assert translations.gather(check=True) == []


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two apps of the office, to be damaged."""
    for app in APPS:
        shutil.copytree(OFFICE / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(translations, "OFFICE", tmp_path)
    assert translations.gather(check=True) == []
    return tmp_path


def test_a_new_text_without_japanese_is_named(copy: Path) -> None:
    (copy / "users" / "new.py").write_text('from django.utils.translation import gettext as _\nX = _("Brand new")\n')
    assert "users: no Japanese for 'Brand new' (users/new.py)" in translations.gather(check=True)


def test_two_translations_of_one_text_are_named(copy: Path) -> None:
    (copy / "users" / "new.py").write_text('from django.utils.translation import gettext as _\nX = _("Copy")\n')
    translations.gather(check=False)
    po = copy / "users" / translations.PLACE / "django.po"
    po.write_text(po.read_text("utf-8").replace('msgid "Copy"\nmsgstr ""', 'msgid "Copy"\nmsgstr "写し"'), "utf-8")
    (problem,) = translations.gather(check=False)
    assert problem == "Copy is コピー (screens) and 写し (users): say in English what each means"
