"""Items for tests, as boto3's client takes them: each of DynamoDB's ten types, seeded; what its limits allow; and many
that are like a shop's orders. Their key is `id` (S), with `rank` (N) where it is said."""

import decimal
import random
import string


def typed(item: dict) -> dict:
    """The attribute map of an item of Python values: str, bytes, int, Decimal, bool, None, list, dict, sets of one type."""
    from boto3.dynamodb.types import TypeSerializer  # here, as all else works without boto3

    serializer = TypeSerializer()
    return {name: serializer.serialize(value) for name, value in item.items()}


TEXT = "abcXYZ 019_-\"\\/\n\t\r\b\f\x00\x1f\x7f\u00e9\u00df\u20ac\u2028\u2029\ufeff\ufffd\u4e16\U0001f600\U0010ffff"


def random_text(chance: random.Random, most=24) -> str:
    return "".join(chance.choices(TEXT, k=chance.randrange(1, most)))


def random_number(chance: random.Random) -> str:
    """Up to 38 digits, from 1E-130 to 9.9…E+125; no needless zeros; seldom with an exponent."""
    digits = chance.choice([1, 3, 9, 17, 18, 19, 20, 38])
    coefficient = chance.randrange(10 ** (digits - 1), 10**digits)
    places = chance.choice([0, 0, 0, 2, digits - 1, digits, 38])
    if chance.random() < 0.05:
        places = chance.choice([-80, 120])
    number = decimal.Decimal(coefficient if chance.random() < 0.7 else -coefficient)
    with decimal.localcontext(prec=60):
        normal = number.scaleb(-places).normalize()
        return format(normal, "E" if chance.random() < 0.03 else "f")


def random_value(chance: random.Random, depth=0) -> dict:
    """An attribute value of one of the ten types."""
    kinds = ["S", "S", "N", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"] + (["L", "M"] if depth < 3 else [])
    tag = chance.choice(kinds)
    amount = range(chance.randrange(1, 5))
    make = {
        "S": lambda: random_text(chance) if chance.random() < 0.95 else "",
        "N": lambda: random_number(chance),
        "B": lambda: chance.randbytes(chance.randrange(0, 40)),
        "BOOL": lambda: chance.random() < 0.5,
        "NULL": lambda: True,
        "SS": lambda: sorted({random_text(chance) for _ in amount}),
        "NS": lambda: sorted({random_number(chance) for _ in amount}),
        "BS": lambda: sorted({chance.randbytes(chance.randrange(1, 20)) for _ in amount}),
        "L": lambda: [random_value(chance, depth + 1) for _ in range(chance.randrange(4))],
        "M": lambda: {f"{random_text(chance)}{i}": random_value(chance, depth + 1) for i in range(chance.randrange(4))},
    }
    return {tag: make[tag]()}


def random_item(chance: random.Random, key: dict) -> dict:
    names = [f"attr {i}" if i % 3 else random_text(chance) + str(i) for i in range(chance.randrange(1, 9))]
    return {**key, **{name: random_value(chance) for name in names if name not in key}}


def random_items(count: int, seed=0, extremes=True) -> list[dict]:
    """Items with the key `id` (S) and `rank` (N); the first ones are the extremes."""
    chance = random.Random(f"items/{seed}")
    keys = [{"id": {"S": f"item {i} é"}, "rank": {"N": str(i % 7 - 3)}} for i in range(count)]
    special = extreme_items() if extremes else []
    return [{**special.pop(0), **key} if special else random_item(chance, key) for key in keys]


def extreme_items() -> list[dict]:
    """What DynamoDB's limits allow, one each, without keys."""
    nested = {"N": "-1.5"}
    for depth in range(31):
        nested = {"L": [nested]} if depth % 2 else {"M": {"m": nested}}
    numbers = ["0", "-0.1", "9" * 38, "-" + "9" * 38, "0." + "9" * 38, "1" + "0" * 125, "0." + "0" * 129 + "1",
               "1.2345678901234567890123456789012345678", "18446744073709551616", "-9223372036854775809"]  # fmt: skip
    return [
        {"numbers": {"NS": numbers}, "each": {"L": [{"N": number} for number in numbers]}},
        {"nested": nested},
        {"everything": {"M": {
            "S": {"S": TEXT}, "N": {"N": "1" * 38}, "B": {"B": bytes(range(256))}, "BOOL": {"BOOL": False},
            "NULL": {"NULL": True}, "SS": {"SS": ["", "\U0001f600"]}, "NS": {"NS": ["3.14", "42"]},
            "BS": {"BS": [b"\x00", b"\xff\xfe"]}, "L": {"L": []}, "M": {"M": {}}}}},
        {"__operation": {"S": "not ours"}, "Item": {"S": "x"}, "Keys": {"N": "7"}, "a.b": {"S": "y"}, '"': {"S": "z"}},
        {"large": {"S": "é\"x\u2028" * 51_000}},  # 357 KB of UTF-8
        {"blob": {"B": random.Random(1).randbytes(400_000)}},
        {},
    ]  # fmt: skip


def large_item(chance: random.Random) -> dict:
    """An item like those of shops: some 450 bytes as a line, which gzip shrinks to about a fourth."""
    words = lambda most: " ".join(  # noqa: E731
        "".join(chance.choices(string.ascii_lowercase, k=chance.randrange(2, 9))) for _ in range(chance.randrange(1, most))
    )
    return {
        "customer": {"S": f"customer-{chance.randrange(10**6):06}"},
        "status": {"S": chance.choice(["NEW", "PAID", "PACKED", "SENT", "RETURNED"])},
        "total": {"N": f"{chance.randrange(10**7) / 100:.2f}".rstrip("0").rstrip(".")},
        "created_at": {"S": f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T{chance.randrange(24):02}:00:00Z"},
        "paid": {"BOOL": chance.random() < 0.8},
        "note": {"S": words(12)} if chance.random() < 0.7 else {"NULL": True},
        "tags": {"SS": sorted({words(2) for _ in range(chance.randrange(1, 4))})},
        "lines": {"L": [{"M": {"sku": {"S": f"{chance.randrange(16**8):08x}"}, "count": {"N": str(chance.randrange(1, 9))}}}
                        for _ in range(chance.randrange(1, 4))]},
    }  # fmt: skip
