"""Reading a policy file's YAML node by node, so that every fault is named with its line and key."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from settlement.rules import Refusal

LARGEST_FILE = 1_000_000  # characters
LARGEST_TREE = 200_000  # values, aliases unfolded
DEEPEST_NESTING = 40
LONGEST_NUMBER = 30  # characters

# libyaml's reader where the wheel has it: the same nodes, ten times faster.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

STRING, INTEGER, FLOAT = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
NULL, BOOLEAN, DATE = "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"
QUOTED = ("'", '"')

AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")
SIGNED = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """One thing wrong in a policy file: where (file, line, key) and what, with what is allowed."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file} 第{self.line}行"
        return f"{where} {self.key}：{self.message}" if self.key else f"{where}：{self.message}"


class BadPolicy(Refusal):
    """One or more policy files are at fault; ``faults`` names everything wrong in all of them."""

    code = "bad_policy"

    def __init__(self, faults: Iterable[PolicyFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Reader:
    """Takes values out of a file's nodes; what is wrong is noted in ``faults`` and read as a harmless value."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[PolicyFault] = []

    def fault(self, node: Node | None, key: str, message: str) -> None:
        mark = node.start_mark if node is not None else None
        line = mark.line + 1 if mark is not None else 1
        self.faults.append(PolicyFault(self.file, line, key, message))

    def root(self, text: str) -> Node | None:
        """The file's one document; ``None`` where it cannot be read at all."""
        if len(text) > LARGEST_FILE:
            self.fault(None, "", f"文件超过 {LARGEST_FILE} 个字符")
            return None
        try:
            has_aliases = self._has_aliases(text)
            root = None if self.faults else yaml.compose(text, Loader=Loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            line = mark.line + 1 if mark is not None else 1
            self.faults.append(PolicyFault(self.file, line, "", f"不是合法的 YAML：{problem}"))
            return None
        return root if root is None or not has_aliases or self._is_bounded(root) else None

    def _has_aliases(self, text: str) -> bool:
        """Whether a passage is repeated by reference; nested too deeply to be composed is a fault."""
        depth, has_aliases = 0, False
        for event in yaml.parse(text, Loader=Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.AliasEvent):
                has_aliases = True
            if depth > DEEPEST_NESTING:
                mark = event.start_mark
                self.faults.append(PolicyFault(self.file, mark.line + 1 if mark else 1, "", "嵌套过深"))
                return has_aliases
        return has_aliases

    def _is_bounded(self, root: Node) -> bool:
        """Aliases (*) may repeat a passage, but neither contain themselves nor unfold without measure."""
        try:
            size, height = _measure(root, {})
        except RecursionError:
            self.fault(root, "", "引用（*）包含自身")
            return False
        if size > LARGEST_TREE or height > DEEPEST_NESTING:
            self.fault(root, "", "引用（*）展开后过大")
            return False
        return True

    def mapping(
        self, node: Node, key: str, required: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> dict[str, Node]:
        """The values by key; unknown, duplicate and missing keys are faults."""
        if not isinstance(node, MappingNode):
            self.fault(node, key, "这里应为“键: 值”的映射")
            return {}
        required, found = tuple(required), {}
        allowed = (*required, *optional)
        for name_node, value in node.value:
            name = name_node.value if isinstance(name_node, ScalarNode) else "?"
            if name not in allowed:
                self.fault(name_node, join(key, name), f"未知的键，只允许 {listed(allowed)}")
            elif name in found:
                self.fault(name_node, join(key, name), "键重复")
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.fault(node, join(key, name), "缺少此键")
        return found

    def sequence(self, node: Node, key: str) -> list[tuple[Node, str]]:
        """The items of a list, each with its path (counted from 1)."""
        if not isinstance(node, SequenceNode):
            self.fault(node, key, "这里应为列表")
            return []
        return [(item, f"{key}[{number}]") for number, item in enumerate(node.value, start=1)]

    def is_null(self, node: Node | None) -> bool:
        return node is None or node.tag == NULL

    def text(self, node: Node, key: str) -> str:
        """A string, quoted or not; numbers, dates and the like must be quoted."""
        if isinstance(node, ScalarNode) and node.tag == STRING:
            return str(node.value)
        self.fault(node, key, "这里应为文字；数字、日期和 true/false 作文字时要加引号")
        return ""

    def word(self, node: Node, key: str, allowed: Iterable[str]) -> str:
        """One of the words allowed; the first of them after a fault."""
        allowed = tuple(allowed)
        if isinstance(node, ScalarNode) and node.tag == STRING and node.value in allowed:
            return str(node.value)
        self.fault(node, key, f"{shown(node)} 不在允许的词中：{listed(allowed)}")
        return allowed[0]

    def words(self, node: Node, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """A list of words allowed, each at most once."""
        found: list[str] = []
        allowed = tuple(allowed)
        for item, path in self.sequence(node, key):
            word = self.word(item, path, allowed)
            if word in found and isinstance(item, ScalarNode) and item.value == word:
                self.fault(item, path, f"{word} 重复")
            found.append(word)
        return tuple(found)

    def day(self, node: Node, key: str) -> date:
        """A day written YYYY-MM-DD, bare or quoted."""
        if isinstance(node, ScalarNode) and node.tag in (STRING, DATE) and DAY.fullmatch(node.value):
            try:
                return date.fromisoformat(node.value)
            except ValueError:
                pass
        self.fault(node, key, f"{shown(node)} 不是日期，应写作 2023-01-01")
        return date.min

    def amount(self, node: Node, key: str) -> int:
        """Yuan in quotes, as fen."""
        number = self._number(node, key, AMOUNT, '金额应写作带引号、不为负的十进制数，例如 "800.00"')
        if number is None:
            return 0
        whole, _, decimals = number.partition(".")
        if len(decimals) > 2:
            self.fault(node, key, f"金额 {number} 多于两位小数")
            return 0
        return int(whole + decimals.ljust(2, "0"))

    def ratio(self, node: Node, key: str) -> Fraction:
        """A ratio in quotes from 0 to 1."""
        ratio = self.factor(node, key)
        if ratio > 1:
            self.fault(node, key, f"比例 {shown(node)} 超出 0 至 1")
        return ratio

    def factor(self, node: Node, key: str) -> Fraction:
        """A number in quotes that is not negative."""
        number = self._number(node, key, AMOUNT, '应写作带引号、不为负的十进制数，例如 "0.85"')
        return Fraction(number or 0)

    def points(self, node: Node, key: str) -> Fraction:
        """Percentage points in quotes, with or without a sign."""
        number = self._number(node, key, SIGNED, '百分点应写作带引号的十进制数，例如 "-20"')
        return Fraction(number or 0)

    def _number(self, node: Node, key: str, form: re.Pattern[str], wanted: str) -> str | None:
        quoted = isinstance(node, ScalarNode) and node.style in QUOTED
        if isinstance(node, ScalarNode) and not quoted and (node.tag in (INTEGER, FLOAT) or form.fullmatch(node.value)):
            self.fault(node, key, f"数字 {node.value} 没有加引号；{wanted}")
        elif not quoted or not form.fullmatch(node.value):
            self.fault(node, key, f"{shown(node)} 无效；{wanted}")
        elif len(node.value) > LONGEST_NUMBER:
            self.fault(node, key, f"数字超过 {LONGEST_NUMBER} 位")
        else:
            return str(node.value)
        return None


def _measure(node: Node, known: dict[int, tuple[int, int] | None]) -> tuple[int, int]:
    """How many nodes there are with all aliases unfolded, and how deep; RecursionError where one contains itself."""
    if id(node) not in known:
        known[id(node)] = None
        children = [child for pair in node.value for child in pair] if isinstance(node, MappingNode) else node.value
        measures = [] if isinstance(node, ScalarNode) else [_measure(child, known) for child in children]
        known[id(node)] = 1 + sum(size for size, _ in measures), 1 + max((height for _, height in measures), default=0)
    measure = known[id(node)]
    if measure is None:
        raise RecursionError
    return measure


def join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def listed(words: Iterable[str]) -> str:
    return "、".join(words)


def shown(node: Node) -> str:
    """A node as it may be quoted in a message."""
    if isinstance(node, ScalarNode):
        return f"“{node.value[:60]}”"
    return "列表" if isinstance(node, SequenceNode) else "映射"
