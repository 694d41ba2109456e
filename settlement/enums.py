"""The words of a settlement (结算)."""

from django.db.models import TextChoices


class Fund(TextChoices):
    """基金: who pays beside the person; the national field of each stands in ``settlement.rules``."""

    POOL = "pool", "基本医保统筹基金"
    LARGE_SUM = "large_sum", "职工大额医疗费用补助"
    CRITICAL = "critical", "居民大病保险"
    CIVIL_SERVANT = "civil_servant", "公务员医疗补助"
    ENTERPRISE = "enterprise", "企业补充医疗保险"
    AID = "aid", "医疗救助"
    OTHER = "other", "其他支出"


class Place(TextChoices):
    """就医地点: at home or away."""

    LOCAL = "local", "参保地"
    OFF_SITE = "off_site", "异地"


class PolicyStatus(TextChoices):
    """政策文件状态."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"


class StatementStatus(TextChoices):
    """对账单状态 (articles 30 and 40)."""

    DRAWN = "drawn", "待核对"
    INSTITUTION_AGREED = "institution_agreed", "机构已确认"
    AGREED = "agreed", "双方已确认"
    CLEARED = "cleared", "已清算"
    OVER_LIMIT = "over_limit", "逾延期上限"


class StatementVerb(TextChoices):
    """What is done to a statement."""

    DRAW = "draw", "生成"
    AGREE_AS_INSTITUTION = "agree_as_institution", "机构确认"
    AGREE = "agree", "经办确认"
    TAKE_BACK = "take_back", "撤回确认"
    ROLL = "roll", "转入下期"
    HOLD = "hold", "列入国家核定"
    CLEAR = "clear", "纳入清算"


class ExpenseCategory(TextChoices):
    """统一费用大类: the 14 national categories; the values are the national med_chrgitm_type."""

    BED = "01", "床位费"
    CONSULTATION = "02", "诊察费"
    EXAMINATION = "03", "检查费"
    LABORATORY = "04", "化验费"
    TREATMENT = "05", "治疗费"
    SURGERY = "06", "手术费"
    NURSING = "07", "护理费"
    SUPPLIES = "08", "卫生材料费"
    WESTERN_MEDICINE = "09", "西药费"
    HERBAL_SLICES = "10", "中药饮片费"
    PATENT_MEDICINE = "11", "中成药费"
    GENERAL_TREATMENT = "12", "一般诊疗费"
    REGISTRATION = "13", "挂号费"
    OTHER = "14", "其他费"


class InpatientType(TextChoices):
    """住院类型 ipt_type; for outpatients 门诊急诊转诊标志 maps to it: what tells an emergency (article 34)."""

    ORDINARY = "ordinary", "普通"
    EMERGENCY = "emergency", "急诊或抢救"
    TRANSFER = "transfer", "转院"
