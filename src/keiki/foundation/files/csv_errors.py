"""What is said of a CSV file that is refused, and of a row that is rejected, in Japanese and English.

A *refused* file gives no row: its shape is not known, so any row could be wrong. A *rejected* row is told with its
line, and the rows around it are read.
"""

from __future__ import annotations

from typing import Final

from keiki.foundation.text.bilingual import Bilingual

LONGEST_CELL: Final = 131_072
"""Characters in one cell; more cost its row, and a quotation mark that no line closes by then is taken as forgotten."""
LONGEST_LINE: Final = 16 << 20
"""Characters in one line; what is longer is not read into memory."""


class CsvRefusedError(ValueError):
    """A CSV file that is not read at all. ``text`` names the file, the line where there is one, and what to do."""

    def __init__(self, file: str, line: int | None, reason: Bilingual) -> None:
        self.file, self.line, self.reason = file, line, reason
        place = Bilingual(ja=f"{file} の{line}行目", en=f"{file}, line {line}") if line else Bilingual(ja=file, en=file)
        self.text = Bilingual(ja=f"{place.ja}: {reason.ja}", en=f"{place.en}: {reason.en}")
        super().__init__(self.text.en)


EMPTY = Bilingual(
    ja="空です。見出し行のあるファイルを指定してください",
    en="it is empty: give a file with a heading",
)
WIDE_CHARACTERS = Bilingual(
    ja="文字コードが{encoding}です。UTF-8で保存し直してください(Excelでは「CSV UTF-8」)",
    en="it is {encoding}: save it as UTF-8 (in Excel: “CSV UTF-8”)",
)
SEPARATOR_LINE = Bilingual(
    ja="1行目の「{line}」は表計算ソフトへの指示で、見出しではありません。その行を削除してください",
    en="its first line “{line}” is a note to a spreadsheet, not a heading: delete that line",
)
NOT_TEXT = Bilingual(
    ja="{encoding} の文字として読めません。{encoding} で保存し直してください(UTF-8はExcelの「CSV UTF-8」)",
    en="this is not {encoding} text: save the file as {encoding} (UTF-8 is “CSV UTF-8” in Excel)",
)
QUOTE_NOT_CLOSED = Bilingual(
    ja='引用符 (") が開いたまま閉じていません。閉じてから渡してください。このファイルからは何も読んでいません',
    en="a quotation mark opens here and is not closed: close it; nothing was taken from this file",
)
QUOTE_CLOSED_INSIDE = Bilingual(
    ja='ここで開いた引用符 (") の後ろに文字が続いています。セルの中の引用符は "" と書いてください。'
    "このファイルからは何も読んでいません",
    en='text follows the closing mark of a quotation that opens here: write a quotation mark inside a cell as ""; '
    "nothing was taken from this file",
)
LINE_TOO_LONG = Bilingual(
    ja="{most}文字を超える行があります。CSVではないか、壊れています。書き出し直してください",
    en="a line has more than {most} characters: this is no CSV or is damaged; export it again",
)
HEADING_NUL = Bilingual(
    ja="見出しにNUL文字があります。CSVとして保存し直してください",
    en="its heading holds a NUL: save it as CSV again",
)
NO_COLUMN = Bilingual(ja="列 {columns} がありません。追加してください", en="it has no column {columns}: add it")
OTHER_SEPARATOR = Bilingual(
    ja="見出しが1列しかなく、{separator}が{count}個あります。区切り文字が違うようです。コンマ区切りで保存し直してください"
    "(データ元のファイルなら delimiter で区切り文字を指定できます)",
    en="its heading is one column with {separator} in it ({count} times): the file seems to be separated by that; "
    "save it with commas (for an owner's file the separator may be said in delimiter)",
)
COLUMN_TWICE = Bilingual(
    ja="列 {columns} が2つあります(表記の違いは同じ列とみなします)。一方を削除してください",
    en="it has the column {columns} twice, in whatever spelling: delete one",
)

ROW_WIDTH = Bilingual(
    ja="この行は{actual}列ですが、見出しは{expected}列です。区切り文字の数を確かめてください",
    en="its number of columns is {actual}, not {expected}: count the separators",
)
ROW_CELL_TOO_LONG = Bilingual(
    ja="{most}文字を超えるセルがあります。短くするか、ファイルを書き出し直してください",
    en="a cell of it has more than {most} characters: shorten it, or export the file again",
)
ROW_NUL = Bilingual(ja="NUL文字があります。行を書き直してください", en="it holds a NUL character: write the row again")
ROW_BARE_RETURN = Bilingual(
    ja="改行文字の片方 (CR) だけがあり、行の終わりかセルの中か分かりません。改行を1種類にそろえて保存し直してください",
    en="a carriage return without a line feed stands here, and may end a row or stand in a cell: "
    "save the file with one kind of line end",
)
ROW_STRAY_QUOTE = Bilingual(
    ja='引用符で始まらないセルの中に引用符 (") があります。セル全体を引用符で囲み、中の引用符は "" と書いてください',
    en="a quotation mark stands in a cell that does not begin with one: quote the whole cell, "
    "and double the mark inside it",
)
ROW_SWALLOWS = Bilingual(
    ja='引用符 (") の中に、行らしいものがまるごと入っています({first}〜{last}行目)。引用符を確かめてください',
    en="a quotation takes in what looks like whole rows (lines {first} to {last}): check its quotation marks",
)
ROW_UNNAMED_CELL = Bilingual(
    ja="見出しのない列に値があります。見出しを付けるか、値を消してください",
    en="a cell stands under no heading: give it a heading or clear it",
)
