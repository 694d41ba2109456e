"""Reading the layers of a benefit in a policy file."""

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from yaml.nodes import Node, ScalarNode, SequenceNode

from settlement.enums import Fund
from settlement.policy_file.conditions import read_when
from settlement.policy_file.syntax import Reader, shown
from settlement.rules import policy as rules
from settlement.rules.when import Rows

DEDUCTIBLE_PERIODS = ("visit", "institution_day", "month", "year")
PERIODS = ("visit", "day", "month", "year")
ADJUSTMENTS = ("factor", "self_pay_factor", "points", "floor", "ceiling")
LAYER_KEYS = (
    "name", "applies", "base", "over", "deductible", "cost_limit", "adjust", "fixed_deduction", "caps"
)  # fmt: skip

Value = TypeVar("Value")


class LayerReader:
    """Reads the layers of one file, and sees to the names that must agree across the file."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.cap_periods: dict[str, str] = {}

    def layers(self, node: Node, key: str, benefit: str) -> tuple[rules.Layer, ...]:
        """The layers of a benefit in the order written, with their names given or by default."""
        found: list[rules.Layer] = []
        for item, path in self.reader.sequence(node, key):
            found.append(self._layer(item, path, benefit, found))
        return tuple(found)

    def _layer(self, node: Node, key: str, benefit: str, earlier: list[rules.Layer]) -> rules.Layer:
        reader = self.reader
        keys = reader.mapping(node, key, required=("fund", "slices"), optional=LAYER_KEYS)
        fund = Fund(reader.word(keys["fund"], f"{key}.fund", Fund.values) if "fund" in keys else "other")
        name = f"{benefit}.{fund.value}" + _ordinal(1 + sum(layer.fund == fund for layer in earlier))
        if "name" in keys:
            name = self._given_name(keys["name"], f"{key}.name") or name
        if any(layer.name == name for layer in earlier):
            reader.fault(keys.get("name", node), f"{key}.name", f"同一待遇内层名 {name} 重复")
        over_year = "over" in keys and reader.word(keys["over"], f"{key}.over", ("visit", "year")) == "year"
        if over_year:
            self._check_over_year(keys, key, first=not earlier)
        return rules.Layer(
            name=name,
            fund=fund,
            slices=self._slices(keys["slices"], f"{key}.slices") if "slices" in keys else rules.Slices(()),
            base=self._base(keys.get("base"), f"{key}.base", first=not earlier),
            applies=read_when(reader, keys.get("applies"), f"{key}.applies"),
            over_year=over_year,
            deductible=self._deductible(keys.get("deductible"), f"{key}.deductible"),
            cost_limit=self._cost_limit(keys.get("cost_limit"), f"{key}.cost_limit"),
            adjust=self._adjust(keys.get("adjust"), f"{key}.adjust"),
            fixed_deduction=self._fixed_deduction(keys.get("fixed_deduction"), f"{key}.fixed_deduction"),
            caps=self._caps(keys.get("caps"), f"{key}.caps", name),
        )

    def _given_name(self, node: Node, key: str) -> str:
        name = self.reader.text(node, key)
        if not name.strip() and isinstance(node, ScalarNode) and not node.value.strip():
            self.reader.fault(node, key, "名称不能为空")
        return name

    def _check_over_year(self, keys: dict[str, Node], key: str, *, first: bool) -> None:
        if first:
            self.reader.fault(keys["over"], f"{key}.over", "第一层不能用 over: year")
        for rule in ("deductible", "cost_limit"):
            per = _value(keys.get(rule), "per")
            if isinstance(per, ScalarNode) and per.value != "year":
                self.reader.fault(per, f"{key}.{rule}.per", "over: year 的层只能用 per: year")
        year_limit = _value(keys.get("deductible"), "year_limit")
        if year_limit is not None:
            self.reader.fault(year_limit, f"{key}.deductible.year_limit", "over: year 的层不能写 year_limit")
        count = _value(keys.get("slices"), "count")
        if isinstance(count, ScalarNode) and count.value == "year":
            self.reader.fault(count, f"{key}.slices.count", "over: year 的层不能写 count: year")

    def _base(self, node: Node | None, key: str, *, first: bool) -> rules.Base:
        if node is None:
            return rules.InScope() if first else rules.Remaining()
        if isinstance(node, ScalarNode):
            self.reader.word(node, key, ("in_scope",))
            return rules.InScope()
        forms = self.reader.mapping(node, key, optional=("only", "remaining"))
        if len(node.value) != 1:
            self.reader.fault(node, key, "应为 in_scope、{only: […]} 或 {remaining: {with: […], without: […]}} 之一")
        if first and "only" in forms:
            self.reader.fault(node, key, "第一层没有更前的层，不能用 only")
        if "only" in forms:
            return rules.Only(self.reader.words(forms["only"], f"{key}.only", rules.COMPONENTS))
        return self._remaining(forms.get("remaining"), f"{key}.remaining", first=first)

    def _remaining(self, node: Node | None, key: str, *, first: bool) -> rules.Remaining:
        if node is None:
            return rules.Remaining()
        lists = self.reader.mapping(node, key, optional=("with", "without"))
        plus = self.reader.words(lists["with"], f"{key}.with", rules.CHARGES) if "with" in lists else ()
        minus = self.reader.words(lists["without"], f"{key}.without", rules.COMPONENTS) if "without" in lists else ()
        if first and minus:
            self.reader.fault(lists["without"], f"{key}.without", "第一层没有更前的层，不能减其组成部分")
        return rules.Remaining(plus, minus)

    def _deductible(self, node: Node | None, key: str) -> rules.Deductible | None:
        if node is None:
            return None
        keys = self.reader.mapping(node, key, required=("per", "rows"), optional=("year_limit",))
        per = self._period(keys, key, DEDUCTIBLE_PERIODS)

        def charge(item: Node, row: dict[str, Node], path: str) -> int | rules.Share:
            return self._charge(item, row, path, per)

        rows = self._rows(keys.get("rows"), f"{key}.rows", ("amount", "share", "min", "max"), charge, ())
        limit = self.reader.amount(keys["year_limit"], f"{key}.year_limit") if "year_limit" in keys else None
        return rules.Deductible(per, rows, limit)

    def _charge(self, item: Node, row: dict[str, Node], path: str, per: str) -> int | rules.Share:
        reader = self.reader
        if ("amount" in row) == ("share" in row):
            reader.fault(item, path, "每行写 amount 或 share 其中之一")
            return 0
        if "amount" in row:
            for name in ("min", "max"):
                if name in row:
                    reader.fault(row[name], f"{path}.{name}", f"{name} 只与 share 同用")
            return reader.amount(row["amount"], f"{path}.amount")
        if per != "visit":
            reader.fault(row["share"], f"{path}.share", "share 只能与 per: visit 同用")
        share = reader.ratio(row["share"], f"{path}.share")
        lowest = reader.amount(row["min"], f"{path}.min") if "min" in row else 0
        highest = reader.amount(row["max"], f"{path}.max") if "max" in row else None
        if highest is not None and highest < lowest:
            reader.fault(row["max"], f"{path}.max", "max 小于 min")
        return rules.Share(share, lowest, highest)

    def _cost_limit(self, node: Node | None, key: str) -> rules.CostLimit | None:
        if node is None:
            return None
        keys = self.reader.mapping(node, key, required=("per", "rows"), optional=("counts",))
        per = self._period(keys, key, PERIODS)
        counts = "above_deductible"
        if "counts" in keys:
            counts = self.reader.word(keys["counts"], f"{key}.counts", ("above_deductible", "all"))
        return rules.CostLimit(per, counts == "all", self._amounts(keys.get("rows"), f"{key}.rows"))

    def _slices(self, node: Node, key: str) -> rules.Slices:
        keys = self.reader.mapping(node, key, required=("rows",), optional=("from", "count"))
        start, count = "deductible", "visit"
        if "from" in keys:
            start = self.reader.word(keys["from"], f"{key}.from", ("deductible", "zero"))
        if "count" in keys:
            count = self.reader.word(keys["count"], f"{key}.count", ("visit", "year"))

        def slices(_: Node, row: dict[str, Node], path: str) -> tuple[rules.Slice, ...]:
            return self._slice_list(row["slices"], f"{path}.slices") if "slices" in row else ()

        rows = self._rows(keys.get("rows"), f"{key}.rows", (), slices, ("slices",))
        return rules.Slices(rows, start == "zero", count == "year")

    def _slice_list(self, node: Node, key: str) -> tuple[rules.Slice, ...]:
        reader, found, last = self.reader, [], 0
        pieces = reader.sequence(node, key)
        if isinstance(node, SequenceNode) and not pieces:
            reader.fault(node, key, "至少写一段，最后一段上限为 null")
        for number, (piece, path) in enumerate(pieces, start=1):
            pair = reader.sequence(piece, path)
            if len(pair) != 2:
                reader.fault(piece, path, '每段写作 [上限, 比例]，例如 ["30000", "0.85"] 或 [null, "0.90"]')
                continue
            (limit, limit_key), (ratio, ratio_key) = pair
            upto = None if reader.is_null(limit) else reader.amount(limit, limit_key)
            if (upto is None) != (number == len(pieces)):
                reader.fault(limit, limit_key, "最后一段（且只有最后一段）的上限为 null")
            elif upto is not None and upto <= last:
                reader.fault(limit, limit_key, f"上限 {shown(limit)} 没有大于前一段的上限")
            last = upto or last
            found.append(rules.Slice(upto, reader.ratio(ratio, ratio_key)))
        return tuple(found)

    def _adjust(self, node: Node | None, key: str) -> Rows[rules.Adjustment]:
        def adjustment(_: Node, row: dict[str, Node], path: str) -> rules.Adjustment:
            reader = self.reader
            readers: dict[str, Callable[[Node, str], Fraction]] = {
                "factor": reader.factor,
                "self_pay_factor": reader.factor,
                "points": reader.points,
                "floor": reader.ratio,
                "ceiling": reader.ratio,
            }
            return rules.Adjustment(
                **{name: read(row[name], f"{path}.{name}") for name, read in readers.items() if name in row}
            )

        return self._rows(node, key, ADJUSTMENTS, adjustment, ())

    def _fixed_deduction(self, node: Node | None, key: str) -> Rows[int]:
        if node is None:
            return ()
        keys = self.reader.mapping(node, key, required=("rows",))
        return self._amounts(keys.get("rows"), f"{key}.rows")

    def _caps(self, node: Node | None, key: str, layer: str) -> tuple[rules.Cap, ...]:
        found: list[rules.Cap] = []
        for item, path in self.reader.sequence(node, key) if node is not None else []:
            keys = self.reader.mapping(item, path, required=("per", "rows"), optional=("name",))
            per = self._period(keys, path, PERIODS)
            name = f"{layer}.cap.{per}"
            if "name" in keys:
                name = self._given_name(keys["name"], f"{path}.name") or name
            if any(cap.name == name for cap in found):
                self.reader.fault(item, path, f"封顶 {name} 在同一层内重复")
            elif self.cap_periods.setdefault(name, per) != per:
                message = f"封顶 {name} 在别处为 per: {self.cap_periods[name]}；同名封顶只能有一个 per"
                self.reader.fault(keys.get("per", item), f"{path}.per", message)
            found.append(rules.Cap(name, per, self._amounts(keys.get("rows"), f"{path}.rows")))
        return tuple(found)

    def _period(self, keys: dict[str, Node], key: str, allowed: tuple[str, ...]) -> str:
        return self.reader.word(keys["per"], f"{key}.per", allowed) if "per" in keys else allowed[0]

    def _amounts(self, node: Node | None, key: str) -> Rows[int]:
        def amount(_: Node, row: dict[str, Node], path: str) -> int:
            return self.reader.amount(row["amount"], f"{path}.amount") if "amount" in row else 0

        return self._rows(node, key, (), amount, ("amount",))

    def _rows(
        self,
        node: Node | None,
        key: str,
        optional: tuple[str, ...],
        read: Callable[[Node, dict[str, Node], str], Value],
        required: tuple[str, ...],
    ) -> Rows[Value]:
        found = []
        for item, path in self.reader.sequence(node, key) if node is not None else []:
            row = self.reader.mapping(item, path, required=required, optional=("when", *optional))
            found.append((read_when(self.reader, row.get("when"), f"{path}.when"), read(item, row, path)))
        return tuple(found)


def _ordinal(number: int) -> str:
    return f".{number}" if number > 1 else ""


def _value(node: Node | None, name: str) -> Node | None:
    """The value under a key of a mapping node, where there is one."""
    pairs = node.value if node is not None and not isinstance(node, ScalarNode | SequenceNode) else []
    return next((value for key, value in pairs if key.value == name), None)
