//! A client by AWS's SDK for Rust, for the end-to-end tests: who asks, a role, and a queue's life.
//!
//! It takes endpoint, region and credentials from the environment, prints a line a step, and fails at the
//! first answer that is not as expected. The SDK itself does not look at the MD5s of SQS, so they are
//! compared here.

mod queue;

use std::env;
use std::error::Error;
use std::io::Write as _;

use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;

/// What a step that may fail gives.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome {
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
    // Both steps stand alone; a second argument says which goes first.
    match env::args().nth(2).as_deref() {
        None => {
            role(&sts).await?;
            queue::live(&sqs, &name).await
        }
        Some("queue-first") => {
            queue::live(&sqs, &name).await?;
            role(&sts).await?;
            say("done")
        }
        Some(_) => {
            role(&sts).await?;
            queue::live(&sqs, &name).await?;
            say("done")
        }
    }
}

/// Assumes a role and looks at what it is and how long it holds.
async fn role(sts: &aws_sdk_sts::Client) -> Outcome {
    let role = "arn:aws:iam::222222222222:role/worker";
    let assumed = sts.assume_role().role_arn(role).role_session_name("session").send().await?;
    let user = assumed.assumed_role_user().ok_or("no user")?;
    same("the user's ARN", user.arn(), "arn:aws:sts::222222222222:assumed-role/worker/session")?;
    let credentials = assumed.credentials().ok_or("no credentials")?;
    let texts =
        [credentials.access_key_id(), credentials.secret_access_key(), credentials.session_token()];
    same("whether all texts are there", texts.iter().all(|text| !text.is_empty()), true)?;
    same("whether they expire", credentials.expiration().secs() > 0, true)?;
    say("assumed worker")
}

/// Refuses what is not as expected.
#[expect(clippy::needless_pass_by_value, reason = "what is compared is mostly made on the spot")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, got {found:?}").into())
}

fn say(line: &str) -> Outcome {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
