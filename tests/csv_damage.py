"""The table of damaged CSV files: what stands in each, and what every command that reads CSV makes of it.

The file has a heading of three columns, one good row, the damage, one good row. ``lines`` are the lines of the rows
that are read, ``rejected`` those of the rejects, ``refused`` the line that a refusal names (0: the file as a whole).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Damage:
    """``blank`` are the lines of rows that have cells, all of them empty: a command rejects them."""

    content: bytes
    lines: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    refused: int | None = None
    encoding: str = "utf-8"
    blank: tuple[int, ...] = ()

    def of_command(self, key: str, others: Mapping[str, str], keys: tuple[str, ...] = ()) -> Damage:
        """The same damage in a file with the columns of a command: ``key``, the ``others`` with a good value, a note.

        ``keys`` stand in for k1, k2 and so on; commands read UTF-8 and nothing else.
        """
        content, values = self.content, ",".join(others.values())
        for name, names in ((b"key", key), (b"medium", ",".join(others)), (b",rf,", f",{values},")):
            content = content.replace(name, names.encode())
        for name, names in (("ｋｅｙ", key), ("ＭＥＤＩＵＭ", ",".join(others))):
            wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and char != "," else char for char in names)
            content = content.replace(name.encode(), wide.encode())
        content = content.replace(b"ke\ny", key[:2].encode() + b"\n" + key[2:].encode())
        content = content.replace(b"\n,,\n", b"\n," + b"," * len(others) + b"\n")
        for number, name in enumerate(keys, 1):
            content = content.replace(f"\nk{number},".encode(), f"\n{name},".encode())
            content = content.replace(f"\rk{number},".encode(), f"\r{name},".encode())
        lines = tuple(line for line in self.lines if line not in self.blank)
        made = replace(self, content=content, lines=lines, rejected=(*self.rejected, *self.blank))
        return replace(made, lines=(), rejected=(), refused=2) if self.encoding != "utf-8" else made


HEADING = "key,medium,note\n"


def _rows(middle: str, *, heading: str = HEADING, end: str = "\n") -> bytes:
    return (heading + f"k1,rf,ok{end}{middle}k9,rf,ok{end}").encode()


DAMAGES = {
    "none": Damage(_rows("k2,rf,ok\n"), lines=(2, 3, 4)),
    "unclosed quote": Damage(_rows('k2,rf,"call first\nk3,rf,ok\n'), refused=3),
    "unclosed quote in the last row": Damage(_rows("") + b'k10,rf,"call', refused=4),
    "unclosed quote, and a quoted cell later": Damage(_rows('k2,rf,"call first\nk3,rf,"later"\n'), refused=3),
    "two unclosed quotes": Damage(_rows('k2,rf,"call first\nk3,rf,"again\n'), refused=3),
    "unclosed after a quoted line break": Damage(_rows('k2,"r\nf","call first\n'), refused=4),
    "quotes that take in whole rows": Damage(
        _rows('k2,rf,"call first\nk3,rf,ok\nk4,rf,then"\n'), lines=(2, 6), rejected=(3,)
    ),
    "quotes that take in the next row": Damage(_rows('k2,rf,"call first\nk3,rf,then"\n'), lines=(2, 5), rejected=(3,)),
    "quoted line break": Damage(_rows('k2,rf,"two\nlines"\n'), lines=(2, 3, 5)),
    "doubled mark": Damage(_rows('k2,rf,"say ""ok"", then"\n'), lines=(2, 3, 4)),
    "mark in a bare cell": Damage(_rows('k2,rf,5" pipe\n'), lines=(2, 4), rejected=(3,)),
    "text after a closing mark": Damage(_rows('k2,rf,"call" first\n'), refused=3),
    "blank line": Damage(_rows("\n"), lines=(2, 4)),
    "line of blanks": Damage(_rows(" \u3000\n"), lines=(2, 4)),
    "row of separators": Damage(_rows(",,\n"), lines=(2, 3, 4), blank=(3,)),
    "one comma too many": Damage(_rows("k2,,rf,ok\n"), lines=(2, 4), rejected=(3,)),
    "one comma too few": Damage(_rows("k2,rf\n"), lines=(2, 4), rejected=(3,)),
    "trailing comma in one row": Damage(_rows("k2,rf,ok,\n"), lines=(2, 4), rejected=(3,)),
    "trailing commas in every row": Damage(
        b"key,medium,note,,\nk1,rf,ok,,\nk2,rf,ok,,x\nk9,rf,ok,,\n", lines=(2, 4), rejected=(3,)
    ),
    "line break in a heading": Damage(_rows("k2,rf,ok\n", heading='"ke\ny",medium,note\n'), lines=(3, 4, 5)),
    "blanks around headings": Damage(_rows("k2,rf,ok\n", heading=" key ,medium\u3000,\tnote\n"), lines=(2, 3, 4)),
    "full-width heading": Damage(_rows("k2,rf,ok\n", heading="ｋｅｙ,ＭＥＤＩＵＭ,note\n"), lines=(2, 3, 4)),
    "BOM": Damage("\ufeff".encode() + _rows("k2,rf,ok\n"), lines=(2, 3, 4)),
    "BOM before a quoted heading": Damage(_rows("", heading='\ufeff"key",medium,note\n'), lines=(2, 3)),
    "UTF-16": Damage((HEADING + "k1,rf,ok\n").encode("utf-16"), refused=0),
    "UTF-32": Damage((HEADING + "k1,rf,ok\n").encode("utf-32"), refused=0),
    "UTF-32 of big end": Damage(b"\0\0\xfe\xff" + HEADING.encode("utf-32-be"), refused=0),
    "a note to a spreadsheet": Damage(_rows("", heading="sep=,\n" + HEADING), refused=0),
    "cp932 as UTF-8": Damage(HEADING.encode() + "k1,rf,ok\nk2,rf,要連絡\n".encode("cp932"), refused=3),
    "cp932": Damage(HEADING.encode() + "k1,rf,ソ表〜\n".encode("shift_jis"), lines=(2,), encoding="cp932"),
    "CRLF": Damage(_rows("k2,rf,ok\n").replace(b"\n", b"\r\n"), lines=(2, 3, 4)),
    "lone CR": Damage(_rows("k2,rf,ok\n").replace(b"\n", b"\r"), lines=(2, 3, 4)),
    "mixed line ends": Damage(_rows("k2,rf,ok\rk3,rf,ok\r\n"), lines=(2, 5), rejected=(3, 4)),
    "CR in a cell": Damage(_rows("k2,rf,o\rk\n"), lines=(2, 5), rejected=(3, 4)),
    "CR in a quoted cell": Damage(_rows('k2,rf,"o\rk"\n'), lines=(2, 3, 5)),
    "NUL in a cell": Damage(_rows("k2,r\0f,ok\n"), lines=(2, 4), rejected=(3,)),
    "NUL in the heading": Damage(_rows("", heading="ke\0y,medium,note\n"), refused=1),
    "end-of-file sign": Damage(_rows("") + b"\x1a", lines=(2, 3)),
    "no last line end": Damage(_rows("")[:-1], lines=(2, 3)),
    "empty": Damage(b"", refused=0),
    "blank lines only": Damage(b"\n\r\n  \n", refused=0),
    "heading only": Damage(HEADING.encode()),
    "heading without line end": Damage(HEADING.encode()[:-1]),
    "no column for the note": Damage(_rows("", heading="key,remark,medium\n"), refused=0),
    "column twice": Damage(_rows("", heading="key,note,note\n"), refused=0),
    "column twice in two spellings": Damage("key,medium,note,ｋｅｙ\nk1,rf,ok,k2\n".encode(), refused=0),
    "a cell without end": Damage(_rows("k2,rf," + "x" * 200_000 + "\n"), lines=(2, 4), rejected=(3,)),
    "a quoted cell without end": Damage(
        _rows('k2,rf,"' + 'x""' * 70_000 + '"\nk3,rf,"ok"\n'), lines=(2, 4, 5), rejected=(3,)
    ),
    "a long cell in a row of several lines": Damage(
        _rows('k2,"r\nf",' + "x" * 200_000 + "\n"), lines=(2, 5), rejected=(3,)
    ),
    "a long cell in a row too wide": Damage(_rows("k2,rf," + "x" * 200_000 + ",\n"), lines=(2, 4), rejected=(3,)),
    "a long heading": Damage(_rows("", heading=f"key,medium,{'x' * 200_000}\n"), refused=1),
    "a long quotation over many lines": Damage(_rows('k2,rf,"' + "x\n" * 100_000 + '"\n'), refused=3),
    "a mark inside a long cell": Damage(_rows('k2,rf,"' + "x" * 200_000 + '"x\n'), refused=3),
}

COMMAND_DAMAGES = {name: damage for name, damage in DAMAGES.items() if name != "no column for the note"}
"""Those for commands: none looks at the note."""
