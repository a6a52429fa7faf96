//! A client by AWS's SDK for Rust, for the end-to-end tests: a queue's life, and who asks.
//!
//! It takes endpoint, region and credentials from the environment and prints a line a step.

use std::env;
use std::error::Error;
use std::io::Write as _;

use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_sdk_sqs::error::SdkError;
use aws_sdk_sqs::operation::get_queue_url::GetQueueUrlError;
use aws_smithy_http_client::Builder;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args().nth(1).unwrap_or_else(|| "rust-jobs".to_owned());
    let endpoint = env::var("AWS_ENDPOINT_URL")?;
    let region = Region::new(env::var("AWS_REGION")?);
    let (key, secret) = (env::var("AWS_ACCESS_KEY_ID")?, env::var("AWS_SECRET_ACCESS_KEY")?);
    let credentials =
        SharedCredentialsProvider::new(Credentials::new(key, secret, None, None, "environment"));
    let http = Builder::new().build_http();
    let sts = aws_sdk_sts::Client::from_conf(
        aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&endpoint)
            .region(region.clone())
            .credentials_provider(credentials.clone())
            .http_client(http.clone())
            .build(),
    );
    let sqs = aws_sdk_sqs::Client::from_conf(
        aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&endpoint)
            .region(region)
            .credentials_provider(credentials)
            .http_client(http)
            .build(),
    );
    let identity = sts.get_caller_identity().send().await?;
    say(&format!("account {}", identity.account().unwrap_or_default()))?;
    queue(&sqs, &name).await
}

async fn queue(sqs: &aws_sdk_sqs::Client, name: &str) -> Result<(), Box<dyn Error>> {
    let created = sqs.create_queue().queue_name(name).send().await?;
    let url = created.queue_url().ok_or("no URL")?;
    sqs.send_message().queue_url(url).message_body("hello").send().await?;
    let received = sqs.receive_message().queue_url(url).wait_time_seconds(1).send().await?;
    let message = received.messages().first().ok_or("no message")?;
    say(&format!("received {}", message.body().unwrap_or_default()))?;
    let handle = message.receipt_handle().ok_or("no handle")?;
    sqs.delete_message().queue_url(url).receipt_handle(handle).send().await?;
    sqs.delete_queue().queue_url(url).send().await?;
    let absent = sqs.get_queue_url().queue_name("absent").send().await;
    match absent.map_err(SdkError::into_service_error) {
        Err(GetQueueUrlError::QueueDoesNotExist(_)) => say("absent"),
        other => Err(format!("expected a missing queue, got {other:?}").into()),
    }
}

fn say(line: &str) -> Result<(), Box<dyn Error>> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
