//! What an operation knows of its request and of the emulator around it.

use std::sync::Arc;

use crate::{
    AccountId, BoxFuture, Clock, Document, Fallback, IdStream, Ids, NoFallback, NoServices,
    Partition, Protocol, Region, ServiceClient, ServiceError, Timestamp,
};

/// A request as a provider sees it. Owned, and cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    /// The account the request acts in.
    pub account: AccountId,
    /// The region it acts in.
    pub region: Region,
    /// The service, by botocore's name.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The protocol the client spoke.
    pub protocol: Protocol,
    /// The id of the request.
    pub request_id: Arc<str>,
    /// Scheme and host of the URL the client used, without a slash at the end.
    pub endpoint: Arc<str>,
    /// Who calls.
    pub caller: Caller,
    /// Clock, ids and ports.
    pub environment: Arc<Environment>,
}

/// Who calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The access key id of the signature; none on an anonymous request.
    pub access_key_id: Option<Arc<str>>,
    /// The session token of temporary credentials.
    pub session_token: Option<Arc<str>>,
    /// The session or world that the access key or a header names.
    pub session: Option<Arc<str>>,
    /// The service on whose behalf another of our providers calls (`sns.amazonaws.com`).
    pub service_principal: Option<&'static str>,
}

/// What all requests of one emulator share.
#[derive(Debug)]
pub struct Environment {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Ids,
    /// Who answers what no provider does.
    pub fallback: Arc<dyn Fallback>,
    /// How one service calls another.
    pub services: Arc<dyn ServiceClient>,
}

impl Environment {
    /// An emulator of one provider: no fallback, no other services.
    pub fn alone(clock: Arc<dyn Clock>, ids: Ids) -> Arc<Self> {
        Arc::new(Self {
            clock,
            ids,
            fallback: Arc::new(NoFallback),
            services: Arc::new(NoServices),
        })
    }
}

impl Context {
    /// A request that came from no client: of the default account, in `us-east-1`, anonymous.
    pub fn internal(
        environment: Arc<Environment>,
        service: &'static str,
        operation: &'static str,
    ) -> Self {
        Self {
            account: AccountId::DEFAULT,
            region: Region::us_east_1(),
            service,
            operation,
            protocol: Protocol::Json,
            request_id: "00000000-0000-0000-0000-000000000000".into(),
            endpoint: "http://127.0.0.1:4566".into(),
            caller: Caller::default(),
            environment,
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.environment.clock.now()
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.environment.clock
    }

    /// The partition of the region.
    pub fn partition(&self) -> Partition {
        self.region.partition()
    }

    /// The ids of the next thing within a resource of this service.
    pub fn next_id(&self, resource: &str) -> IdStream {
        self.environment.ids.next((self.account, &self.region, self.service), resource)
    }

    /// The ids of the `ordinal`th thing within a resource of this service.
    pub fn id_at(&self, resource: &str, ordinal: u64) -> IdStream {
        self.environment.ids.at((self.account, &self.region, self.service), resource, ordinal)
    }

    /// Sends this request, with an input that may have been changed, to the fallback.
    pub fn call_fallback(&self, input: Document) -> BoxFuture<'_, Result<Document, ServiceError>> {
        self.environment.fallback.call(self.clone(), input)
    }

    /// Calls another service; `callee` is made from this context with its service, operation, and scope set.
    pub fn call_service(
        &self,
        callee: Context,
        input: Document,
    ) -> BoxFuture<'_, Result<Document, ServiceError>> {
        self.environment.services.call(callee, input)
    }
}
