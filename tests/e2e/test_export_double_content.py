"""DynamoDB's exports on the local AWS: which items and changes are in their data files.

Each test is one clause of the Developer Guide's "DynamoDB table export output format", or, marked so, of what other
people's tests saw the service do. World.lines checks the manifests' MD5s and counts with each export that it reads.
"""

import random

import pytest
from botocore.exceptions import ClientError
from export_world import micros, text


def images(change: dict) -> dict:
    return {name: change.get(name) for name in ("NewImage", "OldImage")}


def test_a_full_export_is_the_table_at_its_time(world):
    arn = world.make_table()
    world.put("changed", v=text("old"))
    world.put("deleted")
    world.put("stays")
    world.clock(10)
    world.put("changed", v=text("at the time itself"))
    world.clock(11)
    world.put("changed", v=text("new"))
    world.put("later")
    world.delete("deleted")
    world.clock(20)
    assert world.items(world.export(arn, ExportTime=10)) == {
        "changed": {"id": text("changed"), "v": text("at the time itself")},
        "deleted": {"id": text("deleted")},
        "stays": {"id": text("stays")},
    }
    assert set(world.items(world.export(arn))) == {"changed", "later", "stays"}


def test_what_was_there_before_recovery_was_turned_on_is_exported(world):
    arn = world.make_table(recovery=False)
    world.put("a", v=text("before"))
    world.clock(10)
    world.turn_recovery()
    world.clock(20)
    world.put("a", v=text("after"))
    world.clock(60)
    assert world.items(world.export(arn, ExportTime=10)) == {"a": {"id": text("a"), "v": text("before")}}
    assert world.changes(world.export(arn, from_=10, to=30))["a"]["OldImage"]["v"] == text("before")


def test_a_window_holds_its_start_and_not_its_end(world):
    arn = world.make_table()
    world.put("before and at the end")
    for minutes in (9, 10, 24, 25):
        world.clock(minutes)
        world.put(f"at {minutes}")
    world.put("at 24", v=text("and at the end"))
    world.put("before and at the end", v=text("new"))
    world.clock(60)
    changes = world.changes(world.export(arn, from_=10, to=25))
    assert set(changes) == {"at 10", "at 24"}
    assert changes["at 24"]["Metadata"]["WriteTimestampMicros"] == str(micros(24))
    assert changes["at 24"]["NewImage"] == {"id": text("at 24")}


def test_an_increment_has_one_final_state_for_each_key(world):
    arn = world.make_table()
    world.put("a", v=text("before"))
    world.clock(10)
    world.put("a", v=text("first"))
    world.clock(11)
    world.put("a", v=text("last"))
    world.clock(60)
    assert world.changes(world.export(arn, from_=10, to=30)) == {
        "a": {
            "Metadata": {"WriteTimestampMicros": str(micros(11))},
            "Keys": {"id": text("a")},
            "NewImage": {"id": text("a"), "v": text("last")},
            "OldImage": {"id": text("a"), "v": text("before")},
        }
    }


def test_inserted_and_deleted_in_one_window_is_nothing(world):
    arn = world.make_table()
    world.put("short-lived")
    world.clock(5)
    world.delete("short-lived")
    world.clock(60)
    assert world.changes(world.export(arn, from_=0, to=30)) == {}
    assert world.changes(world.export(arn, from_=5, to=30))["short-lived"]["OldImage"] == {"id": text("short-lived")}


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (
            "NEW_AND_OLD_IMAGES",
            {
                "inserted": {"NewImage": {"id": text("inserted")}, "OldImage": None},
                "updated": {"NewImage": {"id": text("updated"), "v": text("new")}, "OldImage": {"id": text("updated")}},
                "deleted": {"NewImage": None, "OldImage": {"id": text("deleted")}},
                "put again": {"NewImage": {"id": text("put again")}, "OldImage": {"id": text("put again")}},
            },
        ),
        (
            "NEW_IMAGE",
            {
                "inserted": {"NewImage": {"id": text("inserted")}, "OldImage": None},
                "updated": {"NewImage": {"id": text("updated"), "v": text("new")}, "OldImage": None},
                "deleted": {"NewImage": None, "OldImage": None},
                "put again": {"NewImage": {"id": text("put again")}, "OldImage": None},
            },
        ),
    ],
)
def test_a_view_says_which_images_a_change_has(world, view, expected):
    arn = world.make_table()
    for id_ in ("updated", "deleted", "put again"):
        world.put(id_)
    world.clock(10)
    world.put("inserted")
    world.put("updated", v=text("new"))
    world.delete("deleted")
    world.delete("put again")
    world.put("put again")
    world.clock(60)
    description = world.export(arn, from_=10, to=30, view=view)
    changes = world.changes(description)
    assert {id_: images(change) for id_, change in changes.items()} == expected
    assert all(change["Keys"] == {"id": text(id_)} for id_, change in changes.items())
    assert world.summary(description)["outputView"] == view


def update(world, id_, **more):
    world.dynamodb.update_item(TableName="orders", Key={"id": text(id_)}, **more)


def write_in_batch(world):
    requests = [
        {"PutRequest": {"Item": {"id": text("b"), "v": text("batch")}}},
        {"DeleteRequest": {"Key": {"id": text("a")}}},
    ]
    world.dynamodb.batch_write_item(RequestItems={"orders": requests})


def write_in_transaction(world):
    put = {"TableName": "orders", "Item": {"id": text("b"), "v": text("transaction")}}
    set_v = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": text("too")}}
    world.dynamodb.transact_write_items(
        TransactItems=[{"Put": put}, {"Update": {"TableName": "orders", "Key": {"id": text("a")}, **set_v}}]
    )


SET_V = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": text("set")}}


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda world: world.put("b"), {"b": {"id": text("b")}}),
        (lambda world: world.delete("a"), {"a": None}),
        (lambda world: world.delete("missing"), {}),
        (lambda world: update(world, "a", **SET_V), {"a": {"id": text("a"), "t": {"SS": ["x"]}, "v": text("set")}}),
        (lambda world: update(world, "b", **SET_V), {"b": {"id": text("b"), "v": text("set")}}),
        (
            lambda world: update(
                world, "a", UpdateExpression="ADD t :t", ExpressionAttributeValues={":t": {"SS": ["y"]}}
            ),
            {"a": {"id": text("a"), "t": {"SS": ["x", "y"]}}},
        ),
        (write_in_batch, {"a": None, "b": {"id": text("b"), "v": text("batch")}}),
        (
            write_in_transaction,
            {
                "a": {"id": text("a"), "t": {"SS": ["x"]}, "v": text("too")},
                "b": {"id": text("b"), "v": text("transaction")},
            },
        ),
        (
            lambda world: world.dynamodb.execute_statement(Statement="UPDATE orders SET v = 'sql' WHERE id = 'a'"),
            {"a": {"id": text("a"), "t": {"SS": ["x"]}, "v": text("sql")}},
        ),
    ],
)
def test_every_write_is_exported(world, write, expected):
    arn = world.make_table()
    world.put("a", t={"SS": ["x"]})
    world.clock(10)
    write(world)
    world.clock(60)
    changes = world.changes(world.export(arn, from_=10, to=30))
    assert {id_: change.get("NewImage") for id_, change in changes.items()} == expected
    assert all(
        change.get("OldImage") == ({"id": text("a"), "t": {"SS": ["x"]}} if id_ == "a" else None)
        for id_, change in changes.items()
    )


def test_a_write_that_fails_is_not_exported(world):
    arn = world.make_table()
    world.put("a")
    world.clock(10)
    condition = {"ConditionExpression": "attribute_exists(v)"}
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        world.dynamodb.put_item(TableName="orders", Item={"id": text("a"), "w": text("no")}, **condition)
    put = {"TableName": "orders", "Item": {"id": text("b")}}
    failing = {"TableName": "orders", "Key": {"id": text("a")}, **condition}
    with pytest.raises(ClientError, match="TransactionCanceled"):
        world.dynamodb.transact_write_items(TransactItems=[{"Put": put}, {"Delete": failing}])
    world.clock(60)
    assert world.changes(world.export(arn, from_=10, to=30)) == {}
    assert world.items(world.export(arn)) == {"a": {"id": text("a")}}
    world.put("c")  # the history goes on after a transaction that was taken back
    assert set(world.items(world.export(arn))) == {"a", "c"}


@pytest.mark.parametrize("seed", range(2))
def test_windows_that_follow_each_other_lose_nothing_and_repeat_nothing(world, seed):
    """The table at T, and the increments from T on, give the table at their end."""
    arn = world.make_table()
    dice = random.Random(seed)
    scans = {}
    for minutes in range(0, 100, 10):
        world.clock(minutes)
        if minutes % 20 == 0:
            items = world.dynamodb.scan(TableName="orders")["Items"]
            scans[minutes] = {item["id"]["S"]: item for item in items}
        for number in range(6):
            id_ = f"k{dice.randrange(8)}"
            if dice.random() < 0.3:
                world.delete(id_)
            else:
                world.put(id_, v=text(f"{minutes}.{number}"))
    rebuilt = {}
    for start in range(0, 80, 20):
        assert rebuilt == scans[start]
        for id_, change in world.changes(world.export(arn, from_=start, to=start + 20)).items():
            assert change.get("OldImage") == rebuilt.get(id_)
            rebuilt.pop(id_, None)
            if "NewImage" in change:
                rebuilt[id_] = change["NewImage"]
    assert rebuilt == scans[80]
    assert world.items(world.export(arn, ExportTime=79)) == scans[80]


@pytest.mark.parametrize(
    ("specification", "expected"),
    [
        (
            {"FilterExpression": "amount > :t", "ExpressionAttributeValues": {":t": {"N": "5"}}},
            {"b": {"id": text("b"), "amount": {"N": "10"}, "name": text("x")}},
        ),
        (
            {
                "KeyConditionExpression": "id = :a",
                "FilterExpression": "attribute_exists(#n) OR amount = :one",
                "ExpressionAttributeNames": {"#n": "name"},
                "ExpressionAttributeValues": {":a": text("a"), ":one": {"N": "1"}},
            },
            {"a": {"id": text("a"), "amount": {"N": "1"}}},
        ),
        (
            {"ProjectionExpression": "id, #n", "ExpressionAttributeNames": {"#n": "name"}},
            {"a": {"id": text("a")}, "b": {"id": text("b"), "name": text("x")}},
        ),
    ],
)
def test_a_filtered_export_has_what_the_filter_lets_through_and_is_told_apart(world, specification, expected):
    arn = world.make_table()
    world.put("a", amount={"N": "1"})
    world.put("b", amount={"N": "10"}, name=text("x"))
    description = world.export(arn, FilterSpecification=specification)
    assert world.items(description) == expected
    assert description["FilterSpecification"] == specification
