//! Tests of SQS through its operations, as the gateway calls them.

mod basics;
mod errors;
mod fifo;
mod load;
mod model;
mod queues;

use std::sync::Arc;
use std::time::Duration;

use standin_core::{
    Caller, Context, Document, Environment, Fields, Ids, Input, NoFallback, NoServices, Number,
    Protocol, Provider, Region, ServiceError, Timestamp, VirtualClock,
};
use standin_store::Store;

use crate::Sqs;

/// SQS at a time that the test moves.
pub(crate) struct Bench {
    pub(crate) sqs: Arc<Sqs>,
    pub(crate) clock: VirtualClock,
    pub(crate) context: Context,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let clock = VirtualClock::frozen(Timestamp::from_unix(1_700_000_000, 0).unwrap());
        let environment = Environment {
            clock: Arc::new(clock.clone()),
            ids: Ids::seeded(1),
            fallback: Arc::new(NoFallback),
            services: Arc::new(NoServices),
        };
        let context = Context {
            account: "111111111111".parse().unwrap(),
            region: Region::us_east_1(),
            service: "sqs",
            operation: "",
            protocol: Protocol::Json,
            request_id: "request".into(),
            endpoint: "http://localhost:4566".into(),
            caller: Caller::default(),
            environment: Arc::new(environment),
        };
        Self { sqs: Arc::new(Sqs::new(Store::new())), clock, context }
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn call(
        &self,
        operation: &str,
        input: &str,
    ) -> Result<Document, ServiceError> {
        let handler =
            Arc::clone(&self.sqs).operation(operation).expect("the operation is implemented");
        let input = Input::from(document(&input.replace('\'', "\"")));
        handler.call(self.context.clone(), input).await.map(|output| output.document)
    }

    pub(crate) async fn call_document(
        &self,
        operation: &str,
        input: Document,
    ) -> Result<Document, ServiceError> {
        let handler =
            Arc::clone(&self.sqs).operation(operation).expect("the operation is implemented");
        handler.call(self.context.clone(), Input::from(input)).await.map(|output| output.document)
    }

    pub(crate) async fn ok(&self, operation: &str, input: &str) -> Document {
        self.call(operation, input)
            .await
            .unwrap_or_else(|error| panic!("{operation} {input}: {error}"))
    }

    /// Makes a queue, and gives its URL.
    pub(crate) async fn queue(&self, name: &str, attributes: &str) -> String {
        let input = format!("{{'QueueName': '{name}', 'Attributes': {{{attributes}}}}}");
        text(&self.ok("CreateQueue", &input).await, "QueueUrl")
    }

    /// Receives up to ten messages: their bodies and receipt handles.
    pub(crate) async fn receive(&self, url: &str) -> Vec<(String, String)> {
        let input = format!("{{'QueueUrl': '{url}', 'MaxNumberOfMessages': 10}}");
        messages(&self.ok("ReceiveMessage", &input).await)
    }

    pub(crate) async fn bodies(&self, url: &str) -> Vec<String> {
        self.receive(url).await.into_iter().map(|(body, _)| body).collect()
    }

    pub(crate) async fn send(&self, url: &str, body: &str) -> Document {
        self.ok("SendMessage", &format!("{{'QueueUrl': '{url}', 'MessageBody': '{body}'}}")).await
    }

    pub(crate) async fn attribute(&self, url: &str, name: &str) -> String {
        let input = format!("{{'QueueUrl': '{url}', 'AttributeNames': ['{name}']}}");
        let output = self.ok("GetQueueAttributes", &input).await;
        output.get("Attributes").map_or_else(String::new, |attributes| text(attributes, name))
    }
}

pub(crate) fn messages(output: &Document) -> Vec<(String, String)> {
    let messages = output.get("Messages").and_then(Document::as_list).unwrap_or_default();
    messages.iter().map(|message| (text(message, "Body"), text(message, "ReceiptHandle"))).collect()
}

pub(crate) fn text(document: &Document, name: &str) -> String {
    document.get(name).and_then(Document::as_str).unwrap_or_default().to_owned()
}

/// The attribute that makes a queue of the tests a queue's dead-letter queue.
pub(crate) fn redrive(target: &str, count: u32) -> String {
    r#"'RedrivePolicy': '{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:111111111111:TARGET\",\"maxReceiveCount\":COUNT}'"#
        .replace("TARGET", target)
        .replace("COUNT", &count.to_string())
}

/// A document from JSON, for inputs written in tests.
pub(crate) fn document(json: &str) -> Document {
    from_value(serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}")))
}

pub(crate) fn from_value(value: serde_json::Value) -> Document {
    match value {
        serde_json::Value::Null => Document::Null,
        serde_json::Value::Bool(value) => Document::Boolean(value),
        serde_json::Value::Number(number) => {
            Document::Number(Number::Integer(number.as_i64().unwrap()))
        }
        serde_json::Value::String(text) => Document::String(text),
        serde_json::Value::Array(items) => {
            Document::List(items.into_iter().map(from_value).collect())
        }
        serde_json::Value::Object(fields) => Document::Object(
            fields
                .into_iter()
                .map(|(name, value)| (name.into(), from_value(value)))
                .collect::<Fields>(),
        ),
    }
}
