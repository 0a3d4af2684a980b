"""Every page in Japanese: no English and no raw code where a sentence, a name or a state belongs."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from customers import Customers
from django.urls import reverse
from office_cast import Cast
from screens_rig import Address, World, addresses, samples

from keiki.domain.access import ROLES
from keiki.domain.audit.parties import ACTORS, KINDS, SUBJECTS
from keiki.office.audit.models import AuditEvent
from keiki.office.workorders import watching
from source_trees import tree_of

SOURCE = Path(__file__).parents[2] / "src" / "keiki" / "office"
PAGES = [each for each in addresses() if each.declared and "GET" in each.declared.methods and each.name in samples()]
WORD = re.compile(r"[A-Za-z][a-z_]{2,}")
KNOWN = frozenset({"Keiki", "English", "Ctrl", "Shift", "HEMS", "JSON", "ZIP", "API", "CSV"})
"""Names, and what the keyboard and files are called in Japanese too."""
TYPED = re.compile(
    r"person-[a-z_-]+|kansai-\d{4}|call-centre|suzuki|tanaka|second van|scs-agent|RuntimeError|as_desk_operator"
    r"|[0-9a-f]{12,}|[0-9a-f]{4}(?: [0-9a-f]{4})+|\{[a-z_.]+\}|its screens show the state"
    r"|\bNONE\b|\b(?:customer|distribution|construction|allocation|supervisory)(?=: )"
    r"|\b(?:test|init|sources|pasted)\b|\.toml"
)
"""Names of people, systems, data sources, files and catalogues, that somebody chose; codes."""


class Text(HTMLParser):
    """The text of a page that is said in its language: no codes, keys, scripts, and what says another language."""

    SILENT = frozenset({"script", "style", "template", "kbd", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("input", "meta", "link", "br", "hr", "img", "path", "rect", "use", "circle", "line"):
            return
        classes = (given.get("class") or "").split()
        silent = tag in self.SILENT or "code" in classes or given.get("lang") == "en"
        self.open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(silent for _, silent in self.open):
            self.found.append(data)


def english(texts: list[str]) -> list[str]:
    """Return the texts with words that are not Japanese and that nobody chose."""
    return [each.strip() for each in texts if set(WORD.findall(TYPED.sub("", each))) - KNOWN]


@pytest.mark.parametrize("address", PAGES, ids=lambda each: each.name)
def test_a_page_in_japanese_has_no_english_word(address: Address, cast: Cast) -> None:
    world = World(cast)
    sample = samples()[address.name](world)
    assert address.declared
    read = address.declared.query  # what else is in the sample is typed into its form
    query = {name: value for name, value in sample.data.items() if read is None or name in read}
    answer = world.as_(*ROLES).get(reverse(address.name, kwargs=sample.kwargs), query)
    if not answer.headers["Content-Type"].startswith("text/html"):
        return
    text = Text()
    text.feed(b"".join(answer).decode())
    assert english(text.found) == []


def shown(world: World, address: str, *values: object, **query: str) -> str:
    """A page as somebody with every right reads it in Japanese, without what is no sentence; it holds no English."""
    answer = world.as_(*ROLES).get(reverse(address, args=values), query)
    assert answer.status_code == 200
    text = Text()
    text.feed(answer.content.decode())
    assert english(text.found) == []
    return " ".join(text.found)


def test_what_the_office_itself_did_and_why_is_said_in_japanese(cast: Cast) -> None:
    """The watch called an order off, for the customer moved: histories, audit and lists say so in words."""
    world = World(cast)
    design = cast.finished_design("apply_renewable")
    order = cast.order(design)
    Customers.of(cast, "apply_renewable").move_out()
    watching.watch(cast.act("office worker"), cast.sources, cast.catalogue)
    cancelled = shown(world, "workorders:detail", order.number)
    assert "営業所のワーカー" in cancelled
    assert "契約" in cancelled
    assert "なし" in cancelled, "an optional unit that is not there is not kept"
    assert "営業所のワーカー" in shown(world, "designs:detail", design.pk)
    assert "北摂営業所" in shown(world, "contracts:list")
    audit = shown(world, "audit:list")
    assert "お客さまが転居" in audit
    assert "台帳の監視" in audit
    for event in AuditEvent.objects.all():
        shown(world, "audit:event", event.position)


def test_a_rejected_application_is_an_application(cast: Cast) -> None:
    rejected = cast.apply("plain", applicant="別の名前")
    page = shown(World(cast), "contracts:detail", rejected.pk)
    assert f"申込み {rejected.reference}" in page
    assert "この申込みは受理されていません" in page
    assert f"契約 {rejected.reference}" not in page


def test_every_subject_that_is_recorded_has_words() -> None:
    """Read from the source: the texts that name what an event is about, and the names of lists that are taken away."""
    written = set()
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(tree_of(path)):
            called = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            if called == "record" and len(call.args) > 2:
                written |= {start_of(each) for each in ast.walk(call.args[2])}
            elif called == "Listing" and isinstance(call, ast.Call):
                written |= {start_of(each.value) for each in call.keywords if each.arg == "name"}
        for each in re.findall(r"Listing\[\w+\]\(\s*name=\"([a-z-]+)\"", path.read_text()):
            written.add(each)
    written -= {""}
    assert {"supply point", "user ", "service office ", "designs", "work-orders"} <= written
    known = {*SUBJECTS, *(f"{kind} " for kind in KINDS)}
    assert written <= known
    for words in (*SUBJECTS.values(), *KINDS.values(), *ACTORS.values()):
        assert words.ja != words.en or words.ja.startswith("API")


def start_of(node: ast.AST) -> str:
    """The text a constant is, or with which a text with values in it begins."""
    if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
        return str(node.values[0].value)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
