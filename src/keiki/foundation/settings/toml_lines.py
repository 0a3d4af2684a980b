"""On which line of a TOML text each table and key stands.

``tomllib`` gives values without their places. This reads the same text a second time for places only, after ``tomllib``
has accepted it, so it need not judge the syntax: it follows table headers and keys, and skips what is inside strings
and brackets. A path is a tuple such as ``("unit", 3, "attributes")``: the fourth ``[[unit]]``, its key ``attributes``.
"""

from __future__ import annotations

import re

KeyPath = tuple[str | int, ...]

_PIECE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\']|\'(?!\'\'))*\'\'\''  # strings over several lines
    r'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}=\n]|[^\[\]{}=\n"\'#]+',
    re.DOTALL,
)
_KEY_PART = re.compile(r'"([^"]*)"|\'([^\']*)\'|([A-Za-z0-9_-]+)')


class TomlLines:
    """The lines of one TOML text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        self._table: KeyPath = ()
        self._scan(text.replace("\r\n", "\n"))

    def at(self, path: KeyPath) -> int:
        """Return the line of ``path``, or of the nearest table around it that has one; else the first line."""
        return self.known(path) or 1

    def known(self, path: KeyPath) -> int:
        """Return the line of ``path``, or of the nearest table around it; 0 where there is none."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)

    def _scan(self, text: str) -> None:
        line, depth, written, in_value = 1, 0, "", False
        for piece in _PIECE.findall(text):
            if piece == "\n" and depth == 0:
                self._header(written, line)
                written, in_value = "", False
            elif in_value:
                depth += (piece in "[{") - (piece in "]}")
            elif piece == "=":
                self._note((*self._table, *_parts(written)), line)
                in_value = True
            elif not piece.startswith("#"):
                written += piece
            line += piece.count("\n")
        self._header(written, line)

    def _header(self, written: str, line: int) -> None:
        written = written.strip()
        if not (written.startswith("[") and written.endswith("]")):
            return
        parts = _parts(written)
        path = self._resolve(parts[:-1]) + parts[-1:]
        if written.startswith("[["):
            index = self._counts.get(path, 0)
            self._counts[path] = index + 1
            self._note(path, line)
            path = (*path, index)
        self._table = path
        self._note(path, line)

    def _resolve(self, parts: KeyPath) -> KeyPath:
        path: KeyPath = ()
        for part in parts:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _note(self, path: KeyPath, line: int) -> None:
        self._lines.setdefault(path, line)


def _parts(written: str) -> KeyPath:
    return tuple("".join(groups) for groups in _KEY_PART.findall(written))
