"""The life of a route-B service contract (domain facts, section 7).

Apply, check the applicant against the contract, link the data; where the installed units already serve route B the
password is rewritten remotely, else design, work order and visit bring it into the meter. Once it is proved in the
meter the customer is told, and the service is active. A lost password and a replaced communication unit bring a
confirmed or active contract back to setting; an application may be withdrawn at any time; moving out or cancelling
ends it with a password that nobody holds. Where the meter kept the former HEMS' session open, that HEMS may go on
reading until the session's time is over, and only then the contract is ended.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


class ServiceState(StrEnum):
    """Where a service contract is."""

    APPLIED = "applied"
    CHECKED = "checked"
    DESIGNING = "designing"
    SETTING = "setting"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    ENDING = "ending"
    READABLE = "readable"
    ENDED = "ended"
    REJECTED = "rejected"


class ServiceEvent(StrEnum):
    """What happens to a service contract."""

    CHECK = "check"
    REJECT = "reject"
    NEED_UNITS = "need_units"
    SET_PASSWORD = "set_password"  # noqa: S105 - the name of an event
    CONFIRM = "confirm"
    DELIVER = "deliver"
    LOSE_PASSWORD = "lose_password"  # noqa: S105 - the name of an event
    REPLACE_UNIT = "replace_unit"
    END = "end"
    ERASE = "erase"
    LEAVE_SESSION = "leave_session"
    END_SESSION = "end_session"


S, E = ServiceState, ServiceEvent

WORDS = LifecycleWords(
    name=Bilingual(ja="Bルートサービス契約", en="route-B service contract"),
    states={
        S.APPLIED: Bilingual(ja="申込受付", en="applied"),
        S.CHECKED: Bilingual(ja="申込者確認済み", en="applicant checked"),
        S.DESIGNING: Bilingual(ja="設計中", en="designing"),
        S.SETTING: Bilingual(ja="パスワード設定中", en="setting the password"),
        S.CONFIRMED: Bilingual(ja="設定確認済み", en="confirmed"),
        S.ACTIVE: Bilingual(ja="利用中", en="active"),
        S.ENDING: Bilingual(ja="廃止手続中", en="ending"),
        S.READABLE: Bilingual(ja="旧HEMSの接続終了待ち", en="former HEMS may read"),
        S.ENDED: Bilingual(ja="廃止", en="ended"),
        S.REJECTED: Bilingual(ja="申込不受理", en="rejected"),
    },
    events={
        E.CHECK: Bilingual(ja="申込者の確認", en="check the applicant"),
        E.REJECT: Bilingual(ja="申込みの不受理", en="reject"),
        E.NEED_UNITS: Bilingual(ja="ユニット設計への移行", en="go to design"),
        E.SET_PASSWORD: Bilingual(ja="パスワードの設定", en="set the password"),
        E.CONFIRM: Bilingual(ja="設定の確認", en="confirm"),
        E.DELIVER: Bilingual(ja="お客さまへの通知", en="deliver"),
        E.LOSE_PASSWORD: Bilingual(ja="パスワード紛失による書換え", en="rewrite a lost password"),
        E.REPLACE_UNIT: Bilingual(ja="通信ユニットの取替え", en="replace the communication unit"),
        E.END: Bilingual(ja="廃止", en="end"),
        E.ERASE: Bilingual(ja="パスワードの消去", en="erase the password"),
        E.LEAVE_SESSION: Bilingual(ja="パスワードの消去(接続は残る)", en="erase the password, a session may be open"),
        E.END_SESSION: Bilingual(ja="接続期限の経過", en="the session's time is over"),
    },
)

SERVICE = Lifecycle(
    name="service contract",
    initial=S.APPLIED,
    table={
        (S.APPLIED, E.CHECK): S.CHECKED,
        (S.APPLIED, E.REJECT): S.REJECTED,
        (S.APPLIED, E.END): S.ENDED,
        (S.CHECKED, E.NEED_UNITS): S.DESIGNING,
        (S.CHECKED, E.SET_PASSWORD): S.SETTING,
        (S.CHECKED, E.END): S.ENDED,
        (S.DESIGNING, E.SET_PASSWORD): S.SETTING,
        (S.DESIGNING, E.END): S.ENDED,
        (S.SETTING, E.CONFIRM): S.CONFIRMED,
        (S.SETTING, E.NEED_UNITS): S.DESIGNING,
        (S.SETTING, E.END): S.ENDING,
        (S.CONFIRMED, E.DELIVER): S.ACTIVE,
        (S.CONFIRMED, E.LOSE_PASSWORD): S.SETTING,
        (S.CONFIRMED, E.REPLACE_UNIT): S.SETTING,
        (S.CONFIRMED, E.END): S.ENDING,
        (S.ACTIVE, E.LOSE_PASSWORD): S.SETTING,
        (S.ACTIVE, E.REPLACE_UNIT): S.SETTING,
        (S.ACTIVE, E.END): S.ENDING,
        (S.ENDING, E.ERASE): S.ENDED,
        (S.ENDING, E.LEAVE_SESSION): S.READABLE,
        (S.READABLE, E.END_SESSION): S.ENDED,
    },
    words=WORDS,
)
