//! What each scenario sends.

use bytes::Bytes;
use serde_json::json;

use crate::Error;
use crate::client::{Connection, Prepared};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// One SendMessage of 100 bytes.
    Send,
    /// SendMessage, ReceiveMessage, DeleteMessage.
    Cycle,
    /// One GetCallerIdentity.
    Identity,
}

/// The requests of a scenario, ready to send.
#[derive(Clone)]
pub(crate) struct Plan {
    scenario: Scenario,
    host: String,
    queue_url: String,
    first: Prepared,
    receive: Prepared,
}

impl Scenario {
    /// Every scenario, in the table's order.
    pub(crate) const ALL: [Self; 3] = [Self::Send, Self::Cycle, Self::Identity];

    /// The name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Send => "SQS SendMessage",
            Self::Cycle => "SQS Send+Receive+Delete",
            Self::Identity => "STS GetCallerIdentity",
        }
    }
}

impl Plan {
    /// Makes the queue, where there is one to make, and signs the requests.
    #[expect(clippy::fn_params_excessive_bools, reason = "whether a server speaks AWS is one fact")]
    pub(crate) async fn prepare(
        host: &str,
        scenario: Scenario,
        is_aws: bool,
    ) -> Result<Self, Error> {
        let queue_url = match is_aws {
            true => create_queue(host, scenario).await?,
            false => format!("http://{host}/000000000000/bench"),
        };
        let body = json!({"QueueUrl": queue_url, "MessageBody": "m".repeat(100)});
        let first = match scenario {
            Scenario::Identity => {
                Prepared::query(host, "sts", "Action=GetCallerIdentity&Version=2011-06-15")?
            }
            _ => Prepared::json(host, "AmazonSQS.SendMessage", &body)?,
        };
        let receive =
            Prepared::json(host, "AmazonSQS.ReceiveMessage", &json!({"QueueUrl": queue_url}))?;
        Ok(Self { scenario, host: host.to_owned(), queue_url, first, receive })
    }

    /// Runs the scenario once; the answers of a server that speaks AWS are checked for content.
    #[expect(clippy::fn_params_excessive_bools, reason = "whether a server speaks AWS is one fact")]
    pub(crate) async fn run(&self, connection: &mut Connection, is_aws: bool) -> Result<(), Error> {
        let answer = connection.send(&self.first).await?;
        if is_aws {
            expect(&answer, self.scenario)?;
        }
        if self.scenario == Scenario::Cycle {
            let handle = receipt_handle(&connection.send(&self.receive).await?);
            let handle = match (handle, is_aws) {
                (Some(handle), _) => handle,
                (None, false) => "x".repeat(180),
                (None, true) => return Err("ReceiveMessage gave no message".into()),
            };
            let body = json!({"QueueUrl": self.queue_url, "ReceiptHandle": handle});
            let delete = Prepared::json(&self.host, "AmazonSQS.DeleteMessage", &body)?;
            connection.send(&delete).await?;
        }
        Ok(())
    }
}

async fn create_queue(host: &str, scenario: Scenario) -> Result<String, Error> {
    let name = format!("bench-{scenario:?}");
    let create = Prepared::json(host, "AmazonSQS.CreateQueue", &json!({"QueueName": name}))?;
    let answer = Connection::open(host).await?.send(&create).await?;
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    Ok(answer["QueueUrl"].as_str().ok_or("CreateQueue gave no QueueUrl")?.to_owned())
}

fn expect(answer: &Bytes, scenario: Scenario) -> Result<(), Error> {
    let text = std::str::from_utf8(answer)?;
    let wanted = match scenario {
        Scenario::Identity => "<Account>",
        _ => "MD5OfMessageBody",
    };
    if text.contains(wanted) { Ok(()) } else { Err(format!("no {wanted} in {text}").into()) }
}

fn receipt_handle(answer: &Bytes) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(answer).ok()?;
    Some(answer["Messages"][0]["ReceiptHandle"].as_str()?.to_owned())
}
