// The Firehose transform as fast as we could write it in Rust on AWS's runtime: the event is read into typed
// records whose data base64-simd decodes in place of a copy, sonic-rs finds a record's members as raw slices and
// streams the image's values into the line without a tree, and base64-simd encodes the line straight into the
// answer. Strings without escapes and numbers are copied as they are.
use std::borrow::Cow;
use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

use base64_simd::STANDARD;
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::Deserialize;
use serde_json::value::RawValue;
use sonic_rs::{JsonValueTrait, LazyValue};

#[derive(Deserialize)]
struct Event {
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    record_id: String,
    data: Data,
}

// What base64 text holds.
struct Data(Vec<u8>);

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Decode;
        impl Visitor<'_> for Decode {
            type Value = Data;
            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("base64")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Data, E> {
                STANDARD.decode_to_vec(text).map(Data).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Decode)
    }
}

#[derive(Deserialize)]
struct Native<'a> {
    #[serde(rename = "eventID", borrow)]
    event_id: LazyValue<'a>,
    #[serde(rename = "eventName", borrow)]
    event_name: Cow<'a, str>,
    #[serde(rename = "tableName", borrow)]
    table_name: Cow<'a, str>,
    #[serde(rename = "userIdentity", borrow)]
    user_identity: Option<UserIdentity<'a>>,
    #[serde(borrow)]
    dynamodb: Change<'a>,
}

#[derive(Deserialize)]
struct UserIdentity<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(rename = "principalId", borrow)]
    principal_id: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change<'a> {
    #[serde(borrow)]
    approximate_creation_date_time: LazyValue<'a>,
    #[serde(borrow)]
    keys: LazyValue<'a>,
    #[serde(borrow)]
    new_image: Option<LazyValue<'a>>,
    #[serde(borrow)]
    old_image: Option<LazyValue<'a>>,
}

// What of the image goes to the end of the line, by the shape of the JSON that stands there.
#[derive(Clone, Copy)]
enum Shape {
    Members,   // {"name":{"S":"a"}} -> {"name":"a"}
    Attribute, // {"S":"a"} -> "a"
    Attributes,
    Text,
    Texts,
    Number, // "12.50" -> 12.50
    Numbers,
    Boolean,
    Null,
}

struct Write<'o> {
    shape: Shape,
    line: &'o mut Vec<u8>,
}

fn is_number(text: &[u8]) -> bool {
    fn digits(text: &[u8]) -> &[u8] {
        &text[text.iter().take_while(|c| c.is_ascii_digit()).count()..]
    }
    let whole = text.strip_prefix(b"-").unwrap_or(text);
    let mut rest = digits(whole);
    if rest.len() == whole.len() || (whole[0] == b'0' && whole.len() - rest.len() > 1) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        rest = digits(fraction);
        if rest.len() == fraction.len() {
            return false;
        }
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or(rest.strip_prefix(b"E")) {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        rest = digits(exponent);
        if rest.len() == exponent.len() {
            return false;
        }
    }
    rest.is_empty()
}

impl<'de> DeserializeSeed<'de> for Write<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.shape {
            Shape::Members | Shape::Attribute => deserializer.deserialize_map(self),
            Shape::Attributes | Shape::Texts | Shape::Numbers => deserializer.deserialize_seq(self),
            Shape::Text | Shape::Number => deserializer.deserialize_str(self),
            Shape::Boolean | Shape::Null => deserializer.deserialize_bool(self),
        }
    }
}

impl<'de> Visitor<'de> for Write<'_> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a DynamoDB value")
    }

    // A string without escapes, which needs none in the line either.
    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<(), E> {
        if matches!(self.shape, Shape::Number) && is_number(text.as_bytes()) {
            self.line.extend_from_slice(text.as_bytes());
        } else {
            self.line.push(b'"');
            self.line.extend_from_slice(text.as_bytes());
            self.line.push(b'"');
        }
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        sonic_rs::to_writer(self.line, text).map_err(E::custom)
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        let text: &[u8] = match (self.shape, value) {
            (Shape::Null, _) => b"null",
            (_, true) => b"true",
            (_, false) => b"false",
        };
        self.line.extend_from_slice(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let shape = match self.shape {
            Shape::Attributes => Shape::Attribute,
            Shape::Numbers => Shape::Number,
            _ => Shape::Text,
        };
        self.line.push(b'[');
        while items.next_element_seed(Write { shape, line: &mut *self.line })?.is_some() {
            self.line.push(b',');
        }
        end_list(self.line, b'[', b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        if matches!(self.shape, Shape::Attribute) {
            let tag: Option<&'de str> = members.next_key()?;
            let shape = match tag {
                Some("S" | "B") => Shape::Text,
                Some("N") => Shape::Number,
                Some("BOOL") => Shape::Boolean,
                Some("NULL") => Shape::Null,
                Some("M") => Shape::Members,
                Some("L") => Shape::Attributes,
                Some("SS" | "BS") => Shape::Texts,
                Some("NS") => Shape::Numbers,
                _ => return Err(A::Error::custom("an attribute value of an unknown type")),
            };
            members.next_value_seed(Write { shape, line: self.line })?;
            return match members.next_key::<&'de str>()? {
                Some(_) => Err(A::Error::custom("an attribute value of two types")),
                None => Ok(()),
            };
        }
        self.line.push(b'{');
        while members.next_key_seed(Write { shape: Shape::Text, line: &mut *self.line })?.is_some() {
            self.line.push(b':');
            members.next_value_seed(Write { shape: Shape::Attribute, line: &mut *self.line })?;
            self.line.push(b',');
        }
        end_list(self.line, b'{', b'}');
        Ok(())
    }
}

// Each item has a comma after it: the last one becomes the bracket.
fn end_list(line: &mut Vec<u8>, open: u8, close: u8) {
    if line.last() == Some(&open) {
        line.push(close);
    } else {
        *line.last_mut().unwrap() = close;
    }
}

// Seconds, milliseconds or microseconds, told by the size -> milliseconds.
fn event_time_ms(time: &LazyValue) -> Result<i64, Error> {
    if let Some(whole) = time.as_i64().filter(|whole| *whole >= 100_000_000_000) {
        return Ok(if whole < 100_000_000_000_000 { whole } else { whole.div_euclid(1000) });
    }
    let seconds = time.as_f64().ok_or("no creation time")?;
    Ok((seconds * 1000.0).floor() as i64)
}

// Days since 1970 as yyyymmdd (Howard Hinnant's civil_from_days).
fn write_dt(answer: &mut Vec<u8>, time_ms: i64) {
    let days = time_ms.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let digits = year * 10_000 + month * 100 + day;
    answer.extend((0..8).rev().map(|place| b'0' + (digits / 10_i64.pow(place) % 10) as u8));
}

fn write_number(line: &mut Vec<u8>, number: i64) {
    let mut buffer = itoa::Buffer::new();
    line.extend_from_slice(buffer.format(number).as_bytes());
}

// The line's base64 and the metadata to the end of `answer`; `line` is room that is used again.
fn transform_record(data: &[u8], line: &mut Vec<u8>, answer: &mut Vec<u8>) -> Result<(), Error> {
    let record: Native = sonic_rs::from_slice(data)?;
    let change = &record.dynamodb;
    let image = if record.event_name == "REMOVE" { &change.old_image } else { &change.new_image };
    let image = image.as_ref().unwrap_or(&change.keys);
    let time_ms = event_time_ms(&change.approximate_creation_date_time)?;
    let ttl_delete =
        record.user_identity.is_some_and(|who| who.kind == "Service" && who.principal_id == "dynamodb.amazonaws.com");

    line.clear();
    let mut json = sonic_rs::Deserializer::from_str(image.as_raw_str());
    Write { shape: Shape::Members, line }.deserialize(&mut json)?;
    if line.len() > 2 {
        *line.last_mut().unwrap() = b',';
    } else {
        line.truncate(1);
    }
    line.extend_from_slice(b"\"__operation\":");
    sonic_rs::to_writer(&mut *line, &record.event_name)?;
    line.extend_from_slice(b",\"__event_id\":");
    line.extend_from_slice(record.event_id.as_raw_str().as_bytes());
    line.extend_from_slice(b",\"__event_time_ms\":");
    write_number(line, time_ms);
    line.extend_from_slice(if ttl_delete { b",\"__ttl_delete\":true}\n" } else { b",\"__ttl_delete\":false}\n" });

    answer.extend_from_slice(b"\"Ok\",\"data\":\"");
    STANDARD.encode_append(&*line, answer);
    answer.extend_from_slice(b"\",\"metadata\":{\"partitionKeys\":{\"table\":");
    sonic_rs::to_writer(&mut *answer, &record.table_name)?;
    answer.extend_from_slice(b",\"dt\":\"");
    write_dt(answer, time_ms);
    answer.extend_from_slice(b"\"}}}");
    Ok(())
}

fn transform(event: Event) -> Result<Box<RawValue>, Error> {
    let records = event.records;
    let data_bytes: usize = records.iter().map(|record| record.data.0.len()).sum();
    let mut answer = Vec::with_capacity(data_bytes * 4 / 3 + records.len() * 256);
    let mut line = Vec::new();
    answer.extend_from_slice(b"{\"records\":[");
    for record in &records {
        answer.extend_from_slice(b"{\"recordId\":");
        sonic_rs::to_writer(&mut answer, &record.record_id)?;
        answer.extend_from_slice(b",\"result\":");
        let before = answer.len();
        if transform_record(&record.data.0, &mut line, &mut answer).is_err() {
            answer.truncate(before);
            answer.extend_from_slice(b"\"ProcessingFailed\",\"data\":\"");
            STANDARD.encode_append(&record.data.0, &mut answer);
            answer.extend_from_slice(b"\"}");
        }
        answer.push(b',');
    }
    end_list(&mut answer, b'[', b']');
    answer.push(b'}');
    // SAFETY: all of it was written above as JSON in UTF-8.
    Ok(unsafe { RawValue::from_string_unchecked(String::from_utf8_unchecked(answer)) })
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
    run(service_fn(|event: LambdaEvent<Event>| async move { transform(event.payload) })).await
}
