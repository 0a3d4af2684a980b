"""Bring a catalogue version in, propose it, publish it by a second person, reject and withdraw it.

What is published was proved when it came in and is proved again when it is published, by the program that will go by
it. Whoever proposed a version does not publish it. A name and version stand for one content, for good.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from keiki.domain.catalogues.lifecycle import CATALOGUE_VERSION, CatalogueEvent, CatalogueState
from keiki.domain.catalogues.report import VerifiedCatalogue, verified
from keiki.domain.units import CatalogueError, content_digest
from keiki.office.audit.services import Act, record, transition
from keiki.office.refusal import Refusal

from .models import CatalogueVersion
from .queries import in_force
from .verification_process import problems_of

MOST_FILES = 50
MOST_CHARACTERS = 2_000_000
LONGEST = {"name": 40, "version": 30}


class CatalogueRefused(Refusal):
    """A catalogue version is not taken or not published; ``problems`` lists what is wrong, each with its place."""

    code = "catalogue_refused"

    def __init__(self, ja: str, en: str, problems: list[dict[str, object]] | None = None) -> None:
        self.problems = problems or []
        super().__init__(ja, en)


def bring_in(act: Act, files: Mapping[str, str], just_verified: VerifiedCatalogue | None = None) -> CatalogueVersion:
    """Read and prove the catalogue in ``files`` (name to text) and keep it as a draft.

    ``just_verified`` is given where another process of this program made it just now. Content that is brought in again
    gives the version that is there. Raises :class:`CatalogueRefused` with every problem, by file and line, in both
    languages.
    """
    found = just_verified or _verified_or_refused(files)
    catalogue = found.catalogue
    for what, text in (("name", catalogue.name), ("version", catalogue.version)):
        if not 1 <= len(text) <= LONGEST[what]:
            raise CatalogueRefused(
                f"カタログの {what} は1文字以上{LONGEST[what]}文字以内にしてください",
                f"a catalogue's {what} has 1 to {LONGEST[what]} characters: write another",
            )
    digest = content_digest(files)
    try:
        with transaction.atomic():
            known = CatalogueVersion.objects.filter(name=catalogue.name, version=catalogue.version).first()
            if known:
                return _same(known, digest)
            version = CatalogueVersion.objects.create(
                name=catalogue.name,
                version=catalogue.version,
                effective_from=catalogue.effective_from,
                effective_until=catalogue.effective_until,
                files=dict(files),
                digest=digest,
                report=found.report,
                brought_in_by=act.by,
                brought_in_at=act.at,
            )
            record(act, "CatalogueBroughtIn", version.reference, digest=digest, files=sorted(files))
    except IntegrityError:
        return _same(CatalogueVersion.objects.get(name=catalogue.name, version=catalogue.version), digest)
    return version


def propose(act: Act, version: CatalogueVersion, because: str = "") -> None:
    """Propose a draft for publication; another person publishes it. ``because`` is kept in the audit."""
    _refuse_misfit(version.report, version.reference)
    columns = {"proposed_by": act.by, "proposed_at": act.at}
    why: dict[str, Any] = {"because": because.strip()[:200]} if because.strip() else {}
    transition(act, version, CATALOGUE_VERSION, CatalogueEvent.PROPOSE, "CatalogueProposed", columns=columns, **why)


def publish(act: Act, version: CatalogueVersion, today: date, just_verified: VerifiedCatalogue | None = None) -> None:
    """Publish a proposed version as a second person; it takes effect on its own first day, or at once.

    ``just_verified`` is given where another process of this program proved the version's files just now.
    """
    refuse_first_person(act.by, version)
    found = just_verified or _verified_or_refused(version.files)
    if content_digest(version.files) != version.digest:
        raise CatalogueRefused(
            f"{version.reference} の保存された内容が、取り込んだときと違います。"
            "公開せず、セキュリティ担当に知らせてください",
            f"what is kept of {version.reference} is not what was brought in: do not publish it, "
            "tell the security officer",
        )
    _refuse_misfit(found.report, version.reference)
    with transaction.atomic():
        current = in_force(today)
        if current and current.effective_from > version.effective_from:
            raise CatalogueRefused(
                f"適用開始日がより新しい {current.reference} がすでに適用中です。{version.reference} が適用される日は"
                "来ないので、適用開始日を改めた新しい版を取り込んでください",
                f"{current.reference} is in force with a later first day, so {version.reference} would never be: "
                "bring in another version with a later day",
            )
        columns = {"published_by": act.by, "published_at": act.at, "report": found.report}
        transition(
            act,
            version,
            CATALOGUE_VERSION,
            CatalogueEvent.PUBLISH,
            "CataloguePublished",
            columns=columns,
            proposed_by=version.proposed_by,
            effective_from=version.effective_from.isoformat(),
            digest=version.digest,
        )
        supersede(act, today)


def refuse_first_person(name: str, version: CatalogueVersion) -> None:
    """Refuse what is not proposed, and the person who proposed it."""
    if version.state == CatalogueState.PROPOSED and proposed_by(name, version):
        raise CatalogueRefused(
            f"{version.reference} はあなたが申請したものです。公開は別の人が行ってください",
            f"{version.reference} was proposed by you: another person publishes it",
        )
    CATALOGUE_VERSION.after(CatalogueState(version.state), CatalogueEvent.PUBLISH)


def proposed_by(name: str, version: CatalogueVersion) -> bool:
    """Whether the user called ``name`` proposed the version: then another person publishes it."""
    return _person(name) == _person(version.proposed_by)


def reject(act: Act, version: CatalogueVersion, because: str) -> None:
    """Reject a proposed version, with the reason; a mended one comes in as another version."""
    columns = _ended(act, because)
    event, happened = CatalogueEvent.REJECT, "CatalogueRejected"
    transition(act, version, CATALOGUE_VERSION, event, happened, columns=columns, because=columns["because"])


def withdraw(act: Act, version: CatalogueVersion, because: str, today: date) -> CatalogueVersion | None:
    """Withdraw a draft or a published version, with the reason. One person may: something is wrong with it.

    Where it was in force, the version that it superseded comes back and is returned; ``None`` where nothing changes
    or nothing is left. Then nothing is decided until another version is published.
    """
    columns = _ended(act, because)
    event, happened = CatalogueEvent.WITHDRAW, "CatalogueWithdrawn"
    with transaction.atomic():
        current = in_force(today)
        transition(act, version, CATALOGUE_VERSION, event, happened, columns=columns, because=columns["because"])
        if current is None or current.pk != version.pk or in_force(today):
            return None
        back = held_before(today)
        if back is None:
            return None
        transition(act, back, CATALOGUE_VERSION, CatalogueEvent.RESTORE, "CatalogueRestored", instead=version.reference)
        return back


def held_before(today: date) -> CatalogueVersion | None:
    """Return the superseded version that comes back on ``today`` if the one in force is withdrawn."""
    earlier = CatalogueVersion.objects.filter(state=CatalogueState.SUPERSEDED, effective_from__lte=today)
    held = [each for each in earlier if each.effective_until is None or each.effective_until > today]
    return max(
        held, key=lambda each: (each.effective_from, each.published_at or each.brought_in_at, each.pk), default=None
    )


def supersede(act: Act, today: date) -> list[CatalogueVersion]:
    """Lead on the published versions that a later one has overtaken by ``today``, and return them."""
    current = in_force(today)
    if current is None:
        return []
    earlier = CatalogueVersion.objects.filter(
        state=CatalogueState.PUBLISHED, effective_from__lte=current.effective_from
    ).exclude(pk=current.pk)
    overtaken = list(earlier.defer("files", "report"))
    with transaction.atomic():
        for each in overtaken:
            event = CatalogueEvent.SUPERSEDE
            transition(act, each, CATALOGUE_VERSION, event, "CatalogueSuperseded", by_version=current.reference)
    return overtaken


def _ended(act: Act, because: str) -> dict[str, Any]:
    """The columns of a version's end, which has a reason."""
    if not because.strip():
        raise CatalogueRefused("理由を書いてください。監査記録に残ります", "say why: it is kept in the audit")
    return {"ended_by": act.by, "ended_at": act.at, "because": because.strip()[:200]}


def _verified_or_refused(files: Mapping[str, str]) -> VerifiedCatalogue:
    """Read and prove, or refuse with every problem and its place."""
    refuse_too_large(files)
    try:
        return verified(files)
    except CatalogueError as error:
        raise broken(problems_of(error)) from None


def refuse_too_large(files: Mapping[str, str]) -> None:
    """Refuse more files or text than a catalogue has."""
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_CHARACTERS:
        raise CatalogueRefused(
            f"カタログは{MOST_FILES}ファイル、合計{MOST_CHARACTERS}文字までです。ファイルを確かめてください",
            f"a catalogue has at most {MOST_FILES} files and {MOST_CHARACTERS} characters in all: check the files",
        )


def broken(problems: list[dict[str, object]]) -> CatalogueRefused:
    """Return the refusal of a catalogue with ``problems``."""
    count = len(problems)
    ja, en = (
        "\n".join(f"{each['file']}:{each['line']}: {each[language]}" for each in problems) for language in ("ja", "en")
    )
    return CatalogueRefused(
        f"カタログに{count}件の問題があり、受け付けられません。次の箇所を直してください\n{ja}",
        f"the catalogue has problems, {count} in all, and is not taken: mend these places\n{en}",
        problems,
    )


def _same(known: CatalogueVersion, digest: str) -> CatalogueVersion:
    """Return what is there already, if it is the same; a name and version never stand for two contents."""
    if known.digest != digest:
        raise CatalogueRefused(
            f"{known.reference} は別の内容ですでに取り込まれています。版番号を改めてから取り込んでください",
            f"{known.reference} was brought in already with another content: give it another version first",
        )
    return known


def _refuse_misfit(report: Mapping[str, object], reference: str) -> None:
    found = report.get("misfits")
    problems = list(found) if isinstance(found, list) else []
    if problems:
        raise CatalogueRefused(
            f"{reference} はこの営業所で使えません。" + "".join(f"\n{each['ja']}" for each in problems),
            f"{reference} does not fit this office:" + "".join(f"\n{each['en']}" for each in problems),
            problems,
        )


def _person(name: str) -> str:
    """A user's name as it counts for the two-person rule: no other spelling is another person."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
