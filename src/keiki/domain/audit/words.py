"""What each audit event is called by people, in Japanese and in English.

The audit keeps the event's name (``PasswordRewritten``), which never changes; these words may be written better at any
time. A test reads the source: every name that is recorded is here, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Mapping

HAPPENED: Mapping[str, tuple[str, str]] = {
    # looking and reading
    "SupplyPointLookedUp": ("供給地点を照会", "supply point looked up"),
    "CustomerDataRead": ("お客さま情報を閲覧", "customer's data read"),
    "SupplyPointsSearched": ("供給地点を検索", "supply points searched"),
    "UnitSearched": ("同じユニットの供給地点を検索", "supply points with the same unit searched"),
    "AuthenticationIdOpened": ("通知のため認証IDを開封", "authentication ID opened for its delivery"),
    "PasswordOpened": ("通知のためパスワードを開封", "password opened for its delivery"),
    "ListExported": ("一覧をCSVで書出し", "list exported as CSV"),
    "AuditVerificationAsked": ("監査記録の検証を依頼", "verification of the audit asked for"),
    "BackupMade": ("データベースのバックアップを作成", "backup of the database made"),
    "BackupRestored": ("データベースをバックアップから復元", "database restored from a backup"),
    "AuditExported": ("監査記録を書出し", "audit exported"),
    # service contract
    "ServiceApplied": ("Bルートサービスの申込みを受付", "route-B service applied for"),
    "ApplicantChecked": ("申込者を確認", "applicant checked"),
    "ApplicationRejected": ("申込みを不受理", "application rejected"),
    "UnitsNeeded": ("ユニットの設計へ移行", "units found to be needed"),
    "PasswordSettingStarted": ("パスワードの設定を開始", "setting of the password started"),
    "ServiceConfirmed": ("設定を確認", "service confirmed"),
    "ServiceActivated": ("サービスの利用を開始", "service activated"),
    "PasswordLost": ("パスワードの紛失を受付", "password reported lost"),
    "PasswordRewritten": ("パスワードを遠隔で書換え", "password rewritten remotely"),
    "PasswordSetOnSite": ("パスワードを現地で設定", "password set on site"),
    "ProofLeftContractAsItWas": ("計器での確認を記録(契約に変更なし)", "proof noted, contract left as it was"),
    "ServiceEndRequested": ("サービスの廃止を受付", "end of the service requested"),
    "ServiceEnded": ("サービスを廃止", "service ended"),
    "CustomerRecorded": ("契約のお客さまを照合用に記録", "customer recorded, to be recognised again"),
    "CustomerGone": ("お客さまが契約の方でなくなったことを確認", "customer found to be gone"),
    "CustomerThereAgain": ("お客さまが契約の方であることを再確認", "customer found to be there again"),
    "PowerOfAttorneyConfirmed": ("委任をお客さま本人に確認", "power of attorney confirmed by the customer"),
    "VisitResultSetAside": ("記録できない訪問結果を保留", "visit's result that could not be recorded set aside"),
    "StatusReadingShared": ("進行中の状態の読取りを共用", "status reading on its way shared"),
    "MessageSetAside": ("適用できない回答を保留", "answer that could not be applied set aside"),
    "SetAsideMessageSettled": ("保留した回答を処理済みに", "set-aside answer settled"),
    "ContractsWatched": ("契約と台帳を照合", "contracts held against the records"),
    "FormerHemsMayRead": ("旧HEMSの接続終了待ちを開始", "waits until the former HEMS' session is over"),
    # design
    "DesignOpened": ("設計を開始", "design opened"),
    "CombinationChosen": ("組合せを選択", "combination chosen"),
    "DesignLookedAgain": (
        "設計の根拠を現在の台帳に更新",
        "design held against the records again, and brought up to date",
    ),
    "DesignRefused": ("設計チェックに不合格", "design refused by the gate"),
    "DesignFinished": ("設計を完了", "design finished"),
    "DesignOrdered": ("設計の作業指示書を発行", "design put into a work order"),
    "DesignReopened": ("設計を設計中に戻し", "design reopened"),
    "DesignBuilt": ("設計どおり施工", "design built"),
    "DesignWithdrawn": ("設計を取下げ", "design withdrawn"),
    "DesignsWatched": ("設計と台帳を照合", "designs held against the records"),
    # work order
    "WorkOrderIssued": ("作業指示書を発行", "work order issued"),
    "WorkOrderPrinted": ("作業指示書を印刷", "work order printed"),
    "WorkOrderDone": ("作業の完了を記録", "work order recorded as done"),
    "WorkOrderFailed": ("作業の不成功を記録", "work order recorded as failed"),
    "WorkOrderCancelled": ("作業指示書を取消し", "work order cancelled"),
    "VisitFailedAgain": ("再訪問も不成功", "visit failed again"),
    "VisitRechecked": ("訪問後に台帳と再照合(変化なし)", "visit held against the records, which agree"),
    "VisitFoundOutdated": ("訪問後に台帳の変化を発見", "visit found to be outdated by the records"),
    "ConstructionFollowUpDone": ("工事部門への連絡事項を完了", "follow-up for construction done"),
    "ConstructionFollowUpOpened": ("工事部門への連絡事項を作成", "follow-up for construction opened"),
    # credential
    "CredentialBorn": ("認証情報を作成", "credential made"),
    "CredentialIssued": ("認証情報を封印して発行", "credential sealed and issued"),
    "CredentialProved": ("認証情報を計器で確認", "credential proved in the meter"),
    "CredentialDelivered": ("認証情報をお客さまへ通知", "credential delivered"),
    "CredentialSuperseded": ("認証情報を新しい世代に交代", "credential superseded"),
    "CredentialDiscarded": ("認証情報を破棄", "credential discarded"),
    "LateProofNoted": ("遅れて届いた確認を記録", "late proof noted"),
    # delivery
    "DeliveryScheduled": ("通知を予定", "delivery scheduled"),
    "DeliveryStopped": ("通知を中止", "delivery stopped"),
    "DeliveryNotAccepted": ("通知が受け付けられず再送待ち", "delivery not accepted, to be tried again"),
    "LetterSent": ("書面を発送へ引渡し", "letter handed to the mailing room"),
    "MailSent": ("メールを送信", "e-mail sent"),
    # remote commands and diagnosis
    "CommandQueued": ("遠隔指令を作成", "remote command queued"),
    "CommandSent": ("遠隔指令を中継サーバへ送信", "remote command sent to the relay"),
    "CommandAnswered": ("遠隔指令の結果を受信", "remote command answered"),
    "CommandExpired": ("遠隔指令が期限切れ(結果不明)", "remote command expired, its outcome unknown"),
    "ContradictionDecided": ("食い違う結果について判断", "contradicting result decided"),
    "ResultContradicted": ("先の結果と食い違う結果を受信", "result contradicted an earlier one"),
    "StrangeMessageReceived": ("心当たりのない電文を受信", "strange message received"),
    "StatusDiagnosed": ("状態を読み取り診断", "status read and diagnosed"),
    # people
    "AccessRefused": ("権限のない画面を拒否", "access refused for want of a right"),
    "LoggedIn": ("ログイン", "logged in"),
    "LogInFailed": ("ログインに失敗", "log-in failed"),
    "LoggedOut": ("ログイン終了", "log-in ended"),
    "LookUpLimitReached": ("1時間の照会の上限に到達", "came to the limit of look-ups in an hour"),
    "LookUpLimitLifted": ("照会の上限による制限を解除", "limit of look-ups lifted for a person"),
    "LockedOut": ("試行回数の超過で一時ロック", "locked out for too many attempts"),
    "PasswordChanged": ("自分のパスワードを変更", "own password changed"),
    "SecondFactorAdded": ("二要素認証を登録", "second factor added"),
    "SecondFactorRemoved": ("二要素認証を削除", "second factor removed"),
    "RecoveryCodesRenewed": ("回復コードを再発行", "recovery codes renewed"),
    "UserAdded": ("利用者を登録", "user added"),
    "PasswordReset": ("パスワードを再発行", "password reset"),
    "SecondFactorReset": ("二要素認証を解除", "second factor reset"),
    "UserDeactivated": ("利用者を停止", "user deactivated"),
    "RoleGranted": ("役割を付与", "role granted"),
    "RoleTakenAway": ("役割を取消し", "role taken away"),
    "ServiceOfficeNamed": ("営業所を登録・改称", "service office named"),
    # catalogue
    "CatalogueBroughtIn": ("カタログ版を取込み", "catalogue version brought in"),
    "CatalogueProposed": ("カタログ版の公開を申請", "catalogue version proposed"),
    "CataloguePublished": ("カタログ版を公開", "catalogue version published"),
    "CatalogueRejected": ("カタログ版を差戻し", "catalogue version rejected"),
    "CatalogueSuperseded": ("カタログ版が旧版に", "catalogue version superseded"),
    "CatalogueRestored": ("カタログ旧版が復帰", "catalogue version restored"),
    "CatalogueWithdrawn": ("カタログ版を取下げ", "catalogue version withdrawn"),
    # devices
    "KeyRequestAsked": ("鍵の登録・失効を申請", "key request made"),
    "KeyRequestApproved": ("鍵の申請を承認", "key request approved"),
    "KeyRequestRejected": ("鍵の申請を却下", "key request rejected"),
    "KeyRequestWithdrawn": ("鍵の申請を取下げ", "key request withdrawn"),
    "ApiTokenAsked": ("APIトークンを申請", "API token asked for"),
    "ApiTokenApproved": ("APIトークンを承認", "API token approved"),
    "ApiTokenRejected": ("APIトークンを却下", "API token rejected"),
    "ApiTokenRevoked": ("APIトークンを失効", "API token revoked"),
    "ApiTokenDidNotWork": ("使えないAPIトークンでの呼出し", "call with an API token that does not work"),
    "DeviceEnrolled": ("端末の公開鍵カードを登録", "device's card enrolled"),
    "DeviceRevoked": ("端末の公開鍵カードを失効", "device's card revoked"),
}


def happened_in_words(name: str) -> tuple[str, str]:
    """Return the words of an event's name; a name of another version of the program stands for itself."""
    return HAPPENED.get(name, (name, name))
