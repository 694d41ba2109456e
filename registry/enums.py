"""The words in which people, institutions and offices are described, with their national codes."""

from django.db.models import TextChoices

NATIONAL_AGENCY = "100000"


class Insurance(TextChoices):
    """险种: the two insurances of the procedures (article 3); national insutype 310 and 390."""

    EMPLOYEE = "employee", "职工医保"
    RESIDENT = "resident", "居民医保"


class PersonType(TextChoices):
    """人员类别; national psn_type in ``registry.rules.PERSON_TYPE_BY_CODE``."""

    ACTIVE = "active", "在职"
    RETIRED = "retired", "退休"
    RESIDENT = "resident", "居民（成年）"
    MINOR = "minor", "未成年人"
    STUDENT = "student", "大学生"
    SENIOR = "senior", "居民（老年）"


class InsuredStatus(TextChoices):
    """人员参保状态; national psn_insu_stas 0–4."""

    NOT_INSURED = "not_insured", "未参保"
    NORMAL = "normal", "正常参保"
    SUSPENDED = "suspended", "暂停参保"
    INVALID = "invalid", "无效"
    ENDED = "ended", "终止参保"


class Aid(TextChoices):
    """医疗救助对象类别."""

    NONE = "none", "无"
    TEKUN = "tekun", "特困人员"
    DIBAO = "dibao", "低保对象"
    DIBAO_EDGE = "dibao_edge", "低保边缘家庭成员"


class Level(TextChoices):
    """医院等级 as policies know it; national hosp_lv maps to it."""

    PRIMARY = "primary", "一级及以下"
    SECONDARY = "secondary", "二级"
    TERTIARY = "tertiary", "三级"


class Service(TextChoices):
    """业务类型: what an institution is networked for and what a settlement is of."""

    INPATIENT = "inpatient", "住院"
    OUTPATIENT = "outpatient", "普通门诊"
    CHRONIC = "chronic", "门诊慢特病"
    PHARMACY = "pharmacy", "药店购药"


class RegionLevel(TextChoices):
    """行政区划级别."""

    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "地级"
    COUNTY = "county", "县级"


class AreaKind(TextChoices):
    """统筹地区类型."""

    PREFECTURE = "prefecture", "市级统筹"
    PROVINCE_LEVEL = "province_level", "省本级"
    MUNICIPALITY = "municipality", "直辖市"
    CORPS = "corps", "兵团"


class AgencyLevel(TextChoices):
    """经办机构级别 (article 4)."""

    NATIONAL = "national", "国家级"
    PROVINCIAL = "provincial", "省级"
    LOCAL = "local", "统筹地区"


class Role(TextChoices):
    """What a person does in the portal; what each may do stands in ``registry.permissions``."""

    CLERK = "clerk", "经办员"
    SUPERVISOR = "supervisor", "复核主管"
    FINANCE = "finance", "财务"
    OPERATOR = "operator", "业务员"
    AUDITOR = "auditor", "审计员"
    ADMINISTRATOR = "administrator", "系统管理员"
    INSTITUTION = "institution", "医药机构人员"


class CertificateType(TextChoices):
    """人员证件类型; the values are the national psn_cert_type."""

    IDENTITY_CARD = "01", "居民身份证（户口簿）"
    OFFICER = "02", "军官证"
    ARMED_POLICE = "03", "武警警官证"
    HONG_KONG = "04", "香港通行证"
    MACAO = "05", "澳门通行证"
    TAIWAN = "06", "台湾通行证"
    FOREIGN_RESIDENT = "07", "外国人永久居留证"
    FOREIGN_PASSPORT = "08", "外国人护照"
    RESIDENCE_PERMIT = "17", "港澳台居民居住证"
    OTHER = "99", "其他"


class Sex(TextChoices):
    """性别; the values are the national gend."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class DayKindChoice(TextChoices):
    """工作日历中的日期类型; the values are ``common.dates.DayKind``'s."""

    WORKING = "working", "工作日"
    WEEKEND = "weekend", "周末"
    HOLIDAY = "holiday", "节假日"
    MAKE_UP = "make_up", "调休上班"
