"""Each table's writes since its point-in-time recovery was turned on.

All of moto's writes to a table go through Table.put_item and Table.delete_item; UpdateItem changes the item that it
found in place. A transaction that fails puts back a copy of the table made before it: a history is copied with it.
"""

import base64

from moto.dynamodb.models import DynamoDBBackend, Table
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.moto_api._internal import mock_random

from .controls import SECOND, as_time, controls
from .extension import extend

DAY = 86_400 * SECOND
RESTORABLE_AFTER = 300 * SECOND  # LatestRestorableDateTime is typically that long ago


def plain(value) -> dict:
    """A typed value as DynamoDB JSON has it: {"S": "x"}. It shares nothing with the item, which moto changes."""
    value = value if isinstance(value, DynamoType) else DynamoType(value)
    convert = {
        "L": lambda elements: [plain(element) for element in elements],
        "M": lambda members: {name: plain(member) for name, member in members.items()},
        "B": base64_text,
        "BS": lambda elements: [base64_text(element) for element in elements],
        "SS": list,
        "NS": list,
    }.get(value.type, lambda content: content)
    return {value.type: convert(value.value)}


def base64_text(value) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def key_image(table, hash_key, range_key) -> dict:
    image = {table.hash_key_attr: plain(hash_key)}
    if range_key is not None:
        image[table.range_key_attr] = plain(range_key)
    return image


def item_image(item) -> dict:
    return {name: plain(value) for name, value in item.attrs.items()}


class History:
    """Times are microseconds since 1970; keys are moto's own, which know that 1 and 1.0 are one number."""

    def __init__(self, table, recovery_days: int):
        self.began = controls.stamp()
        self.recovery_days = recovery_days
        self.keys = {}  # key -> its image
        self.before = {}  # key -> the item's image when the history began
        self.writes = []  # (time, key, the item's new image or None), in order
        for item in table.all_items():
            self.before[self.key(table, item.hash_key, item.range_key)] = item_image(item)

    def __deepcopy__(self, _memo):
        copied = object.__new__(History)
        copied.__dict__.update(self.__dict__)
        copied.keys, copied.writes = dict(self.keys), list(self.writes)
        return copied

    def key(self, table, hash_key, range_key):
        key = (hash_key, range_key)
        self.keys.setdefault(key, key_image(table, hash_key, range_key))
        return key

    def earliest(self, now: int) -> int:
        return max(self.began // SECOND * SECOND, (now - self.recovery_days * DAY) // SECOND * SECOND)

    def latest(self, now: int) -> int:
        return max(self.earliest(now), (now - RESTORABLE_AFTER) // SECOND * SECOND)

    def state(self, end: int) -> dict:
        """The items by key just before that time."""
        items = dict(self.before)
        for time, key, image in self.writes:
            if time >= end:
                continue
            if image is None:
                items.pop(key, None)
            else:
                items[key] = image
        return items

    def changes(self, start: int, end: int) -> list:
        """(time of the last write, key, old image, new image) of each key written in [start, end); an image is None
        where there is no item. What was inserted and deleted within is left out."""
        last = {key: time for time, key, _ in self.writes if start <= time < end}
        old, new = self.state(start), self.state(end)
        return [(time, key, old.get(key), new.get(key)) for key, time in last.items() if key in old or key in new]


def history_of(table) -> History | None:
    return getattr(table, "export_history", None)


def note(table, hash_key, range_key, image) -> None:
    if history := history_of(table):
        history.writes.append((controls.stamp(), history.key(table, hash_key, range_key), image))


def install() -> None:
    @extend(Table, "__init__")
    def create(moto, table, *args, **kwargs):
        moto(table, *args, **kwargs)
        table.table_id = str(mock_random.uuid4())

    @extend(Table, "describe")
    def describe(moto, table, base_key="TableDescription"):
        description = moto(table, base_key=base_key)
        description[base_key]["TableId"] = table.table_id
        return description

    @extend(Table, "put_item")
    def put_item(moto, table, *args, **kwargs):
        item = moto(table, *args, **kwargs)
        note(table, item.hash_key, item.range_key, item_image(item))
        return item

    @extend(Table, "delete_item")
    def delete_item(moto, table, hash_key, range_key):
        item = moto(table, hash_key, range_key)
        if item is not None:
            note(table, hash_key, range_key, None)
        return item

    @extend(DynamoDBBackend, "update_item")
    def update_item(moto, backend, table_name, *args, **kwargs):
        item = moto(backend, table_name, *args, **kwargs)
        note(backend.get_table(table_name), item.hash_key, item.range_key, item_image(item))
        return item

    @extend(DynamoDBBackend, "update_continuous_backups")
    def update_continuous_backups(moto, backend, table_name, point_in_time_spec):
        moto(backend, table_name, point_in_time_spec)
        table = backend.get_table(table_name)
        if not point_in_time_spec["PointInTimeRecoveryEnabled"]:
            table.export_history = None
        else:
            days = table.continuous_backups["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"]
            if history := history_of(table):
                history.recovery_days = days
            else:
                table.export_history = History(table, days)
        return backend.describe_continuous_backups(table_name)

    @extend(DynamoDBBackend, "describe_continuous_backups")
    def describe_continuous_backups(moto, backend, table_name):
        backups = moto(backend, table_name)
        if history := history_of(backend.get_table(table_name)):
            backups["PointInTimeRecoveryDescription"] |= {
                "EarliestRestorableDateTime": as_time(history.earliest(controls.now)),
                "LatestRestorableDateTime": as_time(history.latest(controls.now)),
            }
        return backups
