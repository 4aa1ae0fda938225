"""Amazon Ion's text form of an item, as exports have it: a version marker and one struct a line.

    $ion_1_0 {Item:{Authors:$dynamodb_SS::["Author1"],Id:103.,InPublication:false,PageCount:6d2,Title:"Book"}}
"""

import decimal
import json
import re

KEYWORDS = {"null", "true", "false", "nan"}


def ion_line(item: dict) -> str:
    return "$ion_1_0 " + ion_struct({"Item": {"M": item}})


def ion_struct(members: dict) -> str:
    return "{" + ",".join(f"{ion_symbol(name)}:{ion_value(value)}" for name, value in members.items()) + "}"


def ion_value(value: dict) -> str:
    ((tag, content),) = value.items()
    if tag in ("SS", "NS", "BS"):
        return f"$dynamodb_{tag}::[{','.join(ion_value({tag[0]: element}) for element in content)}]"
    return {
        "S": ion_string,
        "N": ion_decimal,
        "B": lambda text: "{{" + text + "}}",
        "BOOL": lambda truth: "true" if truth else "false",
        "NULL": lambda _: "null",
        "L": lambda elements: "[" + ",".join(map(ion_value, elements)) + "]",
        "M": ion_struct,
    }[tag](content)


def ion_string(text: str) -> str:
    """JSON's escapes are Ion's too."""
    return json.dumps(text, ensure_ascii=False)


def ion_symbol(name: str) -> str:
    if re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", name) and not re.fullmatch(r"\$[0-9]+", name) and name not in KEYWORDS:
        return name
    return "'" + ion_string(name)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def ion_decimal(number: str) -> str:
    """Without trailing zeros, as DynamoDB keeps numbers: 103., 6d2, 1.5."""
    with decimal.localcontext(prec=40):
        value = decimal.Decimal(number).normalize()
    sign, digits, exponent = value.as_tuple()
    text = ("-" if sign else "") + "".join(map(str, digits))
    if exponent == 0:
        return text + "."
    return f"{value:f}" if -20 < exponent < 0 else f"{text}d{exponent}"
