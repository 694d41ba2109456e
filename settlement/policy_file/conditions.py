"""Reading the conditions (`when`, `applies`) of a policy file."""

import re
from collections.abc import Container

from yaml.nodes import Node, ScalarNode, SequenceNode

from filings.enums import Category
from registry.enums import Level, PersonType
from settlement.enums import Place
from settlement.policy_file.syntax import BOOLEAN, INTEGER, STRING, Reader, join, listed, shown
from settlement.rules.when import ALWAYS, NUMERIC_FACTS, WORD_FACTS, AnyTag, Numbers, When

NO_FILING = "none"
TRUE_WORDS = ("true", "yes", "on")  # what YAML 1.1 reads as true when bare

# Facts whose words are a closed list; of the others (aid, disease, tags) every word may occur.
VOCABULARIES: dict[str, tuple[str, ...]] = {
    "person": tuple(PersonType.values),
    "level": tuple(Level.values),
    "filing": (*Category.values, NO_FILING),
    "place": tuple(Place.values),
    "transfer": ("true", "false"),
}

WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
COMPARISON = re.compile(r"(>=|<=|>|<)(0|[1-9][0-9]{0,17})")

Span = tuple[int | None, int | None]


def read_when(reader: Reader, node: Node | None, key: str) -> When:
    """The conditions ready to be asked; no node, no condition."""
    if node is None:
        return ALWAYS
    facts = reader.mapping(node, key, optional=(*WORD_FACTS, *sorted(NUMERIC_FACTS)))
    return tuple((fact, _allowed(reader, fact, value, join(key, fact))) for fact, value in facts.items())


def _allowed(reader: Reader, fact: str, node: Node, key: str) -> Container[object]:
    values = reader.sequence(node, key) if isinstance(node, SequenceNode) else [(node, key)]
    if fact in NUMERIC_FACTS:
        return Numbers(tuple(_span(reader, value, path) for value, path in values))
    words = frozenset(_word(reader, fact, value, path) for value, path in values)
    return AnyTag(words) if fact == "tags" else words


def _word(reader: Reader, fact: str, node: Node, key: str) -> str:
    word = _scalar(node)
    vocabulary = VOCABULARIES.get(fact)
    if word is None or word == "":
        reader.fault(node, key, f"{shown(node)} 应为文字；小数和日期要加引号")
    elif vocabulary is not None and word not in vocabulary:
        reader.fault(node, key, f"{shown(node)} 不在允许的词中：{listed(vocabulary)}")
    return word or ""


def _scalar(node: Node) -> str | None:
    """A word as text: 1 and "1" are equal, true and "true" too."""
    if not isinstance(node, ScalarNode):
        return None
    if node.tag == BOOLEAN:
        return "true" if node.value.lower() in TRUE_WORDS else "false"
    if node.tag == STRING or (node.tag == INTEGER and WHOLE.fullmatch(node.value)):
        return str(node.value)
    return None


def _span(reader: Reader, node: Node, key: str) -> Span:
    if isinstance(node, ScalarNode) and node.tag in (STRING, INTEGER):
        if WHOLE.fullmatch(node.value):
            number = int(node.value)
            return number, number
        if comparison := COMPARISON.fullmatch(node.value):
            return _compared(comparison[1], int(comparison[2]))
    reader.fault(node, key, f'{shown(node)} 应为不为负的整数，或带引号的比较，例如 ">=3"、"<70"')
    return 0, 0


def _compared(sign: str, number: int) -> Span:
    match sign:
        case ">=":
            return number, None
        case "<=":
            return None, number
        case ">":
            return number + 1, None
        case _:
            return None, number - 1
