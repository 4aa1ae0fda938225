"""DynamoDB's exports on the local AWS: how items, keys and times look in their data files.

Each test is one clause of the Developer Guide's "DynamoDB table export output format", or, marked so, of what other
people's tests saw the service do.
"""

import json

import pytest
from export_world import code, text


def test_all_ten_types_are_as_dynamodb_json_has_them(world):
    arn = world.make_table()
    world.put(
        "a",
        s=text('Grüße ☃ 𝄞 "quoted"\n\u2028'),
        n={"N": "12345678901234567890123456789012345678"},
        b={"B": b"\x00\xff"},
        bool={"BOOL": False},
        null={"NULL": True},
        l={"L": [{"N": "1"}, {"M": {"deep": {"B": b"\x01"}}}]},
        m={"M": {"k": {"L": []}}},
        ss={"SS": ["x", "y"]},
        ns={"NS": ["1", "2.5"]},
        bs={"BS": [b"\x00", b"\x01"]},
    )
    item = world.items(world.export(arn))["a"]
    assert item == {
        "id": text("a"),
        "s": text('Grüße ☃ 𝄞 "quoted"\n\u2028'),
        "n": {"N": "12345678901234567890123456789012345678"},
        "b": {"B": "AP8="},
        "bool": {"BOOL": False},
        "null": {"NULL": True},
        "l": {"L": [{"N": "1"}, {"M": {"deep": {"B": "AQ=="}}}]},
        "m": {"M": {"k": {"L": []}}},
        "ss": {"SS": ["x", "y"]},
        "ns": {"NS": ["1", "2.5"]},
        "bs": {"BS": ["AA==", "AQ=="]},
    }


def test_keys_are_the_partition_keys_and_the_sort_keys_attributes(world):
    arn = world.make_table(range_key="part", key_type="N")
    for number, part in (("1", "x"), ("1.0", "x"), ("1", "y")):  # 1 and 1.0 are one number
        world.dynamodb.put_item(TableName="orders", Item={"id": {"N": number}, "part": text(part)})
    world.dynamodb.delete_item(TableName="orders", Key={"id": {"N": "1"}, "part": text("y")})
    world.clock(60)
    (line,) = world.lines(world.export(arn, from_=0, to=30))
    keys = json.loads(line)["Keys"]
    assert set(keys) == {"id", "part"} and float(keys["id"]["N"]) == 1 and keys["part"] == text("x")


@pytest.mark.parametrize(
    ("form", "expected"),
    [("text", "1767225900123456"), ("typed", {"N": "1767225900123456"})],  # the guide's; seen by readers of real files
)
def test_the_time_of_a_write_has_two_forms(world, form, expected):
    arn = world.make_table()
    world.moto.exports(write_timestamp=form, clock="2026-01-01T00:05:00.123456Z")
    world.put("a")
    world.clock(60)
    assert world.changes(world.export(arn, from_=0, to=30))["a"]["Metadata"] == {"WriteTimestampMicros": expected}


ION_ITEM = {
    "Authors": {"SS": ["Author1", "Author2"]},
    "Dimensions": text("8.5 x 11.0 x 1.5"),
    "ISBN": text("333-3333333333"),
    "Id": {"N": "103"},
    "InPublication": {"BOOL": False},
    "PageCount": {"N": "600"},
    "Price": {"N": "2000"},
    "ProductCategory": text("Book"),
    "Title": text("Book 103 Title"),
}
# The guide's own example, on one line.
ION_LINE = (
    '$ion_1_0 {Item:{Authors:$dynamodb_SS::["Author1","Author2"],Dimensions:"8.5 x 11.0 x 1.5",ISBN:"333-3333333333",'
    'Id:103.,InPublication:false,PageCount:6d2,Price:2d3,ProductCategory:"Book",Title:"Book 103 Title"}}'
)
# By the guide's table of types and Ion's specification.
ION_OTHERS = {
    "null": ({"NULL": True}, "'null':null"),
    "with space": ({"B": b"\x00\xff"}, "'with space':{{AP8=}}"),
    "it's": ({"N": "-1.50"}, "'it\\'s':-1.5"),
    "$10": ({"N": "0"}, "'$10':0."),
    "$a": ({"BOOL": True}, "$a:true"),
    "_l": ({"L": [text('a"b\\\n'), {"M": {}}]}, '_l:["a\\"b\\\\\\n",{}]'),
    "ns": ({"NS": ["1E-30", "-7"]}, "ns:$dynamodb_NS::[1d-30,-7.]"),
    "bs": ({"BS": [b"a"]}, "bs:$dynamodb_BS::[{{YQ==}}]"),
}


def test_a_full_export_in_ion_is_ions_text(world):
    arn = world.make_table()
    world.dynamodb.put_item(TableName="orders", Item={"id": text("a"), **ION_ITEM})
    world.dynamodb.put_item(
        TableName="orders", Item={"id": text("b"), **{name: value for name, (value, _) in ION_OTHERS.items()}}
    )
    description = world.export(arn, ExportFormat="ION")
    assert sorted(world.lines(description)) == [
        ION_LINE.replace("{Item:{", '{Item:{id:"a",'),
        '$ion_1_0 {Item:{id:"b",' + ",".join(member for _, member in ION_OTHERS.values()) + "}}",
    ]
    assert all(file["dataFileS3Key"].endswith(".ion.gz") for file in world.files(description))
    assert description["ExportFormat"] == world.summary(description)["outputFormat"] == "ION"


def test_an_increment_in_ion_is_refused(world):
    """Its form stands in no document that this double was made from."""
    arn = world.make_table()
    world.clock(60)
    assert code(world.start, arn, from_=0, to=30, ExportFormat="ION") == "ValidationException"
