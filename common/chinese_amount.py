"""Amounts in the capitals that papers about money carry (金额大写), so that no figure can be altered unseen."""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
SECTIONS = ("", "万", "亿", "万亿")
LARGEST = Decimal("9999999999999999.99")


def chinese_amount(amount: Decimal) -> str:
    """The amount in yuan in capitals, to the fen.

    >>> chinese_amount(Decimal("1070.05"))
    '壹仟零柒拾元零伍分'
    """
    if not isinstance(amount, Decimal) or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(f"not an amount to the fen: {amount!r}")
    if abs(amount) > LARGEST:
        raise ValueError(f"too large to be written out: {amount}")
    sign = "负" if amount < 0 else ""
    yuan, fen = divmod(int(abs(amount) * 100), 100)
    return f"{sign}{_yuan(yuan)}{_fraction(fen, with_yuan=yuan > 0)}"


def _yuan(yuan: int) -> str:
    if yuan == 0:
        return ""
    sections = []
    while yuan:
        yuan, section = divmod(yuan, 10_000)
        sections.append(section)
    words, skipped = "", False
    for place in range(len(sections) - 1, -1, -1):
        section = sections[place]
        if section == 0:
            skipped = bool(words)
            continue
        gap = "零" if words and (skipped or section < 1000) else ""
        words += f"{gap}{_section(section)}{SECTIONS[place]}"
        skipped = False
    return f"{_with_yi(words, sections)}元"


def _with_yi(words: str, sections: list[int]) -> str:
    """Above a hundred million, 万亿 stands for 万 of 亿: 亿 is said once, at the end of its part."""
    if len(sections) == 4 and sections[2]:
        return words.replace("万亿", "万", 1)
    return words


def _section(section: int) -> str:
    words, skipped = "", False
    for place in range(3, -1, -1):
        digit = section // 10**place % 10
        if digit == 0:
            skipped = bool(words)
            continue
        words += f"{'零' if skipped else ''}{DIGITS[digit]}{UNITS[place]}"
        skipped = False
    return words


def _fraction(fen: int, *, with_yuan: bool) -> str:
    tenth, hundredth = divmod(fen, 10)
    if fen == 0:
        return "整" if with_yuan else "零元整"
    words = f"{DIGITS[tenth]}角" if tenth else ("零" if with_yuan else "")
    return f"{words}{DIGITS[hundredth]}分" if hundredth else f"{words}整"
