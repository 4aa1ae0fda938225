"""`lakefeed backfill`: exports from a folder and a bucket to a folder and a bucket, and what is wrong with some."""

import base64
import datetime
import gzip
import hashlib
import json
import re
import resource

import pytest
from backfill_world import TIME, bad_line, by_id, contents, lines_in, lines_of, names_of, orders
from backfill_world import export, large, run  # noqa: F401 fixtures
from conftest import CREDENTIALS, REGION, start_moto
from export_generator import Bucket, Folder, changes, typed, write_full_export, write_incremental_export


def test_a_folder_to_a_folder(run, export, tmp_path):
    done = run("--manifest", export.summary_uri, "--lake", "lake/orders", "--workers", 3)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("orders: full export of 2025-11-20T01:00:00Z, 4 files, 500 items\n")
    assert re.search(r"^4 files, 500 items: .* read \(.* of lines\), .* written, \d+\.\d s, .* MB/s", done.stderr, re.M)
    partition = tmp_path / "lake/orders/dt=00000000"
    assert done.stderr.endswith(f"complete: lake/orders/dt=00000000/_SUCCESS-{export.id}\n")
    assert set(contents(partition)) == names_of(export) | {f"_SUCCESS-{export.id}"}
    assert by_id(lines_in(contents(partition))) == by_id(lines_of(500))
    success = json.loads((partition / f"_SUCCESS-{export.id}").read_text())
    assert (success["export_arn"], success["files"], success["items"]) == (export.arn, 4, 500)


def test_json_tells_all_counts(run, export, tmp_path):
    done = run("--manifest", export.summary_uri, "--lake", tmp_path / "lake", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    bodies = [export.place.get(file["dataFileS3Key"]) for file in export.files]
    written = contents(tmp_path / "lake/dt=00000000")
    assert told["export_arn"] == export.arn
    assert told["table_arn"] == "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
    assert told["export_type"] == "full"
    assert (told["files"], told["items"], told["files_converted"], told["items_converted"]) == (4, 500, 4, 500)
    assert told["bytes_read"] == sum(map(len, bodies))
    assert told["bytes_inflated"] == sum(len(gzip.decompress(body)) for body in bodies)
    assert told["bytes_written"] == sum(len(body) for name, body in written.items() if name.endswith(".gz"))
    assert (told["failed"], told["complete"], told["interrupted"], told["files_not_tried"]) == ([], True, False, 0)
    assert 0 <= told["duration_ms"] < 60_000


def test_the_export_of_a_folder_is_found(run, export, tmp_path):
    for folder in (export.place.uri(export.folder), export.place.uri("AWSDynamoDB"), f"{export.place.path}/"):
        done = run("--manifest", folder, "--lake", tmp_path / "lake", "--dry-run", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["export_arn"] == export.arn
    later = write_full_export(
        export.place, orders(3), table="customers", time=TIME + datetime.timedelta(hours=1), files=1
    )
    done = run("--manifest", export.place.uri("AWSDynamoDB"), "--lake", tmp_path / "lake")
    assert done.returncode == 3
    assert "there are 2 finished exports" in done.stderr
    assert f"{export.summary_uri}: orders, full, 2025-11-20T01:00:00Z, 500 items" in done.stderr
    assert f"{later.summary_uri}: customers, full, 2025-11-20T02:00:00Z, 3 items" in done.stderr


def test_lines_are_set_as_the_functions(run, export, tmp_path):
    settings = {"LINE_NUMBERS": "text", "LINE_METADATA": "operation", "METADATA_PREFIX": "_", "LAKE_DT": "20251120"}
    words = ["--manifest", export.summary_uri, "--lake", tmp_path / "lake"]
    done = run(*words, environment=settings)
    assert done.returncode == 0, done.stderr
    expected = [
        {"id": line["id"], "amount": str(line["amount"]), "tags": line["tags"], "_operation": "INSERT"}
        for line in lines_of(500)
    ]
    assert by_id(lines_in(contents(tmp_path / "lake/dt=20251120"))) == by_id(expected)
    done = run(*words, "--dt", "20251121", environment=settings)  # the option wins
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "lake/dt=20251121") == contents(tmp_path / "lake/dt=20251120")


def test_an_increment(run, tmp_path):
    before = {item["id"]["S"]: item for item in orders(30)}
    after = {key: item for key, item in before.items() if key != "order-7"}
    after["order-8"] = typed({"id": "order-8", "amount": 800})
    after["order-30"] = typed({"id": "order-30", "amount": 30})
    end = TIME + datetime.timedelta(hours=1)
    written = changes(before, after, ["id"], TIME, end)
    export = write_incremental_export(Folder(tmp_path / "exports"), written, table="orders", start=TIME, end=end)
    done = run("--manifest", export.summary_uri, "--lake", "lake", "--dt", "20251120", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["export_type"], told["items"], told["dt"]) == ("incremental", 3, "20251120")
    lines = lines_in(contents(tmp_path / "lake/dt=20251120"))
    assert {(line["id"], line["__operation"]) for line in lines} == {
        ("order-7", "REMOVE"), ("order-8", "MODIFY"), ("order-30", "INSERT"),
    }  # fmt: skip
    times = {change.keys["id"]["S"]: change.write_micros // 1000 for change in written}
    assert {line["id"]: line["__event_time_ms"] for line in lines} == times


# S3.


@pytest.fixture
def aws(moto) -> dict:
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="exports")
    s3.create_bucket(Bucket="lake-bucket")
    return {"AWS_REGION": REGION, "AWS_ENDPOINT_URL": moto.url, **CREDENTIALS}


def bucket_contents(s3, prefix="") -> dict[str, bytes]:
    listed = s3.list_objects_v2(Bucket="lake-bucket", Prefix=prefix).get("Contents", [])
    return {
        entry["Key"].rpartition("/")[2]: s3.get_object(Bucket="lake-bucket", Key=entry["Key"])["Body"].read()
        for entry in listed
    }


def test_a_bucket_to_a_bucket(run, moto, aws, tmp_path):
    s3 = moto.client("s3")
    export = write_full_export(Bucket(s3, "exports"), orders(300), table="orders", time=TIME, prefix="daily")
    words = ["--manifest", "s3://exports/daily", "--lake", "s3://lake-bucket/lake/orders/"]
    done = run(*words, "--json", environment=aws)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["items_converted"] == 300
    objects = bucket_contents(s3, "lake/orders/dt=00000000/")
    assert set(objects) == names_of(export) | {f"_SUCCESS-{export.id}"}
    assert by_id(lines_in(objects)) == by_id(lines_of(300))

    # To a folder, the same bytes; and a resumed one does what is gone.
    done = run(words[0], export.summary_uri, "--lake", tmp_path / "lake", environment=aws)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "lake/dt=00000000") == objects
    gone = sorted(names_of(export))[1]
    s3.delete_object(Bucket="lake-bucket", Key=f"lake/orders/dt=00000000/{gone}")
    done = run(*words, "--resume", "--json", environment=aws)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["files_kept"], told["files_converted"]) == (3, 1)
    assert bucket_contents(s3, "lake/orders/dt=00000000/") == objects


def test_what_s3_refuses_is_told(run, moto, aws, export):
    s3 = moto.client("s3")
    done = run("--manifest", "s3://nowhere-at-all/x", "--lake", "lake", environment=aws)
    assert done.returncode == 3
    assert "nowhere-at-all" in done.stderr
    assert "NoSuchBucket" in done.stderr
    done = run("--manifest", "s3://exports/x/manifest-summary.json", "--lake", "lake", environment=aws)
    assert done.returncode == 3
    assert "s3://exports/x/manifest-summary.json" in done.stderr
    done = run("--manifest", export.summary_uri, "--lake", "s3://nowhere-at-all/x", environment=aws)
    assert done.returncode == 3
    assert "nowhere-at-all" in done.stderr
    assert bucket_contents(s3) == {}


def test_access_denied_is_told(run, tmp_path, export):
    """A user that may list the lake's bucket, and write nothing to it."""
    process, moto = start_moto({"INITIAL_NO_AUTH_ACTION_COUNT": "4"})
    try:
        iam = moto.client("iam")
        moto.client("s3").create_bucket(Bucket="lake-bucket")
        iam.create_user(UserName="reader")
        allow = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*"}],
        }
        iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps(allow))
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        environment = {
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": moto.url,
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }
        done = run("--manifest", export.summary_uri, "--lake", "s3://lake-bucket/x", environment=environment)
        assert done.returncode == 1, done.stderr
        for name in names_of(export):
            assert re.search(f"^FAIL .*{name.partition('-')[2].partition('-')[2]}.*AccessDenied", done.stderr, re.M)
        environment["AWS_SECRET_ACCESS_KEY"] = "wrong"
        done = run("--manifest", export.summary_uri, "--lake", "s3://lake-bucket/x", environment=environment)
        assert done.returncode == 3, done.stderr
        assert "SignatureDoesNotMatch" in done.stderr
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_without_credentials_it_says_how_to_get_some(run, export):
    done = run("--manifest", "s3://exports/x", "--lake", "lake")
    assert done.returncode == 3
    assert "AWS_REGION is not set" in done.stderr
    assert "AWS_ACCESS_KEY_ID is not set" in done.stderr
    assert "aws configure export-credentials --format env" in done.stderr


def test_all_faults_of_the_settings_are_told_at_once(run):
    done = run(
        "--manifest", "s3://exports/x", "--lake", "lake",
        environment={"LINE_NAMES": "upper", "LAKE_DT": "../up", "LINE_NUMBERS": "float", **CREDENTIALS},
    )  # fmt: skip
    assert done.returncode == 3
    for name in ("LINE_NAMES", "LAKE_DT", "LINE_NUMBERS", "AWS_REGION"):
        assert name in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--manifest is required"),
        (["--manifest", "x"], "--lake is required"),
        (["--manifest", "https://x/y", "--lake", "lake"], "--manifest"),
        (["--manifest", "x", "--lake", "s3://"], "--lake"),
        (["--manifest", "x", "--lake", "lake", "--workers", "0"], "--workers"),
        (["--manifest", "x", "--lake", "lake", "--workers", "65"], "--workers"),
        (["--manifest", "x", "--lake", "lake", "--dt", "a/b"], "--dt"),
        (["--manifest", "x", "--lake", "lake", "more"], "more"),
    ],
)
def test_usage_errors_exit_2(run, words, message):
    done = run(*words)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert done.stdout == ""


# Damaged exports.


def cut_gzip(export, file):
    body = export.place.get(file["dataFileS3Key"])
    export.replace_data(file, body[: len(body) // 2])


def wrong_count(export, file):
    """One item less in one file, one more in another: the sum holds."""
    file["itemCount"] += 1
    export.files[1]["itemCount"] -= 1
    export.write_manifests()


def wrong_checksum(export, file):
    file["md5Checksum"] = base64.b64encode(hashlib.md5(b"another").digest()).decode()
    export.write_manifests()


def missing_file(export, file):
    export.place.remove(file["dataFileS3Key"])


@pytest.mark.parametrize(
    ("damage", "message", "failures"),
    [
        (cut_gzip, "cut", 1),
        (bad_line, "line 5", 1),
        (wrong_count, "items", 2),
        (wrong_checksum, "MD5", 1),
        (missing_file, "there is no", 1),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_damaged_file_is_told_and_the_others_are_done(run, export, tmp_path, damage, message, failures):
    file = export.files[0]
    damage(export, file)
    done = run("--manifest", export.summary_uri, "--lake", tmp_path / "lake", "--json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert (told["complete"], told["files_converted"]) == (False, 4 - failures)
    assert len(told["failed"]) == failures
    (failed,) = [one for one in told["failed"] if one["data_file"] == export.data_uri(file)]
    assert message in failed["error"], failed
    assert export.data_uri(file) in failed["error"]
    assert re.search(f"^FAIL .*{re.escape(export.data_uri(file))}", done.stderr, re.M)
    left = contents(tmp_path / "lake/dt=00000000")
    assert len(left) == 4 - failures
    assert f"_SUCCESS-{export.id}" not in left
    assert "--resume does what is left" in done.stderr


def broken_checksum(export):
    export.place.put(f"{export.folder}/manifest-files.checksum", base64.b64encode(b"0" * 16))


def ion(export):
    export.summary["outputFormat"] = "ION"
    export.write_manifests()


def unfinished(export):
    for name in ("manifest-summary.json", "manifest-summary.checksum"):
        export.place.remove(f"{export.folder}/{name}")


def wrong_sum(export):
    export.summary["itemCount"] += 1
    export.write_manifests()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (broken_checksum, "manifest-files"),
        (ion, "ION"),
        (unfinished, "_started"),
        (wrong_sum, "501"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_manifest_that_does_not_hold_exits_3(run, export, tmp_path, damage, message):
    damage(export)
    done = run("--manifest", export.summary_uri, "--lake", tmp_path / "lake")
    assert done.returncode == 3, done.stderr
    assert message in done.stderr
    assert not (tmp_path / "lake").exists()


def test_an_unfinished_export_of_a_folder_is_named(run, export, tmp_path):
    unfinished(export)
    done = run("--manifest", export.place.path, "--lake", tmp_path / "lake")
    assert done.returncode == 3
    assert f"{export.place.uri(export.folder)} was started" in done.stderr


def test_a_disk_that_takes_no_more_is_told(run, large, tmp_path):
    """A limit of a file's size stands for the disk's: the same call fails."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))

    # SIGXFSZ stays ignored, as Python has it, so that the call fails instead.
    words = ["--manifest", large.summary_uri, "--lake", "lake", "--workers", 1]
    done = run(*words, preexec_fn=limit, restore_signals=False)
    assert done.returncode == 1, done.stderr
    assert len(re.findall(r"^FAIL .*File too large", done.stderr, re.M)) == 10
    assert "gave up after 10 failures in a row: 2 files not tried" in done.stderr
    assert list((tmp_path / "lake/dt=00000000").iterdir()) == []
