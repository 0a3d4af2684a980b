"""Whether something about a contract's credential may still be addressed to its customer.

A contract is one customer's at one supply point. The customer information system alone knows whose the place is now, so
before anything about a credential leaves (a letter, an e-mail, a work order, a command, a reading) the contract as it
was accepted is compared with the records as they are. Only *the same contract, in force, of the same customer* passes.
Whatever differs, is over or cannot be told stops it, with a reason in both languages: sending nothing can be made good
later, and sending to the wrong person cannot.

Customers are compared by a mark that stands for one customer and says nothing of them; where none was recorded yet the
contract number decides alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keiki.domain.linkage.record import JST, LinkedRecord, SourceAnswer, SourceRow, Unavailable
from keiki.foundation.text.bilingual import Bilingual

from .lifecycle import ServiceState


class AddresseeProblem(StrEnum):
    """Why nothing may be addressed to a contract's customer."""

    CONTRACT_OVER = "contract_over"
    AGENT_UNCONFIRMED = "agent_unconfirmed"
    MOVED_OUT = "moved_out"
    NO_RECORD = "no_record"
    ANOTHER_CONTRACT = "another_contract"
    ANOTHER_CUSTOMER = "another_customer"
    NOT_BEGUN = "not_begun"
    SEVERAL_CONTRACTS = "several_contracts"
    SILENT = "silent"
    STALE = "stale"
    UNREADABLE = "unreadable"
    NOT_CONFIGURED = "not_configured"

    @property
    def customer_is_gone(self) -> bool:
        """Whether the records say so: the contract is then to be ended. Else they only cannot tell now."""
        return self in _GONE


P = AddresseeProblem
_GONE = frozenset({P.MOVED_OUT, P.NO_RECORD, P.ANOTHER_CONTRACT, P.ANOTHER_CUSTOMER})
_CORRECT = Bilingual(
    ja="記録の誤りなら、お客さま情報システムで訂正してください",
    en="if the record is wrong, have its owner correct it",
)
_END_PLANS = Bilingual(
    ja=f"契約を廃止してください。進行中の設計と作業指示書も取り消されます。{_CORRECT.ja}",
    en=f"end the contract, with its open design and work order; {_CORRECT.en}",
)
_END_AND_ERASE = Bilingual(
    ja=f"契約を廃止して計器のパスワードを消去してください。{_CORRECT.ja}",
    en=f"end the contract, which erases the meter's password; {_CORRECT.en}",
)
_ENDS_ALREADY = Bilingual(
    ja="契約はすでに廃止手続中で、計器のパスワードの消去を待っています。契約の画面で経過を確かめてください",
    en="the contract is ending already and waits for the meter's password to be erased: see its page",
)
_IS_OVER = Bilingual(
    ja="契約は終わっているため、何もする必要はありません", en="the contract is over, and nothing is to be done"
)
_TO_DO: Mapping[ServiceState, Bilingual] = {
    ServiceState.APPLIED: _END_PLANS,
    ServiceState.CHECKED: _END_PLANS,
    ServiceState.DESIGNING: _END_PLANS,
    ServiceState.SETTING: _END_AND_ERASE,
    ServiceState.CONFIRMED: _END_AND_ERASE,
    ServiceState.ACTIVE: _END_AND_ERASE,
    ServiceState.ENDING: _ENDS_ALREADY,
    ServiceState.READABLE: _IS_OVER,
    ServiceState.ENDED: _IS_OVER,
    ServiceState.REJECTED: _IS_OVER,
}
"""What is to be done at each stage of a contract whose customer is gone."""
_ASK = Bilingual(
    ja="お客さま情報システムの管理元に確認してください", en="ask the owner of the customer information system"
)
_WHY: Mapping[AddresseeProblem, Bilingual] = {
    P.CONTRACT_OVER: Bilingual(
        ja="この契約は廃止されているため、お客さまに何も送れません",
        en="this contract is over, so nothing about it may be sent",
    ),
    P.AGENT_UNCONFIRMED: Bilingual(
        ja="代理人による申込みで、委任を契約者本人に確認していないため、何も送れません。"
        "本人に確認し、契約の画面で記録してください",
        en="an agent applied and the contractor has not confirmed the power of attorney, so nothing may be sent: "
        "ask the contractor and record it on the contract's page",
    ),
    P.MOVED_OUT: Bilingual(
        ja="この契約のお客さまは転居しているため、何も送れません",
        en="the customer of this contract has moved out, so nothing may be sent",
    ),
    P.NO_RECORD: Bilingual(
        ja="お客さま情報システムにこの供給地点の契約がないため、何も送れません",
        en="the customer information system has no contract at this supply point, so nothing may be sent",
    ),
    P.ANOTHER_CONTRACT: Bilingual(
        ja="この供給地点では別の契約が有効になっているため、何も送れません",
        en="another contract is in force at this supply point now, so nothing may be sent",
    ),
    P.ANOTHER_CUSTOMER: Bilingual(
        ja="この契約のお客さまが申込時と別の方になっているため、何も送れません",
        en="the contract belongs to another customer than at the application, so nothing may be sent",
    ),
    P.NOT_BEGUN: Bilingual(
        ja="この契約はまだ始まっていないため、何も送れません。契約適用開始日を待ってください",
        en="this contract has not begun yet, so nothing may be sent: wait for the day it comes into force",
    ),
    P.SEVERAL_CONTRACTS: Bilingual(
        ja=f"この供給地点に有効な契約が二つ以上あり、どなたのものか分からないため、何も送れません。{_ASK.ja}",
        en=f"more than one contract is in force at this supply point, so nothing may be sent: {_ASK.en}",
    ),
    P.SILENT: Bilingual(
        ja="お客さま情報システムが応答せず、契約がお客さまのものか確かめられないため、何も送れません。あとでもう一度行ってください",
        en="the customer information system does not answer, so nobody can confirm the customer and nothing may be "
        "sent: try again later",
    ),
    P.STALE: Bilingual(
        ja=f"お客さま情報システムの記録が古いか、時刻が正しくないため、何も送れません。{_ASK.ja}",
        en="the customer information system's record is too old or has a wrong time, so nothing may be sent: "
        f"{_ASK.en}",
    ),
    P.UNREADABLE: Bilingual(
        ja=f"お客さま情報システムの記録が読めず、契約がお客さまのものか確かめられないため、何も送れません。{_ASK.ja}",
        en=f"the customer information system's record cannot be read, so nothing may be sent: {_ASK.en}",
    ),
    P.NOT_CONFIGURED: Bilingual(
        ja="契約番号の出所が sources.toml にないため、何も送れません。データ連携の担当者に依頼してください",
        en="no source of contract numbers is configured in sources.toml, so nothing may be sent: ask the integrator",
    ),
}


def words_of(problem: AddresseeProblem, state: ServiceState) -> Bilingual:
    """Say why nothing may be sent, and what is to be done about it at this stage of the contract."""
    why = _WHY[problem]
    if not problem.customer_is_gone:
        return why
    to_do = _TO_DO[state]
    return Bilingual(ja=f"{why.ja}。{to_do.ja}", en=f"{why.en}: {to_do.en}")


@dataclass(frozen=True)
class AcceptedContract:
    """A contract as it was accepted. ``customer`` is the customer's mark, ``None`` where none is recorded yet.

    ``agent_confirmed`` is ``None`` where no agent applied, else whether the contractor confirmed the power of attorney.
    """

    number: str
    state: ServiceState
    customer: str | None = None
    agent_confirmed: bool | None = None


def check_contract(accepted: AcceptedContract, linked: LinkedRecord) -> AddresseeProblem | None:
    """Return why nothing may be addressed by the records of contracts, or ``None`` where the contract is in force."""
    if accepted.state in (ServiceState.ENDED, ServiceState.REJECTED):
        return P.CONTRACT_OVER
    owner = linked.owner("contract_number")
    if owner is None:
        return P.NOT_CONFIGURED
    problem = _contract_in_force(accepted.number, owner)
    if problem is None and accepted.agent_confirmed is False:
        return P.AGENT_UNCONFIRMED
    return problem


def check_customer(accepted: AcceptedContract, customer: str) -> AddresseeProblem | None:
    """Return that the contract is another customer's by now, or ``None``; ``customer`` is the present one's mark."""
    return P.ANOTHER_CUSTOMER if accepted.customer is not None and accepted.customer != customer else None


def _contract_in_force(number: str, owner: SourceAnswer) -> AddresseeProblem | None:
    problem = _not_vouched_for(owner)
    if problem is not None:
        return problem
    today = owner.asked_at.astimezone(JST).date()
    current = owner.current_rows()
    begun = [str(row.value("contract_number")) for row in current if not _begins_later(row, today)]
    if begun == [number]:
        return None
    if len(begun) > 1:
        return P.SEVERAL_CONTRACTS
    if begun:
        return P.ANOTHER_CONTRACT
    return P.NOT_BEGUN if any(row.value("contract_number") == number for row in current) else P.MOVED_OUT


def _not_vouched_for(owner: SourceAnswer) -> AddresseeProblem | None:
    """Return why the owner's answer tells nothing of who is in contract, or ``None`` where it does."""
    if isinstance(owner.outcome, Unavailable):
        return P.SILENT
    if not owner.rows and not owner.rejects:
        return P.NO_RECORD
    current = owner.current_rows()
    if owner.doubts or not owner.rows or any(not row.value("contract_number") for row in current):
        return P.UNREADABLE
    return P.STALE if any(owner.is_stale(row) or owner.is_ahead(row) for row in current) else None


def _begins_later(row: SourceRow, today: date) -> bool:
    since = row.value("contract_since")
    return isinstance(since, date) and since > today
