"""What each audit event is called by people, in Japanese and in English.

The audit keeps the event's name (``PasswordRewritten``), which never changes; these words may be written better at any
time. A test reads the source: every name that is recorded is here, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Mapping

from keiki.foundation.text.bilingual import Bilingual

HAPPENED: Mapping[str, Bilingual] = {
    # looking and reading
    "SupplyPointLookedUp": Bilingual(ja="供給地点を照会", en="supply point looked up"),
    "CustomerDataRead": Bilingual(ja="お客さま情報を閲覧", en="customer's data read"),
    "SupplyPointsSearched": Bilingual(ja="供給地点を検索", en="supply points searched"),
    "UnitSearched": Bilingual(ja="同じユニットの供給地点を検索", en="supply points with the same unit searched"),
    "AuthenticationIdOpened": Bilingual(ja="通知のため認証IDを開封", en="authentication ID opened for its delivery"),
    "PasswordOpened": Bilingual(ja="通知のためパスワードを開封", en="password opened for its delivery"),
    "ListExported": Bilingual(ja="一覧をCSVで書出し", en="list exported as CSV"),
    "AuditVerificationAsked": Bilingual(ja="監査記録の検証を依頼", en="verification of the audit asked for"),
    "BackupMade": Bilingual(ja="データベースのバックアップを作成", en="backup of the database made"),
    "BackupRestored": Bilingual(ja="データベースをバックアップから復元", en="database restored from a backup"),
    "AuditExported": Bilingual(ja="監査記録を書出し", en="audit exported"),
    # service contract
    "ServiceApplied": Bilingual(ja="Bルートサービスの申込みを受付", en="route-B service applied for"),
    "ApplicantChecked": Bilingual(ja="申込者を確認", en="applicant checked"),
    "ApplicationRejected": Bilingual(ja="申込みを不受理", en="application rejected"),
    "UnitsNeeded": Bilingual(ja="ユニットの設計へ移行", en="units found to be needed"),
    "PasswordSettingStarted": Bilingual(ja="パスワードの設定を開始", en="setting of the password started"),
    "ServiceConfirmed": Bilingual(ja="設定を確認", en="service confirmed"),
    "ServiceActivated": Bilingual(ja="サービスの利用を開始", en="service activated"),
    "PasswordLost": Bilingual(ja="パスワードの紛失を受付", en="password reported lost"),
    "PasswordRewritten": Bilingual(ja="パスワードを遠隔で書換え", en="password rewritten remotely"),
    "PasswordSetOnSite": Bilingual(ja="パスワードを現地で設定", en="password set on site"),
    "ProofLeftContractAsItWas": Bilingual(
        ja="計器での確認を記録(契約に変更なし)", en="proof noted, contract left as it was"
    ),
    "ServiceEndRequested": Bilingual(ja="サービスの廃止を受付", en="end of the service requested"),
    "ServiceEnded": Bilingual(ja="サービスを廃止", en="service ended"),
    "CustomerRecorded": Bilingual(ja="契約のお客さまを照合用に記録", en="customer recorded, to be recognised again"),
    "CustomerGone": Bilingual(ja="お客さまが契約の方でなくなったことを確認", en="customer found to be gone"),
    "CustomerThereAgain": Bilingual(ja="お客さまが契約の方であることを再確認", en="customer found to be there again"),
    "PowerOfAttorneyConfirmed": Bilingual(
        ja="委任をお客さま本人に確認", en="power of attorney confirmed by the customer"
    ),
    "VisitResultSetAside": Bilingual(
        ja="記録できない訪問結果を保留", en="visit's result that could not be recorded set aside"
    ),
    "StatusReadingShared": Bilingual(ja="進行中の状態の読取りを共用", en="status reading on its way shared"),
    "MessageSetAside": Bilingual(ja="適用できない回答を保留", en="answer that could not be applied set aside"),
    "SetAsideMessageSettled": Bilingual(ja="保留した回答を処理済みに", en="set-aside answer settled"),
    "ContractsWatched": Bilingual(ja="契約と台帳を照合", en="contracts held against the records"),
    "FormerHemsMayRead": Bilingual(ja="旧HEMSの接続終了待ちを開始", en="waits until the former HEMS' session is over"),
    # design
    "DesignOpened": Bilingual(ja="設計を開始", en="design opened"),
    "CombinationChosen": Bilingual(ja="組合せを選択", en="combination chosen"),
    "DesignLookedAgain": Bilingual(
        ja="設計の根拠を現在の台帳に更新",
        en="design held against the records again, and brought up to date",
    ),
    "DesignRefused": Bilingual(ja="設計チェックに不合格", en="design refused by the gate"),
    "DesignFinished": Bilingual(ja="設計を完了", en="design finished"),
    "DesignOrdered": Bilingual(ja="設計の作業指示書を発行", en="design put into a work order"),
    "DesignReopened": Bilingual(ja="設計を設計中に戻し", en="design reopened"),
    "DesignBuilt": Bilingual(ja="設計どおり施工", en="design built"),
    "DesignWithdrawn": Bilingual(ja="設計を取下げ", en="design withdrawn"),
    "DesignsWatched": Bilingual(ja="設計と台帳を照合", en="designs held against the records"),
    # work order
    "WorkOrderIssued": Bilingual(ja="作業指示書を発行", en="work order issued"),
    "WorkOrderPrinted": Bilingual(ja="作業指示書を印刷", en="work order printed"),
    "WorkOrderDone": Bilingual(ja="作業の完了を記録", en="work order recorded as done"),
    "WorkOrderFailed": Bilingual(ja="作業の不成功を記録", en="work order recorded as failed"),
    "WorkOrderCancelled": Bilingual(ja="作業指示書を取消し", en="work order cancelled"),
    "VisitFailedAgain": Bilingual(ja="再訪問も不成功", en="visit failed again"),
    "VisitRechecked": Bilingual(ja="訪問後に台帳と再照合(変化なし)", en="visit held against the records, which agree"),
    "VisitFoundOutdated": Bilingual(ja="訪問後に台帳の変化を発見", en="visit found to be outdated by the records"),
    "ConstructionFollowUpDone": Bilingual(ja="工事部門への連絡事項を完了", en="follow-up for construction done"),
    "ConstructionFollowUpOpened": Bilingual(ja="工事部門への連絡事項を作成", en="follow-up for construction opened"),
    # credential
    "CredentialBorn": Bilingual(ja="認証情報を作成", en="credential made"),
    "CredentialIssued": Bilingual(ja="認証情報を封印して発行", en="credential sealed and issued"),
    "CredentialProved": Bilingual(ja="認証情報を計器で確認", en="credential proved in the meter"),
    "CredentialDelivered": Bilingual(ja="認証情報をお客さまへ通知", en="credential delivered"),
    "CredentialSuperseded": Bilingual(ja="認証情報を新しい世代に交代", en="credential superseded"),
    "CredentialDiscarded": Bilingual(ja="認証情報を破棄", en="credential discarded"),
    "LateProofNoted": Bilingual(ja="遅れて届いた確認を記録", en="late proof noted"),
    # delivery
    "DeliveryScheduled": Bilingual(ja="通知を予定", en="delivery scheduled"),
    "DeliveryStopped": Bilingual(ja="通知を中止", en="delivery stopped"),
    "DeliveryNotAccepted": Bilingual(ja="通知が受け付けられず再送待ち", en="delivery not accepted, to be tried again"),
    "LetterSent": Bilingual(ja="書面を発送へ引渡し", en="letter handed to the mailing room"),
    "MailSent": Bilingual(ja="メールを送信", en="e-mail sent"),
    # remote commands and diagnosis
    "CommandQueued": Bilingual(ja="遠隔指令を作成", en="remote command queued"),
    "CommandSent": Bilingual(ja="遠隔指令を中継サーバへ送信", en="remote command sent to the relay"),
    "CommandAnswered": Bilingual(ja="遠隔指令の結果を受信", en="remote command answered"),
    "CommandExpired": Bilingual(ja="遠隔指令が期限切れ(結果不明)", en="remote command expired, its outcome unknown"),
    "ContradictionDecided": Bilingual(ja="食い違う結果について判断", en="contradicting result decided"),
    "ResultContradicted": Bilingual(ja="先の結果と食い違う結果を受信", en="result contradicted an earlier one"),
    "StrangeMessageReceived": Bilingual(ja="心当たりのない電文を受信", en="strange message received"),
    "StatusDiagnosed": Bilingual(ja="状態を読み取り診断", en="status read and diagnosed"),
    # people
    "AccessRefused": Bilingual(ja="権限のない画面を拒否", en="access refused for want of a right"),
    "LoggedIn": Bilingual(ja="ログイン", en="logged in"),
    "LogInFailed": Bilingual(ja="ログインに失敗", en="log-in failed"),
    "LoggedOut": Bilingual(ja="ログイン終了", en="log-in ended"),
    "LookUpLimitReached": Bilingual(ja="1時間の照会の上限に到達", en="came to the limit of look-ups in an hour"),
    "LookUpLimitLifted": Bilingual(ja="照会の上限による制限を解除", en="limit of look-ups lifted for a person"),
    "LockedOut": Bilingual(ja="試行回数の超過で一時ロック", en="locked out for too many attempts"),
    "PasswordChanged": Bilingual(ja="自分のパスワードを変更", en="own password changed"),
    "SecondFactorAdded": Bilingual(ja="二要素認証を登録", en="second factor added"),
    "SecondFactorRemoved": Bilingual(ja="二要素認証を削除", en="second factor removed"),
    "RecoveryCodesRenewed": Bilingual(ja="回復コードを再発行", en="recovery codes renewed"),
    "UserAdded": Bilingual(ja="利用者を登録", en="user added"),
    "PasswordReset": Bilingual(ja="パスワードを再発行", en="password reset"),
    "SecondFactorReset": Bilingual(ja="二要素認証を解除", en="second factor reset"),
    "UserDeactivated": Bilingual(ja="利用者を停止", en="user deactivated"),
    "RoleGranted": Bilingual(ja="役割を付与", en="role granted"),
    "RoleTakenAway": Bilingual(ja="役割を取消し", en="role taken away"),
    "ServiceOfficeNamed": Bilingual(ja="営業所を登録・改称", en="service office named"),
    # catalogue
    "CatalogueBroughtIn": Bilingual(ja="カタログ版を取込み", en="catalogue version brought in"),
    "CatalogueProposed": Bilingual(ja="カタログ版の公開を申請", en="catalogue version proposed"),
    "CataloguePublished": Bilingual(ja="カタログ版を公開", en="catalogue version published"),
    "CatalogueRejected": Bilingual(ja="カタログ版を差戻し", en="catalogue version rejected"),
    "CatalogueSuperseded": Bilingual(ja="カタログ版が旧版に", en="catalogue version superseded"),
    "CatalogueRestored": Bilingual(ja="カタログ旧版が復帰", en="catalogue version restored"),
    "CatalogueWithdrawn": Bilingual(ja="カタログ版を取下げ", en="catalogue version withdrawn"),
    # devices
    "KeyRequestAsked": Bilingual(ja="鍵の登録・失効を申請", en="key request made"),
    "KeyRequestApproved": Bilingual(ja="鍵の申請を承認", en="key request approved"),
    "KeyRequestRejected": Bilingual(ja="鍵の申請を却下", en="key request rejected"),
    "KeyRequestWithdrawn": Bilingual(ja="鍵の申請を取下げ", en="key request withdrawn"),
    "ApiTokenAsked": Bilingual(ja="APIトークンを申請", en="API token asked for"),
    "ApiTokenApproved": Bilingual(ja="APIトークンを承認", en="API token approved"),
    "ApiTokenRejected": Bilingual(ja="APIトークンを却下", en="API token rejected"),
    "ApiTokenRevoked": Bilingual(ja="APIトークンを失効", en="API token revoked"),
    "ApiTokenDidNotWork": Bilingual(ja="使えないAPIトークンでの呼出し", en="call with an API token that does not work"),
    "DeviceEnrolled": Bilingual(ja="端末の公開鍵カードを登録", en="device's card enrolled"),
    "DeviceRevoked": Bilingual(ja="端末の公開鍵カードを失効", en="device's card revoked"),
}


def happened_in_words(name: str) -> Bilingual:
    """Return the words of an event's name; a name of another version of the program stands for itself."""
    return HAPPENED.get(name) or Bilingual.same(name)
