"""The words of a filing (备案)."""

from django.db.models import TextChoices


class Category(TextChoices):
    """备案类型: the six categories of article 7; emergency is deemed filed (article 8, 五)."""

    RETIREE_RELOCATED = "retiree_relocated", "异地安置退休人员"
    LONG_TERM_RESIDENT = "long_term_resident", "异地长期居住人员"
    POSTED_WORKER = "posted_worker", "常驻异地工作人员"
    REFERRAL = "referral", "异地转诊人员"
    EMERGENCY = "emergency", "异地急诊抢救人员"
    OTHER_TEMPORARY = "other_temporary", "其他临时外出就医人员"


LONG_TERM = frozenset({Category.RETIREE_RELOCATED, Category.LONG_TERM_RESIDENT, Category.POSTED_WORKER})


class Status(TextChoices):
    """备案状态."""

    SUBMITTED = "submitted", "待审核"
    INCOMPLETE = "incomplete", "待补正"
    ACTIVE = "active", "已备案"
    REFUSED = "refused", "不予备案"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已到期"


class Verb(TextChoices):
    """What is done to a filing: the same word in code, on the button and in the history."""

    SUBMIT = "submit", "申请"
    RETURN = "return_for_supplement", "退回补正"
    SUPPLEMENT = "supplement", "补正"
    ACCEPT = "accept", "准予备案"
    REFUSE = "refuse", "不予备案"
    CANCEL = "cancel", "取消"
    EXPIRE = "expire", "到期"
    DEEM = "deem", "视同备案"


class Channel(TextChoices):
    """申请渠道 (article 9); the national online ones carry the statutory term."""

    WINDOW = "window", "经办窗口"
    LOCAL_ONLINE = "local_online", "本地线上渠道"
    NATIONAL_APP = "national_app", "国家医保服务平台APP"
    NATIONAL_MINI_PROGRAM = "national_mini_program", "国家异地就医备案小程序"
    STATE_COUNCIL_CLIENT = "state_council_client", "国务院客户端小程序"
    INSTITUTION = "institution", "定点医疗机构"
    FLAG = "flag", "急诊标志（视同备案）"


class Material(TextChoices):
    """备案材料 (article 8)."""

    IDENTITY = "identity", "医保电子凭证、有效身份证件或社会保障卡"
    FORM = "form", "跨省异地就医登记备案表"
    HOUSEHOLD_REGISTER = "household_register", "户口簿首页和本人常住人口登记卡"
    RESIDENCE_PROOF = "residence_proof", "居住证明"
    POSTING_LETTER = "posting_letter", "参保地工作单位派出证明"
    EMPLOYER_PROOF = "employer_proof", "异地工作单位证明"
    WORK_CONTRACT = "work_contract", "工作合同"
    PROMISE = "promise", "个人承诺书"
    REFERRAL_PROOF = "referral_proof", "转诊转院证明材料"
