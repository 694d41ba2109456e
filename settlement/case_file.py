"""Reading a case (one person's visits in order, JSON) for the calculation; everything wrong is named at once."""

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from registry.enums import Insurance, Service
from settlement.policy_file.conditions import VOCABULARIES
from settlement.rules import BadCase, Case, Charges, Person, Reversal, Visit

PERSON_KEYS = (
    "area", "insurance", "person", "aid", "born_on", "insured_months", "tags", "account_balance"
)  # fmt: skip
VISIT_KEYS = (
    "id", "kind", "place", "level", "institution", "filing", "disease", "transfer", "admitted_on", "settled_on",
    "charges", "use_account",
)  # fmt: skip
CHARGE_KEYS = ("total", "out_of_scope", "over_limit", "first_self_pay")
REVERSAL_KEYS = ("id", "reverse")

INSURANCES, KINDS = tuple(Insurance.values), tuple(Service.values)
PERSONS, LEVELS = VOCABULARIES["person"], VOCABULARIES["level"]
PLACES, FILINGS = VOCABULARIES["place"], VOCABULARIES["filing"]

AREA = re.compile(r"[0-9]{6}")
AMOUNT = re.compile(r"[0-9]{1,20}(\.[0-9]+)?")
WHOLE = re.compile(r"[0-9]{1,9}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Wrong(Exception):
    """What makes the text unreadable, in Chinese."""


def read_case(text: str | bytes) -> Case:
    """The case a JSON text says; BadCase with everything wrong in it."""
    reader = CaseReader()
    try:
        document = json.loads(text, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_no_duplicates)
    except _Wrong as error:
        raise BadCase(str(error)) from None
    except (ValueError, RecursionError) as error:
        raise BadCase(f"不是合法的 JSON：{error}") from None
    case = reader.case(document)
    if reader.wrong:
        raise BadCase("；".join(reader.wrong))
    return case


class CaseReader:
    """Takes the values out of a parsed case; what is wrong is noted in ``wrong`` and read as a harmless value."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def case(self, document: Any) -> Case:
        keys = self._object(document, "", ("person", "visits"), ("person", "visits"))
        person = self._person(keys.get("person", {}))
        visits = keys.get("visits", [])
        if not isinstance(visits, list):
            self._note("visits", "应为列表")
            visits = []
        read = tuple(self._visit(visit, f"visits[{number}]") for number, visit in enumerate(visits, start=1))
        self._check_ids(read)
        return Case(person, read)

    def _person(self, document: Any) -> Person:
        keys = self._object(document, "person", PERSON_KEYS, ("area", "insurance"))
        area = self._text(keys, "area", "person")
        if area is not None and not AREA.fullmatch(area):
            self._note("person.area", f"“{area}”不是 6 位数字的区划代码")
        return Person(
            area=area or "",
            insurance=self._word(keys, "insurance", "person", INSURANCES) or "",
            person=self._word(keys, "person", "person", PERSONS),
            aid=self._text(keys, "aid", "person"),
            born_on=self._day(keys, "born_on", "person"),
            insured_months=self._whole(keys, "insured_months", "person"),
            tags=self._tags(keys.get("tags")),
            account_balance=self._amount(keys, "account_balance", "person"),
        )

    def _visit(self, document: Any, path: str) -> Visit | Reversal:
        if isinstance(document, dict) and "reverse" in document:
            keys = self._object(document, path, REVERSAL_KEYS, ("reverse",))
            return Reversal(self._text(keys, "id", path), self._text(keys, "reverse", path) or "")
        keys = self._object(document, path, VISIT_KEYS, ("id", "kind", "settled_on", "charges"))
        admitted_on, settled_on = self._day(keys, "admitted_on", path), self._day(keys, "settled_on", path)
        if admitted_on and settled_on and admitted_on > settled_on:
            self._note(f"{path}.admitted_on", f"{admitted_on} 晚于结算日 {settled_on}")
        use_account = self._flag(keys, "use_account", path)
        return Visit(
            id=self._text(keys, "id", path) or "",
            kind=self._word(keys, "kind", path, KINDS) or "",
            settled_on=settled_on or date.min,
            charges=self._charges(keys.get("charges", {}), f"{path}.charges"),
            place=self._word(keys, "place", path, PLACES),
            level=self._word(keys, "level", path, LEVELS),
            institution=self._code(keys, "institution", path),
            filing=self._word(keys, "filing", path, FILINGS),
            disease=self._code(keys, "disease", path),
            transfer=self._flag(keys, "transfer", path),
            admitted_on=admitted_on,
            use_account=use_account is not False,
        )

    def _charges(self, document: Any, path: str) -> Charges:
        keys = self._object(document, path, CHARGE_KEYS, ("total",))
        charges = Charges(*(self._amount(keys, key, path) for key in CHARGE_KEYS))
        if charges.out_of_scope + charges.over_limit + charges.first_self_pay > charges.total:
            self._note(path, "全自费、超限价、先行自付之和大于总额")
        return charges

    def _check_ids(self, visits: Iterable[Visit | Reversal]) -> None:
        """Ids are unique; a reversal names an earlier visit that still stands."""
        seen: set[str] = set()
        standing: set[str] = set()
        for number, visit in enumerate(visits, start=1):
            if visit.id is not None and visit.id in seen:
                self._note(f"visits[{number}].id", f"“{visit.id}”重复")
            if isinstance(visit, Visit):
                standing.add(visit.id)
            elif visit.reverse in standing:
                standing.remove(visit.reverse)
            else:
                self._note(f"visits[{number}].reverse", f"“{visit.reverse}”不是此前的就诊，或已冲销")
            seen.add(visit.id or "")

    def _object(self, document: Any, path: str, allowed: Iterable[str], required: Iterable[str]) -> dict[str, Any]:
        if not isinstance(document, dict):
            self._note(path, "应为 JSON 对象")
            return {}
        allowed = tuple(allowed)
        for key in document:
            if key not in allowed:
                self._note(_join(path, key), f"未知的键，只允许 {'、'.join(allowed)}")
        for key in required:
            if document.get(key) in (None, ""):
                self._note(_join(path, key), "缺少此项")
        return document

    def _text(self, keys: dict[str, Any], key: str, path: str) -> str | None:
        """A string; an empty one says no more than none."""
        value = keys.get(key)
        if value is None or isinstance(value, str):
            return value or None
        self._note(_join(path, key), "应为字符串")
        return None

    def _code(self, keys: dict[str, Any], key: str, path: str) -> str | None:
        """A code; 1 and "1" are equal."""
        value = keys.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self._text(keys, key, path)

    def _word(self, keys: dict[str, Any], key: str, path: str, allowed: Iterable[str]) -> str | None:
        value = keys.get(key)
        if value is None or value in allowed:
            return value
        self._note(_join(path, key), f"{_shown(value)} 不在允许的词中：{'、'.join(allowed)}")
        return None

    def _day(self, keys: dict[str, Any], key: str, path: str) -> date | None:
        value = keys.get(key)
        if value is None:
            return None
        if isinstance(value, str) and DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self._note(_join(path, key), f"{_shown(value)} 不是日期，应写作 2023-07-03")
        return None

    def _whole(self, keys: dict[str, Any], key: str, path: str) -> int | None:
        """1 and "1" are equal."""
        value = keys.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if isinstance(value, str) and WHOLE.fullmatch(value):
            return int(value)
        self._note(_join(path, key), f"{_shown(value)} 应为不为负的整数")
        return None

    def _flag(self, keys: dict[str, Any], key: str, path: str) -> bool | None:
        """true and "true" are equal."""
        value = keys.get(key)
        if value is None or isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        self._note(_join(path, key), f"{_shown(value)} 应为 true 或 false")
        return None

    def _tags(self, value: Any) -> frozenset[str] | None:
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(tag, str | int) for tag in value):
            return frozenset(str(tag).lower() if isinstance(tag, bool) else str(tag) for tag in value)
        self._note("person.tags", "应为文字的列表")
        return None

    def _amount(self, keys: dict[str, Any], key: str, path: str) -> Decimal:
        value = keys.get(key)
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if text is None:
            return Decimal("0.00")
        if not isinstance(text, str) or not AMOUNT.fullmatch(text):
            self._note(_join(path, key), f'{_shown(value)} 应为不为负的金额，例如 "420.00"')
        elif len(text.partition(".")[2]) > 2:
            self._note(_join(path, key), f"{_shown(value)} 多于两位小数")
        else:
            return Decimal(text)
        return Decimal("0.00")

    def _note(self, path: str, message: str) -> None:
        self.wrong.append(f"{path}：{message}" if path else message)


def _no_float(text: str) -> NoReturn:
    raise _Wrong(f"不允许浮点数 {text[:40]}，金额请写成字符串")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _Wrong(f"键重复：{'、'.join(sorted({key for key in keys if keys.count(key) > 1}))}")
    return found


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: object) -> str:
    return f"“{str(value)[:60]}”"
