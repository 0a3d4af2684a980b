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
    name=("Bルートサービス契約", "route-B service contract"),
    states={
        S.APPLIED: ("申込受付", "applied"),
        S.CHECKED: ("申込者確認済み", "applicant checked"),
        S.DESIGNING: ("設計中", "designing"),
        S.SETTING: ("パスワード設定中", "setting the password"),
        S.CONFIRMED: ("設定確認済み", "confirmed"),
        S.ACTIVE: ("利用中", "active"),
        S.ENDING: ("廃止手続中", "ending"),
        S.READABLE: ("旧HEMSの接続終了待ち", "former HEMS may read"),
        S.ENDED: ("廃止", "ended"),
        S.REJECTED: ("申込不受理", "rejected"),
    },
    events={
        E.CHECK: ("申込者の確認", "check the applicant"),
        E.REJECT: ("申込みの不受理", "reject"),
        E.NEED_UNITS: ("ユニット設計への移行", "go to design"),
        E.SET_PASSWORD: ("パスワードの設定", "set the password"),
        E.CONFIRM: ("設定の確認", "confirm"),
        E.DELIVER: ("お客さまへの通知", "deliver"),
        E.LOSE_PASSWORD: ("パスワード紛失による書換え", "rewrite a lost password"),
        E.REPLACE_UNIT: ("通信ユニットの取替え", "replace the communication unit"),
        E.END: ("廃止", "end"),
        E.ERASE: ("パスワードの消去", "erase the password"),
        E.LEAVE_SESSION: ("パスワードの消去(接続は残る)", "erase the password, a session may be open"),
        E.END_SESSION: ("接続期限の経過", "the session's time is over"),
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
