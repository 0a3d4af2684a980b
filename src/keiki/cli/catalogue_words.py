"""What ``keiki catalogue`` says, in Japanese and English."""

from __future__ import annotations

from keiki.domain.units import Sayings

say = Sayings(
    {
        # refusals
        "refused": ("{folder}: 受け付けられません(問題 {count}件)", "{folder}: refused, problems: {count}"),
        "no-folder": (
            "フォルダー {folder} がありません。カタログのフォルダーか、付属カタログ {shipped} の名前を指定してください",
            "there is no folder {folder}: give a catalogue's folder, or one of {shipped}",
        ),
        "no-toml": (
            "{folder} に .toml ファイルがありません。カタログのフォルダーを指定してください",
            "{folder} has no .toml files: give a catalogue's folder",
        ),
        "wrong-day": (
            "「{text}」は日付として読めません。2016-04-01 の形で書いてください",
            "“{text}” is no day: write it as 2016-04-01",
        ),
        # the list
        "shipped": (
            "{name}\t第{version}版\t{first}から",
            "{name}\tversion {version}\tfrom {first}",
        ),
        # the proof
        "as-of": ("{name} 第{version}版({day}時点)", "{name} version {version}, as of {day}"),
        "combinations": ("  有効な組合せ            {count}", "  valid combinations      {count}"),
        "needs": (
            "  要件                {count}通り、うち {met}通りは満たせる",
            "  needs                   {count}, of which {met} can be met",
        ),
        "unmet": (
            "  満たせない              {count}通り、すべて宣言済み:",
            "  cannot be met           {count}, every one declared:",
        ),
        "conflicts": ("  最小の矛盾              {count}件", "  smallest conflicts      {count}"),
        "no-dead-units": ("  使われないユニット      なし", "  dead units              none"),
        "no-dead-rules": ("  効かない規則            なし", "  dead rules              none"),
        "never-first": (
            "  新設では選ばれないユニット: {units}",
            "  never first at a new place: {units}",
        ),
        "none": ("なし", "none"),
        "ties": (
            "  同順位                  {of}状態のうち {count}状態はカタログの順で決まる",
            "  ties                    in {count} of {of} states the catalogue's order decides",
        ),
        "tie-needs": ("    例: {needs}", "    such as {needs}"),
        "tie-wall": (
            "    既設 {wall} では {first} を {others} より先に選ぶ",
            "    where {wall} hangs: {first} is chosen before {others}",
        ),
        "answer-none": ("  {needs}: 組合せなし({ids})", "  {needs}: nothing ({ids})"),
        "answer": (
            "  {needs}: {choice}({allowed}通りのうち最良{tied})",
            "  {needs}: {choice}, best of {allowed}{tied}",
        ),
        "tied": ("、同順位{count}通りに先立つ", ", before {count} of equal rank"),
        "not-tied": ("", ""),
        # the comparison
        "only-in": ("{folder} だけにある要件: {values}", "needs only in {folder}: {values}"),
        "differences": (
            "要件{of}通りのうち {count}通りで答えが変わる",
            "{count} of {of} needs get another answer",
        ),
        "not-compared": (
            "要件の種類が異なるため、答えは比べられません",
            "the two do not ask for the same needs, so their answers cannot be compared",
        ),
        "more": ("…ほか {count}件(--all ですべて表示)", "... and {count} more: --all shows them"),
        "nothing": ("組合せなし", "nothing"),
        "new-place": ("(新設)", "(new place)"),
        "other-unit": ("その他", "other"),
        "column-needs": ("要件", "needs"),
        "column-installed": ("既設", "installed"),
        "column-before": ("変更前", "before"),
        "column-after": ("変更後", "after"),
        "column-walls": ("答えの変わる既設", "walls that differ"),
        "walls": ("{of}通りのうち {count}", "{count} of {of}"),
    }
)
