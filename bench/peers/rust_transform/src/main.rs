// The Firehose transform as it is usually written in Rust: AWS's runtime and trees of serde_json's Value.
// Native DynamoDB records become change lines with lakefeed's default settings; numbers keep their text
// (arbitrary_precision), attributes their order (preserve_order).
use std::hint::black_box;
use std::str::FromStr;
use std::time::{Duration, Instant};

use base64::{engine::general_purpose::STANDARD, Engine};
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Map, Number, Value};

fn text_of(value: &Value) -> Result<&str, Error> {
    value.as_str().ok_or_else(|| "not a text".into())
}

fn number_of(text: &str) -> Value {
    Number::from_str(text).map_or_else(|_| Value::from(text), Value::Number)
}

fn list_of(value: Value, item: impl Fn(Value) -> Result<Value, Error>) -> Result<Value, Error> {
    match value {
        Value::Array(values) => Ok(Value::Array(values.into_iter().map(item).collect::<Result<_, _>>()?)),
        _ => Err("not a list".into()),
    }
}

// {"S":"a"} -> "a", and so on for the ten types.
fn plain(attribute: Value) -> Result<Value, Error> {
    let Value::Object(tagged) = attribute else { return Err("an attribute value that is no object".into()) };
    if tagged.len() != 1 {
        return Err("an attribute value without exactly one type".into());
    }
    let (tag, value) = tagged.into_iter().next().unwrap();
    match tag.as_str() {
        "S" | "B" if value.is_string() => Ok(value),
        "N" => Ok(number_of(text_of(&value)?)),
        "BOOL" if value.is_boolean() => Ok(value),
        "NULL" => Ok(Value::Null),
        "M" => Ok(Value::Object(plain_members(value)?)),
        "L" => list_of(value, plain),
        "SS" | "BS" => list_of(value, |item| text_of(&item).map(Value::from)),
        "NS" => list_of(value, |item| text_of(&item).map(number_of)),
        _ => Err("an attribute value of an unknown type".into()),
    }
}

fn plain_members(image: Value) -> Result<Map<String, Value>, Error> {
    let Value::Object(attributes) = image else { return Err("an image that is no object".into()) };
    attributes.into_iter().map(|(name, attribute)| Ok((name, plain(attribute)?))).collect()
}

// Seconds, milliseconds or microseconds, told by the size -> milliseconds.
fn event_time_ms(time: &Value) -> Result<i64, Error> {
    if let Some(whole) = time.as_i64().filter(|whole| *whole >= 100_000_000_000) {
        return Ok(if whole < 100_000_000_000_000 { whole } else { whole.div_euclid(1000) });
    }
    let seconds = time.as_f64().ok_or("no creation time")?;
    Ok((seconds * 1000.0).floor() as i64)
}

// Days since 1970 as yyyymmdd (Howard Hinnant's civil_from_days).
fn dt_of(time_ms: i64) -> String {
    let days = time_ms.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}")
}

// A member gives way to an attribute of its name.
fn put(line: &mut Map<String, Value>, name: &str, value: Value) {
    let name = if line.contains_key(name) { format!("__{name}") } else { name.to_owned() };
    line.insert(name, value);
}

fn transform_record(data: &str) -> Result<(String, Value), Error> {
    let mut record: Value = serde_json::from_slice(&STANDARD.decode(data)?)?;
    let removed = text_of(&record["eventName"])? == "REMOVE";
    let change = record["dynamodb"].as_object_mut().ok_or("no DynamoDB record")?;
    let image = change.remove(if removed { "OldImage" } else { "NewImage" }).or_else(|| change.remove("Keys"));
    let time_ms = event_time_ms(&change["ApproximateCreationDateTime"])?;
    let mut line = plain_members(image.ok_or("no keys")?)?;
    let ttl_delete = record["userIdentity"]["type"] == "Service"
        && record["userIdentity"]["principalId"] == "dynamodb.amazonaws.com";
    put(&mut line, "__operation", record["eventName"].take());
    put(&mut line, "__event_id", record["eventID"].take());
    put(&mut line, "__event_time_ms", Value::from(time_ms));
    put(&mut line, "__ttl_delete", Value::from(ttl_delete));
    let mut text = serde_json::to_string(&line)?;
    text.push('\n');
    let metadata = json!({"partitionKeys": {"table": record["tableName"].take(), "dt": dt_of(time_ms)}});
    Ok((STANDARD.encode(text), metadata))
}

fn transform(mut event: Value) -> Result<Value, Error> {
    let records = event["records"].as_array_mut().ok_or("no Firehose event")?;
    let answers: Vec<Value> = records
        .iter_mut()
        .map(|record| match text_of(&record["data"]).and_then(transform_record) {
            Ok((data, metadata)) => {
                json!({"recordId": record["recordId"].take(), "result": "Ok", "data": data, "metadata": metadata})
            }
            Err(_) => json!({"recordId": record["recordId"].take(), "result": "ProcessingFailed",
                             "data": record["data"].take()}),
        })
        .collect();
    Ok(json!({"records": answers}))
}

// In process: the best and the median time of many runs in microseconds, from the bytes of the event in a file to
// those of the answer.
fn measure(file: &str) -> Result<(), Error> {
    let event = std::fs::read(file)?;
    let mut runs = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(2) {
        let start = Instant::now();
        black_box(serde_json::to_vec(&transform(serde_json::from_slice(&event)?)?)?);
        runs.push(start.elapsed().as_secs_f64() * 1e6);
    }
    runs.sort_by(f64::total_cmp);
    println!("{:.1} {:.1}", runs[0], runs[runs.len() / 2]);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, option, file] = arguments.as_slice() {
        if option == "--measure" {
            return measure(file);
        }
    }
    run(service_fn(|event: LambdaEvent<Value>| async move { transform(event.payload) })).await
}
