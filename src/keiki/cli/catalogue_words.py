"""What ``keiki catalogue`` says, in Japanese and English."""

from __future__ import annotations

from keiki.domain.units import SentenceTable
from keiki.foundation.text.bilingual import Bilingual

say = SentenceTable(
    {
        # refusals
        "refused": Bilingual(
            ja="{folder}: 受け付けられません(問題 {count}件)", en="{folder}: refused, problems: {count}"
        ),
        "no-folder": Bilingual(
            ja="フォルダー {folder} がありません。カタログのフォルダーか、付属カタログ {shipped} "
            "の名前を指定してください",
            en="there is no folder {folder}: give a catalogue's folder, or one of {shipped}",
        ),
        "no-toml": Bilingual(
            ja="{folder} に .toml ファイルがありません。カタログのフォルダーを指定してください",
            en="{folder} has no .toml files: give a catalogue's folder",
        ),
        "wrong-day": Bilingual(
            ja="「{text}」は日付として読めません。2016-04-01 の形で書いてください",
            en="“{text}” is no day: write it as 2016-04-01",
        ),
        # the list
        "shipped": Bilingual(
            ja="{name}\t第{version}版\t{first}から",
            en="{name}\tversion {version}\tfrom {first}",
        ),
        # the proof
        "as-of": Bilingual(ja="{name} 第{version}版({day}時点)", en="{name} version {version}, as of {day}"),
        "combinations": Bilingual(ja="  有効な組合せ            {count}", en="  valid combinations      {count}"),
        "needs": Bilingual(
            ja="  要件                {count}通り、うち {met}通りは満たせる",
            en="  needs                   {count}, of which {met} can be met",
        ),
        "unmet": Bilingual(
            ja="  満たせない              {count}通り、すべて宣言済み:",
            en="  cannot be met           {count}, every one declared:",
        ),
        "conflicts": Bilingual(ja="  最小の矛盾              {count}件", en="  smallest conflicts      {count}"),
        "no-dead-units": Bilingual(ja="  使われないユニット      なし", en="  dead units              none"),
        "no-dead-rules": Bilingual(ja="  効かない規則            なし", en="  dead rules              none"),
        "never-first": Bilingual(
            ja="  新設では選ばれないユニット: {units}",
            en="  never first at a new place: {units}",
        ),
        "none": Bilingual(ja="なし", en="none"),
        "ties": Bilingual(
            ja="  同順位                  {of}状態のうち {count}状態はカタログの順で決まる",
            en="  ties                    in {count} of {of} states the catalogue's order decides",
        ),
        "tie-needs": Bilingual(ja="    例: {needs}", en="    such as {needs}"),
        "tie-wall": Bilingual(
            ja="    既設 {wall} では {first} を {others} より先に選ぶ",
            en="    where {wall} hangs: {first} is chosen before {others}",
        ),
        "answer-none": Bilingual(ja="  {needs}: 組合せなし({ids})", en="  {needs}: nothing ({ids})"),
        "answer": Bilingual(
            ja="  {needs}: {choice}({allowed}通りのうち最良{tied})",
            en="  {needs}: {choice}, best of {allowed}{tied}",
        ),
        "tied": Bilingual(ja="、同順位{count}通りに先立つ", en=", before {count} of equal rank"),
        "not-tied": Bilingual(ja="", en=""),
        # the comparison
        "only-in": Bilingual(ja="{folder} だけにある要件: {values}", en="needs only in {folder}: {values}"),
        "differences": Bilingual(
            ja="要件{of}通りのうち {count}通りで答えが変わる",
            en="{count} of {of} needs get another answer",
        ),
        "not-compared": Bilingual(
            ja="要件の種類が異なるため、答えは比べられません",
            en="the two do not ask for the same needs, so their answers cannot be compared",
        ),
        "more": Bilingual(ja="…ほか {count}件(--all ですべて表示)", en="... and {count} more: --all shows them"),
        "nothing": Bilingual(ja="組合せなし", en="nothing"),
        "new-place": Bilingual(ja="(新設)", en="(new place)"),
        "other-unit": Bilingual(ja="その他", en="other"),
        "column-needs": Bilingual(ja="要件", en="needs"),
        "column-installed": Bilingual(ja="既設", en="installed"),
        "column-before": Bilingual(ja="変更前", en="before"),
        "column-after": Bilingual(ja="変更後", en="after"),
        "column-walls": Bilingual(ja="答えの変わる既設", en="walls that differ"),
        "walls": Bilingual(ja="{of}通りのうち {count}", en="{count} of {of}"),
    }
)
