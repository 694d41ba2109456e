"""Reading whole policy files: the head, the benefits, and all faults of all files at once."""

import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

from yaml.nodes import Node

from registry.enums import Insurance, Service
from settlement.policy_file.conditions import read_when
from settlement.policy_file.layers import LayerReader
from settlement.policy_file.syntax import BadPolicy, PolicyFault, Reader
from settlement.rules import Document, Layer, Policy
from settlement.rules.when import Rows

REQUIRED = ("area", "insurance", "valid_from", "benefits")
OPTIONAL = (
    "title", "document", "valid_until", "rounding", "cross_year", "off_site_first_self_pay", "account"
)  # fmt: skip
AREA = re.compile(r"[0-9]{6}")


def read_policy(text: str, file: str = "") -> Policy:
    """The policy a file's text says; BadPolicy with every fault in it."""
    return read_policies([(file, text)])[0]


def read_policies(texts: Iterable[tuple[str, str]]) -> tuple[Policy, ...]:
    """The policies of files given as (name, text); BadPolicy with every fault of all files."""
    found: list[Policy] = []
    faults: list[PolicyFault] = []
    for file, text in texts:
        reader = Reader(file)
        policy = _policy(reader, text)
        faults += sorted(reader.faults, key=lambda fault: fault.line)
        if policy is not None:
            found.append(policy)
    if faults:
        raise BadPolicy(faults)
    return tuple(found)


def read_policy_files(paths: Iterable[str | Path]) -> tuple[Policy, ...]:
    """The policies of files on disk; a file that cannot be read is a fault like any other."""
    texts, faults = [], []
    for path in paths:
        try:
            texts.append((str(path), Path(path).read_text(encoding="utf-8-sig")))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "不是 UTF-8 编码"
            faults.append(PolicyFault(str(path), 1, "", f"文件无法读取：{reason}"))
    try:
        policies = read_policies(texts)
    except BadPolicy as error:
        raise BadPolicy([*faults, *error.faults]) from None
    if faults:
        raise BadPolicy(faults)
    return policies


def _policy(reader: Reader, text: str) -> Policy | None:
    root = reader.root(text)
    if root is None:
        if not reader.faults:
            reader.fault(None, "", "文件是空的")
        return None
    keys = reader.mapping(root, "", required=REQUIRED, optional=OPTIONAL)
    valid_from = reader.day(keys["valid_from"], "valid_from") if "valid_from" in keys else date.min
    until = keys.get("valid_until")
    valid_until = None if until is None or reader.is_null(until) else reader.day(until, "valid_until")
    if until is not None and valid_until not in (None, date.min) and valid_until < valid_from:
        reader.fault(until, "valid_until", "早于 valid_from")
    return Policy(
        area=_area(reader, keys.get("area")),
        insurance=Insurance(_word(reader, keys, "insurance", tuple(Insurance.values))),
        title=reader.text(keys["title"], "title") if "title" in keys else "",
        document=_document(reader, keys.get("document")),
        valid_from=valid_from,
        valid_until=valid_until,
        benefits=_benefits(reader, keys.get("benefits")),
        round_slices=_word(reader, keys, "rounding", ("layer", "slice")) == "slice",
        by_days=_word(reader, keys, "cross_year", ("whole", "by_days")) == "by_days",
        off_site_first_self_pay=_off_site(reader, keys.get("off_site_first_self_pay")),
        account_pays_for=_account(reader, keys.get("account")),
        file=reader.file,
    )


def _word(reader: Reader, keys: dict[str, Node], key: str, allowed: tuple[str, ...]) -> str:
    return reader.word(keys[key], key, allowed) if key in keys else allowed[0]


def _area(reader: Reader, node: Node | None) -> str:
    area = reader.text(node, "area") if node is not None else ""
    if area and not AREA.fullmatch(area):
        reader.fault(node, "area", f"统筹区“{area}”不是 6 位数字的区划代码")
    return area


def _document(reader: Reader, node: Node | None) -> Document:
    if node is None or reader.is_null(node):
        return Document()
    keys = reader.mapping(node, "document", optional=("number", "url", "issued_on"))
    given = {name: value for name, value in keys.items() if not reader.is_null(value)}
    return Document(
        number=reader.text(given["number"], "document.number") if "number" in given else "",
        url=reader.text(given["url"], "document.url") if "url" in given else "",
        issued_on=reader.day(given["issued_on"], "document.issued_on") if "issued_on" in given else None,
    )


def _benefits(reader: Reader, node: Node | None) -> dict[str, tuple[Layer, ...]]:
    if node is None:
        return {}
    layers = LayerReader(reader)
    found = {}
    for kind, value in reader.mapping(node, "benefits", optional=Service.values).items():
        key = f"benefits.{kind}"
        parts = reader.mapping(value, key, required=("layers",))
        found[kind] = layers.layers(parts["layers"], f"{key}.layers", kind) if "layers" in parts else ()
    return found


def _off_site(reader: Reader, node: Node | None) -> Rows[Fraction]:
    rows = []
    for item, path in reader.sequence(node, "off_site_first_self_pay") if node is not None else []:
        row = reader.mapping(item, path, required=("ratio",), optional=("when",))
        ratio = reader.ratio(row["ratio"], f"{path}.ratio") if "ratio" in row else Fraction(0)
        rows.append((read_when(reader, row.get("when"), f"{path}.when"), ratio))
    return tuple(rows)


def _account(reader: Reader, node: Node | None) -> frozenset[str]:
    keys = reader.mapping(node, "account", required=("pays_for",)) if node is not None else {}
    if "pays_for" not in keys:
        return frozenset()
    return frozenset(reader.words(keys["pays_for"], "account.pays_for", Service.values))
