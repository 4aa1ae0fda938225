// An unchanged lambda_runtime function: answers the event's own text, or fails, or panics.
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    if let Some(reason) = event["fail"].as_str() {
        return Err(reason.into());
    }
    if let Some(reason) = event["panic"].as_str() {
        panic!("{reason}");
    }
    let left = context.deadline().duration_since(std::time::SystemTime::now())?;
    Ok(json!({
        "said": event["say"],
        "request_id": context.request_id,
        "deadline_in_s": left.as_secs_f64().round() as i64,
    }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    // Registers an internal extension, as a function that wants SIGTERM does.
    lambda_runtime::spawn_graceful_shutdown_handler(|| async {}).await;
    run(service_fn(handle)).await
}
