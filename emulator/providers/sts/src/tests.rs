//! Operations with typed inputs and outputs, called as the gateway calls them.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use standin_core::constraints::Validator;
use standin_core::shape::{self, Operation, Structure};
use standin_core::{
    AccessKey, Context, Environment, Ids, KeyDecoding, Provider, ServiceError, Timestamp,
    VirtualClock,
};
use standin_model::Catalog;
use standin_shapes_sts::{Credentials, operation};
use standin_store::Store;

use crate::Sts;

mod corpus;
mod errors;
mod identities;
mod sessions;

pub(super) const ACCOUNT: &str = "123456789012";
pub(super) const ROLE: &str = "arn:aws:iam::123456789012:role/path/demo";

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    Validator::new(Catalog::embedded().service("sts").expect("a service of the pack"))
});

/// STS in an emulator of its own, at a frozen time.
pub(super) struct World {
    sts: Arc<Sts>,
    clock: VirtualClock,
    environment: Arc<Environment>,
}

/// Who calls: an access key id and, with temporary credentials, their token.
#[derive(Clone)]
pub(super) struct As {
    key: Option<String>,
    token: Option<String>,
}

impl World {
    pub(super) fn new() -> Self {
        Self::seeded(7)
    }

    pub(super) fn seeded(seed: u64) -> Self {
        let clock = VirtualClock::frozen(
            Timestamp::from_unix(1_700_000_000, 500_000_000).expect("in range"),
        );
        let environment = Environment::alone(Arc::new(clock.clone()), Ids::seeded(seed));
        Self { sts: Arc::new(Sts::new(Store::new())), clock, environment }
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Calls an operation as its account.
    pub(super) async fn call<O>(&self, _: O, input: O::Input) -> Result<O::Output, ServiceError>
    where
        O: Operation<Input: Structure, Output: Structure>,
    {
        self.call_as::<O>(&As::account(ACCOUNT), input).await
    }

    /// Calls an operation with credentials.
    pub(super) async fn call_as<O>(
        &self,
        caller: &As,
        input: O::Input,
    ) -> Result<O::Output, ServiceError>
    where
        O: Operation<Input: Structure, Output: Structure>,
    {
        let mut context = Context::internal(self.environment.clone(), "sts", O::NAME);
        if let Some(key) = &caller.key {
            context.account = AccessKey::parse(key, KeyDecoding::Ignored).account;
        }
        context.caller.access_key_id = caller.key.as_deref().map(Arc::from);
        context.caller.session_token = caller.token.as_deref().map(Arc::from);
        let mut handler = self.sts.clone().operation(O::NAME).expect("the operation is listed");
        let input = shape::into_document(input);
        handler.admit(&context)?;
        VALIDATOR
            .validate(VALIDATOR.service().operation(O::NAME).expect("in the model"), &input)?;
        let output = handler.call(context, input.into()).await?;
        Ok(shape::from_document(output.document).expect("the output has the operation's form"))
    }

    /// The ARN that `GetCallerIdentity` gives.
    pub(super) async fn arn(&self, caller: &As) -> String {
        let input = standin_shapes_sts::GetCallerIdentityRequest::default();
        let answer = self.call_as::<operation::get_caller_identity>(caller, input).await;
        answer.expect("good credentials").arn.expect("always there")
    }
}

impl As {
    pub(super) fn account(account: &str) -> Self {
        Self { key: Some(account.to_owned()), token: None }
    }

    pub(super) fn nobody() -> Self {
        Self { key: None, token: None }
    }

    pub(super) fn with(credentials: &Credentials) -> Self {
        let Credentials { access_key_id, session_token, .. } = credentials.clone();
        Self { key: access_key_id, token: session_token }
    }
}

/// An error as code, status and message.
pub(super) fn said<T: std::fmt::Debug>(answer: Result<T, ServiceError>) -> (String, u16, String) {
    let error = answer.expect_err("an error");
    (error.code.into_owned(), error.status, error.message.unwrap_or_default())
}
