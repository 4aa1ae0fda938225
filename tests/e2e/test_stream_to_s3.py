"""stream_to_s3 through its zip: what DuckDB reads from the objects in S3 is what the events held."""

import gzip
import json

import duckdb
import pytest
from test_stream_to_kinesis import ALL_DONE, StreamRecords, image_of, random_changes

FUNCTION = "stream_to_s3"
SETTINGS = {"LAKE_URI": "s3://lake/{table}/"}


@pytest.fixture
def s3(moto):
    client = moto.client("s3")
    client.create_bucket(Bucket="lake")
    return client


def objects(s3) -> dict:
    listed = s3.list_objects_v2(Bucket="lake").get("Contents", [])
    return {entry["Key"]: s3.get_object(Bucket="lake", Key=entry["Key"])["Body"].read() for entry in listed}


def in_duckdb(files: dict, folder, reader: str, columns: str) -> list:
    for key, body in files.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return duckdb.sql(f"select {columns} from {reader} order by seq").fetchall()


def test_the_lines_of_many_batches_are_the_changes(s3, invoke, tmp_path):
    records = random_changes(seed=5, items=20, changes=300)
    for at in range(0, len(records), 100):
        assert invoke(FUNCTION, {"Records": records[at : at + 100]}, SETTINGS) == ALL_DONE
    files = objects(s3)
    assert len(files) == 3
    rows = in_duckdb(
        files,
        tmp_path,
        f"read_json('{tmp_path}/orders/dt=*/*.json.gz', format='newline_delimited', columns={{"
        "'__sequence_number': 'VARCHAR', '__operation': 'VARCHAR', 'version': 'BIGINT', 'big': 'DECIMAL(38,0)'})",
        "__sequence_number as seq, __operation, version, big::VARCHAR",
    )
    expected = []
    for record in records:
        change = record["dynamodb"]
        image = change.get("NewImage") or change.get("OldImage")
        expected.append(
            (change["SequenceNumber"], record["eventName"], int(image["version"]["N"]), image["big"]["N"])
        )
    assert rows == expected


def test_a_retry_writes_the_same_bytes_to_the_same_object(s3, invoke):
    event = {"Records": random_changes(seed=6, items=5, changes=40)}
    assert invoke(FUNCTION, event, SETTINGS) == ALL_DONE
    first = objects(s3)
    assert invoke(FUNCTION, event, SETTINGS) == ALL_DONE
    assert objects(s3) == first and len(first) == 1


def test_parts_of_a_batch_never_overwrite_each_other(s3, invoke):
    """Whatever part of a batch comes again after a failure, each change stays in some object."""
    records = random_changes(seed=7, items=5, changes=30)
    for begin, end in ((0, 30), (7, 30), (7, 18), (18, 30), (0, 30)):
        assert invoke(FUNCTION, {"Records": records[begin:end]}, SETTINGS) == ALL_DONE
    files = objects(s3)
    assert len(files) == 4
    seen = {json.loads(line)["__sequence_number"] for body in files.values() for line in gzip.decompress(body).splitlines()}
    assert seen == {record["dynamodb"]["SequenceNumber"] for record in records}


def test_rows_are_read_by_duckdb_as_they_were(s3, invoke, tmp_path):
    source = StreamRecords()
    texts = ['plain', 'a, b', 'say "hi"', "two\nlines", "", " padded ", "Zoë \U0001f4a1", "'single'", "\\back"]
    records = [
        source.record("INSERT", {"id": {"S": str(at)}}, new={"id": {"S": str(at)}, "t": {"S": text}, "x": {"N": "1"}})
        for at, text in enumerate(texts)
    ]
    records.append(source.record("INSERT", {"id": {"S": "none"}}, new={"id": {"S": "none"}}))
    settings = {**SETTINGS, "S3_FORMAT": "csv", "CSV_COLUMNS": "__sequence_number,id,t"}
    assert invoke(FUNCTION, {"Records": records}, settings) == ALL_DONE
    rows = in_duckdb(
        objects(s3),
        tmp_path,
        f"read_csv('{tmp_path}/orders/dt=*/*.csv', header=true, all_varchar=true, quote='\"', escape='\"', nullstr='', "
        "allow_quoted_nulls=false)",
        "id, t, __sequence_number as seq",
    )
    assert [(row[0], row[1]) for row in rows] == [(str(at), text) for at, text in enumerate(texts)] + [("none", None)]


def test_a_bucket_that_is_not_there_fails_the_invocation(moto, invoke):
    event = {"Records": [StreamRecords().record("INSERT", {"id": {"S": "a"}}, new=image_of({"id": {"S": "a"}}, 1))]}
    error = invoke(FUNCTION, event, {"LAKE_URI": "s3://nowhere/"})["error"]
    assert "NoSuchBucket" in error["errorMessage"] and "s3://nowhere/dt=" in error["errorMessage"]
