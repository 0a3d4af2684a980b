"""What a person may do in the office, one right for one kind of look or act.

A right that is *local* holds for the rows of the service offices (営業所) it was granted for; the others hold for the
whole utility, for what they are about belongs to no office: catalogue, keys, people, the audit.
"""

from __future__ import annotations

from enum import StrEnum

Text = tuple[str, str]


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
    def words(self) -> Text:
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
_WORDS: dict[Right, Text] = {
    Right.SEE_POINTS: ("供給地点を調べる", "look up supply points"),
    Right.SEE_CUSTOMER: ("お客さまの氏名・住所を見る", "see a customer's name and address"),
    Right.SEE_CONTRACTS: ("Bルート契約を見る", "see route-B contracts"),
    Right.TAKE_APPLICATIONS: ("Bルートの申込みを受け付ける", "take applications for route B"),
    Right.END_SERVICE: ("Bルートの契約を廃止する", "end a route-B contract"),
    Right.REWRITE_PASSWORD: ("パスワードの遠隔書換えを指令する", "order a remote rewrite of the password"),
    Right.SEE_DESIGNS: ("設計を見る", "see designs"),
    Right.MAKE_DESIGNS: ("設計を作成・完了する", "make and finish designs"),
    Right.SEE_ORDERS: ("作業指示書を見る", "see work orders"),
    Right.ISSUE_ORDERS: ("作業指示書を発行・取消する", "issue and cancel work orders"),
    Right.PRINT_ORDERS: ("作業指示書を印刷する", "print work orders"),
    Right.RECORD_RESULTS: ("作業結果を記録する", "record the results of visits"),
    Right.CLOSE_FOLLOW_UPS: ("作業後の処理を完了する", "close what is to be done after a visit"),
    Right.SEE_DIAGNOSES: ("診断結果を見る", "see diagnoses"),
    Right.READ_STATUS: ("計器の状態を遠隔で読む", "read a meter's status remotely"),
    Right.DECIDE_RESULTS: ("食い違う結果を判断する", "decide between results that contradict each other"),
    Right.SEE_SOURCES: ("連携元の状態を見る", "see the health of the data servers"),
    Right.SEE_CATALOGUE: ("カタログを見る", "see the catalogue"),
    Right.PROPOSE_CATALOGUE: ("カタログの版を提案する", "propose a version of the catalogue"),
    Right.PUBLISH_CATALOGUE: ("他者が提案した版を公開する", "publish a version that somebody else proposed"),
    Right.SEE_KEYS: ("登録機器の公開鍵カードを見る", "see the identity cards of enrolled devices"),
    Right.REQUEST_KEYS: ("公開鍵カードの登録・失効を申請する", "ask for a card to be enrolled or revoked"),
    Right.APPROVE_KEYS: ("他者の登録・失効申請を承認する", "approve what somebody else asked for"),
    Right.SEE_AUDIT: ("監査記録を調べる", "search the audit"),
    Right.EXPORT_AUDIT: ("監査記録を検証・出力する", "verify and export the audit"),
    Right.LIFT_LIMITS: ("照会の上限に達した人の制限を解く", "lift the limit of look-ups for a person who reached it"),
    Right.SEE_PEOPLE: ("利用者と役割を見る", "see users and their roles"),
    Right.MANAGE_PEOPLE: ("利用者と役割を管理する", "manage users and their roles"),
    Right.MANAGE_TOKENS: ("APIトークンを管理する", "manage tokens of the API"),
}
