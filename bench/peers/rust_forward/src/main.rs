// The stream forwarder as it is usually written in Rust: AWS's runtime, trees of serde_json's Value and AWS's SDK
// (signed requests, plain HTTP). Requests of up to 500 records and 5 MiB go out up to eight at a time; only failed
// entries are sent again. Unlike lakefeed's, it does not keep two records of one key in order.
use std::{fmt::Write, time::Duration};

use aws_config::BehaviorVersion;
use aws_sdk_kinesis::{primitives::Blob, types::PutRecordsRequestEntry, Client};
use aws_smithy_http_client::Builder;
use futures::{stream, StreamExt};
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

const RECORDS_MAX: usize = 500;
const BYTES_MAX: usize = 5 * 1024 * 1024;
const REQUESTS_AT_ONCE: usize = 8;
const ATTEMPTS_MAX: u32 = 10;

struct Outgoing {
    sequence_number: String,
    entry: PutRecordsRequestEntry,
}

// "2:id1:S2:o1": name, type and value of each key attribute by name, with their lengths, as SHA-256.
fn partition_key(keys: &Value) -> Result<String, Error> {
    let mut attributes: Vec<_> = keys.as_object().ok_or("no keys")?.iter().collect();
    attributes.sort_by_key(|(name, _)| *name);
    let mut canonical = String::new();
    for (name, typed) in attributes {
        let (tag, value) = typed.as_object().and_then(|one| one.iter().next()).ok_or("no key value")?;
        let value = value.as_str().ok_or("a key value that is no text")?;
        write!(canonical, "{}:{name}{}:{tag}{}:{value}", name.len(), tag.len(), value.len())?;
    }
    let mut key = String::with_capacity(64);
    for byte in Sha256::digest(canonical) {
        write!(key, "{byte:02x}")?;
    }
    Ok(key)
}

fn outgoing(mut record: Value) -> Result<Outgoing, Error> {
    let partition_key = partition_key(&record["dynamodb"]["Keys"])?;
    let sequence_number = record["dynamodb"]["SequenceNumber"].as_str().ok_or("no sequence number")?.to_owned();
    let arn = record["eventSourceARN"].as_str().ok_or("no stream")?;
    let table = arn.split('/').nth(1).ok_or("no table")?.to_owned();
    record["tableName"] = Value::from(table);
    record["recordFormat"] = Value::from("application/json");
    let entry = PutRecordsRequestEntry::builder()
        .data(Blob::new(serde_json::to_vec(&record)?))
        .partition_key(partition_key)
        .build()?;
    Ok(Outgoing { sequence_number, entry })
}

fn batches(records: Vec<Outgoing>) -> Vec<Vec<Outgoing>> {
    let mut batches = vec![Vec::new()];
    let mut bytes = 0;
    for record in records {
        let size = record.entry.data().as_ref().len() + record.entry.partition_key().unwrap_or_default().len();
        if batches.last().unwrap().len() == RECORDS_MAX || bytes + size > BYTES_MAX {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        batches.last_mut().unwrap().push(record);
    }
    batches
}

// The sequence numbers of what could not be stored.
async fn send(client: &Client, stream: &str, mut batch: Vec<Outgoing>) -> Vec<String> {
    for attempt in 0..ATTEMPTS_MAX {
        if batch.is_empty() {
            break;
        }
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
        }
        let entries = batch.iter().map(|record| record.entry.clone()).collect();
        let Ok(answer) = client.put_records().stream_name(stream).set_records(Some(entries)).send().await else {
            break;
        };
        let mut results = answer.records().iter();
        batch.retain(|_| results.next().is_none_or(|result| result.sequence_number().is_none()));
    }
    batch.into_iter().map(|record| record.sequence_number).collect()
}

async fn forward(client: &Client, stream: &str, mut event: LambdaEvent<Value>) -> Result<Value, Error> {
    let Value::Array(records) = event.payload["Records"].take() else { return Err("no stream event".into()) };
    let records = records.into_iter().map(outgoing).collect::<Result<Vec<_>, _>>()?;
    let failed: Vec<Vec<String>> = stream::iter(batches(records))
        .map(|batch| send(client, stream, batch))
        .buffer_unordered(REQUESTS_AT_ONCE)
        .collect()
        .await;
    let failures: Vec<Value> = failed.into_iter().flatten().map(|number| json!({"itemIdentifier": number})).collect();
    Ok(json!({"batchItemFailures": failures}))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let http = Builder::new().build_http();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
    let client = Client::new(&config);
    let stream = std::env::var("KINESIS_STREAM_NAME")?;
    run(service_fn(|event: LambdaEvent<Value>| forward(&client, &stream, event))).await
}
