"""A visit comes in: kept as it came, checked condition by condition, and settled or refused with a named reason."""

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common import gate
from common.dates import Month
from common.law import PROCEDURES_2022
from common.transitions import Refused
from filings.intake import covering, deem_emergency
from filings.models import Filing
from registry.enums import InsuredStatus
from registry.models import Enrolment, Institution
from settlement import workflow
from settlement.enums import InpatientType
from settlement.messages import ReversalMessage, VisitMessage
from settlement.models import IncomingMessage, MessageBody, Settlement

CLOCKS_DIFFER = timedelta(minutes=5)  # 解释: what a hospital's clock may be ahead of ours


def receive(sender: str, number: str, payload: dict[str, Any], *, at: datetime) -> tuple[IncomingMessage, bool]:
    """Keep the message as it came; with whether it is new. The same number with other content is refused."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    month = str(Month.of(timezone.localdate(at)))
    message, created = IncomingMessage.objects.get_or_create(
        sender=sender, number=number, defaults={"digest": digest, "received_at": at, "month": month}
    )
    if created:
        MessageBody.objects.create(month=month, message_id=message.pk, payload=json.loads(text))
    elif message.digest != digest:
        raise Refused(f"报文 {number} 已接收过，但内容不同。", field="msgid", remedy="请使用新的报文ID重新发送。")
    return message, created


def settle(sender: str, number: str, payload: dict[str, Any], *, at: datetime) -> Settlement:
    """Settle the visit in the message; sent again, the message gives the first answer again.

    Raises ``InvalidMessage`` with every error of every field, or ``Refused`` with the condition that fails; a refused
    message leaves nothing behind and is judged anew when it comes again.
    """
    visit = gate.read(VisitMessage, payload)
    with transaction.atomic():
        message, created = receive(sender, number, payload, at=at)
        if not created:
            return Settlement.objects.get(message=message)
        admitted = admit(visit, kept_as=message, at=at)
        _refuse_other_sender(sender, visit.institution_code)
        return workflow.settle(admitted)


def reverse(sender: str, number: str, payload: dict[str, Any], *, at: datetime) -> Settlement:
    """Take back the settlement in the message; sent again, the message gives the first answer again."""
    wanted = gate.read(ReversalMessage, payload)
    with transaction.atomic():
        message, created = receive(sender, number, payload, at=at)
        if not created:
            return Settlement.objects.get(message=message)
        settlement = Settlement.objects.filter(number=wanted.settlement_number).first()
        if settlement is None:
            raise Refused(f"没有结算 {wanted.settlement_number}。", field="setl_id", remedy="请核对结算编号。")
        _refuse_other_sender(sender, settlement.institution_id)
        _refuse_ahead(wanted.reversed_at, at, "reversed_at")
        return workflow.reverse(settlement, at=wanted.reversed_at, kept_as=message)


def admit(visit: VisitMessage, *, kept_as: IncomingMessage | None, at: datetime) -> workflow.Admitted:
    """The visit with its person, institution and filing; Refused with the first condition that fails."""
    _refuse_ahead(visit.settled_at, at, "setl_time")
    if visit.settled_on < PROCEDURES_2022.in_force:
        raise Refused(
            f"结算日 {visit.settled_on} 早于规程施行日 {PROCEDURES_2022.in_force}。",
            field="setl_time",
            remedy="请核对结算时间。",
        )
    enrolment = _enrolment(visit, visit.settled_on)
    institution, level = _institution(visit)
    if enrolment.province_id == institution.province_id:
        raise Refused("就医地在参保省内，不属于跨省结算。", field="institution_code", remedy="请按省内规定结算。")
    if not enrolment.area.opens(visit.service):
        service = visit.service.label
        raise Refused(
            f"{enrolment.area}尚未开通{service}跨省结算。", field="service", remedy="请先行垫付，回参保地报销。"
        )
    filing = _filing(visit, enrolment, institution, at)
    return workflow.Admitted(visit, enrolment, institution, level, filing, kept_as)


def _refuse_other_sender(sender: str, institution_code: str) -> None:
    """An institution settles and takes back its own visits only."""
    if sender != institution_code:
        raise Refused(
            f"发送方 {sender} 不是就诊机构 {institution_code}。", field="fixmedins_code", remedy="请由就诊机构办理。"
        )


def _refuse_ahead(claimed: datetime, at: datetime, field: str) -> None:
    """A bill dated ahead would lie in a month that nobody agrees on yet, under a policy not in force yet."""
    if claimed > at + CLOCKS_DIFFER:
        raise Refused(
            f"时间 {timezone.localtime(claimed):%Y-%m-%d %H:%M} 晚于收到报文的时间。",
            field=field,
            remedy="请校准医院系统时钟后重传。",
        )


def _enrolment(visit: VisitMessage, on: date) -> Enrolment:
    held = Enrolment.objects.select_related("person", "area").filter(
        person__person_number=visit.person_number, insurance=visit.insurance
    )
    enrolment = held.in_force(on).first()
    if enrolment is None:
        raise Refused("该人员在结算日没有此险种的参保关系。", field="psn_no", remedy="请核对人员编号、险种和参保地。")
    if enrolment.status != InsuredStatus.NORMAL:
        state = enrolment.get_status_display()
        raise Refused(f"参保状态为“{state}”。", field="psn_insu_stas", remedy="请参保人联系参保地经办机构。")
    return enrolment


def _institution(visit: VisitMessage) -> tuple[Institution, str]:
    institution = Institution.objects.filter(code=visit.institution_code).first()
    if institution is None:
        raise Refused(f"没有机构 {visit.institution_code}。", field="fixmedins_code", remedy="请核对机构编号。")
    agreement = institution.agreement_on(visit.begun_on)
    if agreement is None:
        raise Refused(
            f"{institution}在 {visit.begun_on} 没有有效的医保服务协议。",
            field="fixmedins_code",
            remedy="请联系就医地经办机构。",
        )
    if not institution.is_networked(visit.service, visit.begun_on):
        raise Refused(
            f"{institution}在 {visit.begun_on} 未联网开通{visit.service.label}。",
            field="fixmedins_code",
            remedy="请联系就医地经办机构。",
        )
    return institution, agreement.level


def _filing(visit: VisitMessage, enrolment: Enrolment, institution: Institution, at: datetime) -> Filing:
    """The filing that covers the visit; an emergency without one is deemed filed (article 34)."""
    # 解释: a filing that covers wins over the emergency flag.
    if filing := covering(enrolment, institution, visit.begun_on):
        return filing
    if visit.inpatient_type == InpatientType.EMERGENCY:
        return deem_emergency(enrolment, institution, visit.begun_on, at=at)
    raise Refused(
        f"参保人没有覆盖 {visit.begun_on} 在{institution.region}就医的备案。",
        field="filing",
        remedy="出院结算前可补办备案后直接结算；急诊抢救请上传急诊标志。",
    )
