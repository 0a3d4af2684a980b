"""What is said of files, stock and jobs that planning refuses, in Japanese and English."""

from __future__ import annotations

from keiki.domain.units import SentenceTable
from keiki.foundation.files.opening import opening_refusal
from keiki.foundation.text.bilingual import Bilingual

say = SentenceTable(
    {
        # files
        "unknown-ending": Bilingual(
            ja="{file} は .parquet でも .csv でもありません。どちらかの形式・拡張子にしてください",
            en="{file} is neither .parquet nor .csv: convert it, or give it one of these endings",
        ),
        "unreadable": Bilingual(ja="{file} を読めません({why})", en="{file} cannot be read: {why}"),
        "unwritable": Bilingual(
            ja="{file} に書き込めません({why})。書き込める場所を指定してください",
            en="{file} cannot be written: {why}; name a place that can",
        ),
        "broke-off": Bilingual(
            ja="読み書きの途中で失敗しました({why})。結果は書き出していません",
            en="reading or writing failed: {why}; no result was written",
        ),
        "not-utf8": Bilingual(
            ja="{file} はUTF-8ではありません。UTF-8で保存し直してください(Excelでは「CSV UTF-8」)",
            en="{file} is not UTF-8: save it as UTF-8 (in Excel: “CSV UTF-8”)",
        ),
        "not-correct": Bilingual(
            ja="{file} は{ending}ファイルとして正しくありません({why})",
            en="{file} is not a correct {ending} file: {why}",
        ),
        "export-again": Bilingual(
            ja="{why}。書き出し直してください。結果は書き出していません",
            en="{why}: export it again; no result was written",
        ),
        "not-as-csv": Bilingual(
            ja="列 {column}({type})はCSVの {file} に書けません。結果を .parquet にするか、"
            "入力からその列を除いてください",
            en="the column {column} ({type}) cannot be written to {file}, which is CSV: name a .parquet file for the "
            "result, or leave the column out of what is read",
        ),
        "no-folder": Bilingual(
            ja="{file} のフォルダーがありません。作成してください",
            en="the folder of {file} does not exist: make it",
        ),
        "is-folder": Bilingual(
            ja="{file} はフォルダーです。ファイル名を指定してください",
            en="{file} is a folder: name a file",
        ),
        "three-files": Bilingual(
            ja="入力・結果・却下行の3つは別のファイルでなければなりません。別の名前にしてください",
            en="source, result and rejects must be three files: name another",
        ),
        "column-taken": Bilingual(
            ja="{file} にはすでに列 {column} があります。列名を変えてください",
            en="{file} has a column {column} already: rename it",
        ),
        "column-twice": Bilingual(
            ja="{file} には列 {column} が2つあります。一方を削除してください",
            en="{file} has the column {column} twice: delete one",
        ),
        "columns-missing": Bilingual(
            ja="ファイルに列 {columns} がありません。カタログの要件の名前の列と、"
            "設置済みユニットの列 installed_<種別> を用意してください",
            en="the file has no column {columns}: name its columns as the catalogue names its needs, and "
            "installed_<kind> for the units that hang",
        ),
        "columns-twice": Bilingual(
            ja="ファイルに列 {columns} が2つあります(表記の違いは同じ列とみなします)。一方を削除してください",
            en="the file has the column {columns} twice, in whatever spelling: delete one",
        ),
        "nested-column": Bilingual(
            ja="{file} の列 {column} は値ではなくリストや構造体です。1行に1つの値の列にしてください",
            en="the column {column} of {file} holds lists or structures: write one value a row",
        ),
        "need-empty": Bilingual(
            ja="要件「{need}」が空です。{possible} のいずれかを書いてください",
            en="need “{need}” is empty: it is one of {possible}",
        ),
        "too-many-states": Bilingual(
            ja="カタログの状態が{count}通りあり、上限の{most}通りを超えています。カタログを分けてください",
            en="the catalogue has {count} states, more than {most}: divide it",
        ),
        # stock and jobs
        "job-twice": Bilingual(
            ja="作業「{job}」が2回挙げられています。一方だけにしてください",
            en="job “{job}” is listed twice: keep one",
        ),
        "no-ortools": Bilingual(
            ja="在庫の割当てには OR-Tools が必要です。keiki[stock] をインストールしてください",
            en="assigning stock needs OR-Tools: install keiki[stock]",
        ),
    }
)


def reason(error: OSError) -> Bilingual:
    """Why the operating system refused."""
    return opening_refusal(error)
