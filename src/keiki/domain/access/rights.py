"""What a person may do in the office, one right for one kind of look or act.

A right that is *local* holds for the rows of the service offices (営業所) it was granted for; the others hold for the
whole utility, for what they are about belongs to no office: catalogue, keys, people, the audit.
"""

from __future__ import annotations

from enum import StrEnum

from keiki.foundation.text.bilingual import Bilingual


class Right(StrEnum):
    """One kind of look or act."""

    SEE_POINTS = "see_points"
    SEE_CUSTOMER = "see_customer"
    SEE_CONTRACTS = "see_contracts"
    TAKE_APPLICATIONS = "take_applications"
    END_SERVICE = "end_service"
    REWRITE_PASSWORD = "rewrite_password"  # noqa: S105 - the name of a right
    SEE_DESIGNS = "see_designs"
    MAKE_DESIGNS = "make_designs"
    SEE_ORDERS = "see_orders"
    ISSUE_ORDERS = "issue_orders"
    PRINT_ORDERS = "print_orders"
    RECORD_RESULTS = "record_results"
    CLOSE_FOLLOW_UPS = "close_follow_ups"
    SEE_DIAGNOSES = "see_diagnoses"
    READ_STATUS = "read_status"
    DECIDE_RESULTS = "decide_results"
    SEE_SOURCES = "see_sources"
    SEE_CATALOGUE = "see_catalogue"
    PROPOSE_CATALOGUE = "propose_catalogue"
    PUBLISH_CATALOGUE = "publish_catalogue"
    SEE_KEYS = "see_keys"
    REQUEST_KEYS = "request_keys"
    APPROVE_KEYS = "approve_keys"
    SEE_AUDIT = "see_audit"
    EXPORT_AUDIT = "export_audit"
    LIFT_LIMITS = "lift_limits"
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_TOKENS = "manage_tokens"

    @property
    def local(self) -> bool:
        """Whether the right holds for the rows of certain service offices only."""
        return self in _LOCAL

    @property
    def words(self) -> Bilingual:
        """The right in Japanese and English."""
        return _WORDS[self]


_LOCAL = frozenset(
    {
        Right.SEE_POINTS,
        Right.SEE_CUSTOMER,
        Right.SEE_CONTRACTS,
        Right.TAKE_APPLICATIONS,
        Right.END_SERVICE,
        Right.REWRITE_PASSWORD,
        Right.SEE_DESIGNS,
        Right.MAKE_DESIGNS,
        Right.SEE_ORDERS,
        Right.ISSUE_ORDERS,
        Right.PRINT_ORDERS,
        Right.RECORD_RESULTS,
        Right.CLOSE_FOLLOW_UPS,
        Right.SEE_DIAGNOSES,
        Right.READ_STATUS,
        Right.DECIDE_RESULTS,
    }
)
_WORDS: dict[Right, Bilingual] = {
    Right.SEE_POINTS: Bilingual(ja="供給地点を調べる", en="look up supply points"),
    Right.SEE_CUSTOMER: Bilingual(ja="お客さまの氏名・住所を見る", en="see a customer's name and address"),
    Right.SEE_CONTRACTS: Bilingual(ja="Bルート契約を見る", en="see route-B contracts"),
    Right.TAKE_APPLICATIONS: Bilingual(ja="Bルートの申込みを受け付ける", en="take applications for route B"),
    Right.END_SERVICE: Bilingual(ja="Bルートの契約を廃止する", en="end a route-B contract"),
    Right.REWRITE_PASSWORD: Bilingual(
        ja="パスワードの遠隔書換えを指令する", en="order a remote rewrite of the password"
    ),
    Right.SEE_DESIGNS: Bilingual(ja="設計を見る", en="see designs"),
    Right.MAKE_DESIGNS: Bilingual(ja="設計を作成・完了する", en="make and finish designs"),
    Right.SEE_ORDERS: Bilingual(ja="作業指示書を見る", en="see work orders"),
    Right.ISSUE_ORDERS: Bilingual(ja="作業指示書を発行・取消する", en="issue and cancel work orders"),
    Right.PRINT_ORDERS: Bilingual(ja="作業指示書を印刷する", en="print work orders"),
    Right.RECORD_RESULTS: Bilingual(ja="作業結果を記録する", en="record the results of visits"),
    Right.CLOSE_FOLLOW_UPS: Bilingual(ja="作業後の処理を完了する", en="close what is to be done after a visit"),
    Right.SEE_DIAGNOSES: Bilingual(ja="診断結果を見る", en="see diagnoses"),
    Right.READ_STATUS: Bilingual(ja="計器の状態を遠隔で読む", en="read a meter's status remotely"),
    Right.DECIDE_RESULTS: Bilingual(
        ja="食い違う結果を判断する", en="decide between results that contradict each other"
    ),
    Right.SEE_SOURCES: Bilingual(ja="連携元の状態を見る", en="see the health of the data servers"),
    Right.SEE_CATALOGUE: Bilingual(ja="カタログを見る", en="see the catalogue"),
    Right.PROPOSE_CATALOGUE: Bilingual(ja="カタログの版を提案する", en="propose a version of the catalogue"),
    Right.PUBLISH_CATALOGUE: Bilingual(
        ja="他者が提案した版を公開する", en="publish a version that somebody else proposed"
    ),
    Right.SEE_KEYS: Bilingual(ja="登録機器の公開鍵カードを見る", en="see the identity cards of enrolled devices"),
    Right.REQUEST_KEYS: Bilingual(
        ja="公開鍵カードの登録・失効を申請する", en="ask for a card to be enrolled or revoked"
    ),
    Right.APPROVE_KEYS: Bilingual(ja="他者の登録・失効申請を承認する", en="approve what somebody else asked for"),
    Right.SEE_AUDIT: Bilingual(ja="監査記録を調べる", en="search the audit"),
    Right.EXPORT_AUDIT: Bilingual(ja="監査記録を検証・出力する", en="verify and export the audit"),
    Right.LIFT_LIMITS: Bilingual(
        ja="照会の上限に達した人の制限を解く", en="lift the limit of look-ups for a person who reached it"
    ),
    Right.SEE_PEOPLE: Bilingual(ja="利用者と役割を見る", en="see users and their roles"),
    Right.MANAGE_PEOPLE: Bilingual(ja="利用者と役割を管理する", en="manage users and their roles"),
    Right.MANAGE_TOKENS: Bilingual(ja="APIトークンを管理する", en="manage tokens of the API"),
}
