"""The words of a diagnosis, in Japanese and English: the same on site and remotely.

Messages and causes are the founding paper's (table 2); what to do next and the notes come from current practice in the
field (domain facts, section 6, marked *field*).
"""

from __future__ import annotations

from dataclasses import dataclass

from keiki.domain.diagnosis.status import RouteBMedium
from keiki.domain.diagnosis.table import DiagnosisId
from keiki.foundation.status_items import STATUS_ITEMS
from keiki.foundation.text.bilingual import Bilingual


@dataclass(frozen=True)
class DiagnosisText:
    """What a diagnosis tells: message, probable causes, what to do next (in this order), and notes of caution."""

    message: Bilingual
    todo: tuple[Bilingual, ...]
    causes: tuple[Bilingual, ...] = ()
    notes: tuple[Bilingual, ...] = ()


LAMPS = {item.id: item.name for item in STATUS_ITEMS}
STATES = {
    "clear": Bilingual(ja="正常", en="clear"),
    "failure": Bilingual(ja="異常", en="failure"),
    "normal": Bilingual(ja="正常", en="normal"),
    "abnormality": Bilingual(ja="故障の疑い", en="abnormality"),
    "unknown": Bilingual(ja="不明", en="unknown"),
}

HEMS_OFF = Bilingual(ja="HEMSの電源が入っていない。", en="The HEMS is turned off.")
WRONG_PASSWORD = Bilingual(ja="HEMSに入力されたパスワードが誤っている。", en="The password put into the HEMS is wrong.")
UNIT_DOWN = Bilingual(ja="通信ユニットが動作していないおそれがある。", en="The communication unit could be down.")

CAUSES_BY_MEDIUM = {
    RouteBMedium.WIRELESS: (
        Bilingual(ja="無線：計器とHEMSの距離が遠い。", en="Wireless: the HEMS is too far from the meter."),
        Bilingual(ja="無線：計器とHEMSの間に干渉がある。", en="Wireless: interference between HEMS and meter."),
    ),
    RouteBMedium.PLC: (
        Bilingual(ja="PLC：信号を減衰させる機器がある。", en="PLC: there are devices that reduce the signal."),
        Bilingual(ja="PLC：雑音を発生させる機器がある。", en="PLC: there are devices that make noise."),
    ),
}

NOT_PROOF = Bilingual(
    ja="接続できないことだけでは、パスワード誤りとは断定できません。",
    en="A failed join alone does not prove a wrong password.",
)
SESSION_OPEN = Bilingual(
    ja="「接続中」は、計器とHEMSのセッションが開いていることだけを示します。HEMSの電源が切れても、セッションは計器が許可した時間"
    "（通常24時間）が過ぎるまで開いたままです。",
    en='"Active" says that a session is open between meter and HEMS, and no more: it stays open after the HEMS is '
    "switched off, for as long as the meter granted it (usually 24 hours).",
)
LIVE_SESSION = Bilingual(
    ja="書換え前に確立したセッションは、計器が書換えで切断しない限り、HEMSが次に再認証するまで、最長で計器が許可した時間"
    "（通常24時間）続きます。書換え後の「接続中」は新しいパスワードの証明になりません。",
    en="Unless the meter ends it with the rewrite, a session from before lives on until the HEMS authenticates again, "
    "at most for as long as the meter granted it (usually 24 hours): after a rewrite, "
    '"active" does not prove the new password.',
)
ONE_HEMS = Bilingual(
    ja="1台のHEMSが接続している間、2台目は拒否されます。",
    en="While one HEMS is joined, a second one is refused.",
)
WRONG_ID = Bilingual(
    ja="認証IDの入力誤りは、HEMS側では「計器が見つからない」と表示され、計器側では未接続に見えます。",
    en='A wrong authentication ID shows on the HEMS as "meter not found", and at the meter as unconnected.',
)

EXCHANGE_UNKNOWN = Bilingual(
    ja="この読取りでは、HEMSが最後にいつ通信したかは分かりません（通知しない通信ユニットがあります）。",
    en="This reading does not tell when the HEMS last spoke: not every unit tells it.",
)
RESTART_HEMS = Bilingual(
    ja="データが届かないという申し出があれば、HEMSの電源を確かめて再起動してもらい、2分ほど待ってもう一度状態を読んでください。"
    "「HEMS認証失敗」に変われば認証IDかパスワードの誤り、「接続中」のままならHEMSメーカーへの案内です。",
    en="If the customer says that nothing arrives, have the HEMS switched on and restarted, wait two minutes "
    'and read the status again: "HEMS is failure" then means a wrong ID or password, "active" again means '
    "that the maker of the HEMS must help.",
)
OTHER_HEMS = Bilingual(
    ja="別のHEMSが接続していないかも確認してください。",
    en="Also look for another HEMS that is joined.",
)
SILENT_HEMS = DiagnosisText(
    Bilingual(ja="OK：HEMSと接続中（1時間以上通信なし）", en="OK: active, but no exchange for more than an hour"),
    causes=(HEMS_OFF,),
    todo=(
        Bilingual(
            ja="HEMSの電源が入っているか、計器から離れた場所に移していないかを見てもらうよう、お客さまに依頼してください。",
            en="Ask the customer to look at the HEMS: is it on, and was it moved away from the meter?",
        ),
        RESTART_HEMS,
        OTHER_HEMS,
    ),
    notes=(
        SESSION_OPEN,
        Bilingual(
            ja="HEMSが計器に問い合わせる間隔は機種によります。間隔が空いたことだけでは、故障とは断定できません。",
            en="How often a HEMS asks its meter is up to its maker: a long pause alone does not prove a fault.",
        ),
        ONE_HEMS,
        LIVE_SESSION,
    ),
)
"""What is said in place of *active* where the last exchange is old."""

TEXTS = {
    DiagnosisId.ACTIVE: DiagnosisText(
        Bilingual(ja="OK：HEMSと接続中", en="OK: active"),
        todo=(
            Bilingual(
                ja="お客さまから申し出がなければ、対応は不要です。",
                en="If the customer has no complaint, there is nothing to do.",
            ),
            RESTART_HEMS,
            OTHER_HEMS,
        ),
        notes=(SESSION_OPEN, ONE_HEMS, LIVE_SESSION),
    ),
    DiagnosisId.HEMS_FAILURE: DiagnosisText(
        Bilingual(ja="NG：HEMS認証失敗", en="NG: HEMS is failure"),
        causes=(WRONG_PASSWORD,),
        todo=(
            Bilingual(
                ja="認証IDとパスワードをHEMSに入力し直すよう、お客さまに依頼してください。",
                en="Ask the customer to put authentication ID and password into the HEMS again.",
            ),
            Bilingual(
                ja="それでも失敗する場合、またはパスワードを紛失した場合は、パスワードの遠隔書換えを依頼してください。",
                en="If it still fails, or the password is lost, ask for a remote rewrite of the password.",
            ),
        ),
        notes=(NOT_PROOF, ONE_HEMS),
    ),
    DiagnosisId.HEMS_UNCONNECTED: DiagnosisText(
        Bilingual(ja="NG：HEMS未接続", en="NG: HEMS is unconnected"),
        causes=(HEMS_OFF,),
        todo=(
            Bilingual(
                ja="HEMSの電源を入れ、認証IDの入力を確かめるよう、お客さまに依頼してください。",
                en="Ask the customer to turn the HEMS on and to check the authentication ID put into it.",
            ),
            Bilingual(
                ja="電源が入っている場合は、上の原因を順に取り除き、もう一度状態を読んでください。",
                en="If it is on, remove the causes above one by one and read the status again.",
            ),
        ),
        notes=(WRONG_ID, NOT_PROOF),
    ),
    DiagnosisId.ABNORMALITY: DiagnosisText(
        Bilingual(ja="NG：通信ユニット異常", en="NG: abnormality"),
        causes=(UNIT_DOWN,),
        todo=(
            Bilingual(
                ja="通信ユニットの交換を手配してください。", en="Arrange for the communication unit to be replaced."
            ),
            Bilingual(
                ja="交換後は、新しい通信ユニットにパスワードを設定し直してください。",
                en="After the replacement, set the password again in the new communication unit.",
            ),
        ),
    ),
    DiagnosisId.INCONSISTENT: DiagnosisText(
        Bilingual(ja="NG：状態が矛盾しています", en="NG: the status items contradict each other"),
        todo=(
            Bilingual(
                ja="1分ほど待って、もう一度状態を読んでください。", en="Wait a minute and read the status again."
            ),
            Bilingual(
                ja="同じ結果なら、4項目の値をそのまま技術担当に伝えてください。推測で対応しないでください。",
                en="If it stays so, pass the four items as they are to the engineers. Do not act on a guess.",
            ),
        ),
    ),
    DiagnosisId.NOT_READABLE: DiagnosisText(
        Bilingual(ja="NG：状態を読み取れません", en="NG: the status cannot be read"),
        todo=(
            Bilingual(
                ja="時間をおいてもう一度読み、読めなければもう一方の経路（現地または遠隔）で読んでください。",
                en="Read again later; if it still fails, read it the other way (on site or remotely).",
            ),
            Bilingual(
                ja="両方とも応答がなければ、停電、次に通信ユニットを確認してください。",
                en="If neither answers, check for a power cut, then the communication unit.",
            ),
        ),
        notes=(
            Bilingual(
                ja="応答がないことだけでは、HEMSとの通信（Bルート）の状態は分かりません。",
                en="No answer says nothing about the HEMS: route B may be working.",
            ),
        ),
    ),
}
