"""The e-mail with the password, through Django's mail backend. The authentication ID is never in it.

The password is dropped right after the mail server answered, whatever it answered.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from smtplib import SMTPException

from django.core.mail import EmailMessage

from keiki.office.audit.services import Act
from keiki.office.credentials.services import password_for
from keiki.office.credentials.vault import Vault, VaultError
from keiki.office.paper import Letterhead
from keiki.office.sources import Contact

from .models import Delivery
from .services import CustomerOf, NotAccepted, customer_of

SHOWN = ("name", "email")
SUBJECT = "Bルートサービス パスワードのお知らせ / Your route-B password"
BODY = """\
{name} 様

{office}です。お申込みいただいたBルートサービスのパスワードをお知らせします。
認証IDは、別に郵送の書面でお知らせします(すでにお持ちの方は、同じ認証IDをお使いください)。

パスワード / Password:
{password}

- 英大文字と小文字は区別されます(12文字)。HEMS機器に、認証IDとともに入力してください。
- 以前のパスワードをお持ちの場合、以前のものはもう使えません。
- このメールは大切に保管し、ほかの人に転送しないでください。
- 当社の社員が、認証IDやパスワードをお尋ねすることはありません。

------------------------------------------------------------
This is the password of your route-B service (12 characters, upper and lower case differ). Enter it into your home
energy management system together with the authentication ID, which reaches you by post. Any earlier code is no longer
valid. Please do not forward this message.

{office} {phone}
"""


@dataclass(frozen=True)
class PasswordMail:
    """Hands e-mails to the mail server of the settings."""

    configured: bool
    sender: str
    customer: CustomerOf
    head: Letterhead

    def send(self, act: Act, vault: Vault, delivery: Delivery) -> None:
        """Send the e-mail; it counts as sent when the mail server accepted it."""
        if not self.configured:
            raise NotAccepted(
                "メールサーバが設定されていません。settings.toml の [mail] を設定してください",
                "no mail server is set: fill in [mail] of settings.toml",
            )
        contact = customer_of(self.customer, act, delivery, "e-mail", SHOWN)
        refused = self._hand_over(act, vault, delivery, contact)
        gc.collect(1)  # what the libraries made of the message in circles goes now, and not some time later
        if refused is not None:
            raise refused

    def _hand_over(self, act: Act, vault: Vault, delivery: Delivery, contact: Contact) -> NotAccepted | None:
        """Hand the e-mail to the mail server; return why it was not accepted.

        The only frame with the password: an error that left it would carry frames of the mail library, and the text of
        the e-mail in them, to whoever keeps the error.
        """
        try:
            password = password_for(act, vault, delivery.credential, "e-mail").reveal()
        except VaultError as error:
            return NotAccepted(*error.sentence)
        body = BODY.format(name=contact.name, office=self.head.name, phone=self.head.phone, password=password)
        try:
            accepted = EmailMessage(SUBJECT, body, self.sender, [contact.email]).send(fail_silently=False)
        except (SMTPException, OSError, ValueError) as error:
            return NotAccepted(
                f"メールサーバが受け付けませんでした({type(error).__name__})。自動で再送します",
                f"the mail server did not accept it ({type(error).__name__}): it will be tried again",
            )
        if not accepted:
            return NotAccepted(
                "メールサーバが受け付けませんでした。自動で再送します",
                "the mail server did not accept it: it will be tried again",
            )
        return None
