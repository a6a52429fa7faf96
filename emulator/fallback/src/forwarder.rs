//! What a backend does for us: requests forwarded as they come, and calls whose answers are parsed.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use standin_core::{
    BoxFuture, ByteStream, Context, Document, Fallback, Forward, ServiceError, StreamError, error,
};
use standin_intercept::Chain;
use standin_model::{Answer, Catalog, Operation, Protocol, Service};
use standin_protocol::Call;

use crate::{
    Backend,
    crossings::{Bridges, Check},
    error::unavailable,
    failures, headers,
    intercept::{self, Intercepted},
    transport::{Transport, TransportError},
};

/// Answers by a backend what no provider does.
#[derive(Debug)]
pub struct Forwarder {
    backend: Arc<Backend>,
    transport: Transport,
    catalog: &'static Catalog,
    native: Vec<&'static str>,
    interceptors: Arc<Chain>,
}

/// A request of an operation that sets up what crosses services may have a body of this size.
const CROSSING_BODY_LIMIT: usize = 8 << 20;

impl Forwarder {
    /// Forwards to a backend; `native` are the services that have a provider here.
    pub fn new(
        backend: Arc<Backend>,
        catalog: &'static Catalog,
        native: Vec<&'static str>,
    ) -> Self {
        let transport = Transport::new(backend.clone());
        Self { backend, transport, catalog, native, interceptors: Arc::default() }
    }

    /// The same with interceptors around the backend.
    #[must_use]
    pub fn intercepted(self, interceptors: Arc<Chain>) -> Self {
        Self { interceptors, ..self }
    }

    /// The backend.
    pub fn backend(&self) -> &Arc<Backend> {
        &self.backend
    }

    async fn forward_raw(
        &self,
        context: &Context,
        request: Request<ByteStream>,
    ) -> Result<Response<ByteStream>, ServiceError> {
        let request = self.refuse_unbridged(context, request).await?;
        if let Some(call) = self.transcoded(context) {
            return self.forward_transcoded(context, call, request).await;
        }
        let (mut parts, body) = request.into_parts();
        headers::prepare(&mut parts, context, self.catalog.service(context.service));
        let call = self.named(context).map(|(service, operation)| Call {
            service,
            operation,
            protocol: context.protocol,
        });
        self.send_intercepted(context, call, Request::from_parts(parts, body)).await
    }

    /// Sends a request past the interceptors, which write in the protocol of `call`.
    async fn send_intercepted(
        &self,
        context: &Context,
        call: Option<Call>,
        request: Request<ByteStream>,
    ) -> Result<Response<ByteStream>, ServiceError> {
        let Some(call) = call.filter(|_| !self.interceptors.is_empty()) else {
            return self.send(context, request).await;
        };
        let seen = intercept::seen(context, call);
        let forwarded = intercept::forward(&self.interceptors, &seen, request).await;
        let response = match forwarded.map_err(|error| broken_request(&error))? {
            Intercepted::Answered(answer) => answer,
            Intercepted::Forward(request) => self.send(context, request).await?,
        };
        let answered = intercept::answer(&self.interceptors, &seen, response).await;
        answered.map_err(|error| unavailable(format!("The backend's {error}")))
    }

    async fn send(
        &self,
        context: &Context,
        request: Request<ByteStream>,
    ) -> Result<Response<ByteStream>, ServiceError> {
        let sent = self.transport.send(request).await;
        let mut response = sent.map_err(|error| self.transport_error(&error))?;
        if failures::may_be_failure(&response) {
            response = failures::read(context, self.backend.name(), response).await?;
        }
        headers::strip(response.headers_mut());
        headers::strip_framework(response.headers_mut());
        let service = self.catalog.service(context.service);
        headers::label(&mut response, context, service);
        headers::add_evidence(response.headers_mut(), self.backend.name());
        Ok(response)
    }

    fn transport_error(&self, error: &TransportError) -> ServiceError {
        let name = self.backend.name();
        match error {
            TransportError::Backend(error) => error.answer(name),
            TransportError::Request(error) => broken_request(error),
            TransportError::Broken(error) => {
                unavailable(format!("The backend {name} broke off its answer: {error}"))
            }
        }
    }

    /// Answers 501 to what would connect a service of the backend with a native one, where nothing hands that over.
    async fn refuse_unbridged(
        &self,
        context: &Context,
        request: Request<ByteStream>,
    ) -> Result<Request<ByteStream>, ServiceError> {
        let operation = (context.service, context.operation);
        let bridges = if self.backend.is_bridged() { Bridges::Up } else { Bridges::Down };
        let Some(check) = Check::of(operation, &self.native, bridges) else { return Ok(request) };
        let (parts, body) = request.into_parts();
        let body = collect(body).await?;
        match check.refuse(parts.uri.query(), &body) {
            Some(refused) => Err(refused),
            None => Ok(Request::from_parts(parts, body.into())),
        }
    }

    /// The call in a protocol that the backend speaks, where it does not speak the request's.
    fn transcoded(&self, context: &Context) -> Option<Call> {
        let speaks = !self.backend.is_managed() || context.protocol != Protocol::RpcV2Cbor;
        if speaks { None } else { self.call(context).ok() }
    }

    async fn forward_transcoded(
        &self,
        context: &Context,
        call: Call,
        request: Request<ByteStream>,
    ) -> Result<Response<ByteStream>, ServiceError> {
        let theirs = Call { protocol: context.protocol, ..call };
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts, collect(body).await?);
        let input = theirs
            .parse_request(&request)
            .map_err(|error| error.service_error(context.protocol))?;
        let output = self.call_parsed(context, call, input).await?;
        let response = theirs
            .serialize_response(&output, &context.request_id)
            .map_err(|_| error::internal_failure())?;
        let mut response = response.map(ByteStream::from);
        headers::add_evidence(response.headers_mut(), self.backend.name());
        Ok(response)
    }

    /// The operation that the context names, in a protocol that the backend speaks.
    fn call(&self, context: &Context) -> Result<Call, ServiceError> {
        let unknown = || error::not_implemented(context.service, context.operation);
        let (service, operation) = self.named(context).ok_or_else(unknown)?;
        let spoken = |protocol: &Protocol| *protocol != Protocol::RpcV2Cbor;
        let protocols = &service.metadata.protocols;
        let theirs = protocols.contains(&context.protocol).then_some(context.protocol);
        let protocol = theirs
            .filter(spoken)
            .or_else(|| protocols.iter().copied().find(spoken))
            .ok_or_else(unknown)?;
        Ok(Call { service, operation, protocol })
    }

    fn named(&self, context: &Context) -> Option<(&'static Service, &'static Operation)> {
        let service = self.catalog.service(context.service)?;
        Some((service, service.operation(context.operation)?))
    }

    async fn call_parsed(
        &self,
        context: &Context,
        call: Call,
        input: Document,
    ) -> Result<Document, ServiceError> {
        let request = call.serialize_request(&input).map_err(|error| {
            ServiceError::fault("InternalFailure", format!("The input can't be sent on: {error}"))
        })?;
        let request = self.refuse_unbridged(context, request.map(ByteStream::from)).await?;
        let (mut parts, body) = request.into_parts();
        headers::prepare(&mut parts, context, Some(call.service));
        parts.headers.insert(header::AUTHORIZATION, headers::authorization(context, call.service));
        let request = Request::from_parts(parts, body);
        let response = self.send_intercepted(context, Some(call), request).await?;
        let (parts, body) = response.into_parts();
        let response = Response::from_parts(parts, collect_answer(body).await?);
        parsed(call, &response)
    }
}

impl Fallback for Forwarder {
    fn call(
        &self,
        context: Context,
        input: Document,
    ) -> BoxFuture<'_, Result<Document, ServiceError>> {
        Box::pin(async move {
            let call = self.call(&context)?;
            self.call_parsed(&context, call, input).await
        })
    }

    fn backend(&self, _service: &str) -> Option<String> {
        Some(self.backend.name().to_owned())
    }
}

impl Forward for Forwarder {
    fn forward(
        &self,
        context: Context,
        request: Request<ByteStream>,
    ) -> BoxFuture<'_, Result<Response<ByteStream>, ServiceError>> {
        Box::pin(async move { self.forward_raw(&context, request).await })
    }

    fn backend(&self, _service: &str) -> Option<String> {
        Some(self.backend.name().to_owned())
    }
}

/// The answer's output, with the streamed member in it if there is one.
fn parsed(call: Call, response: &Response<Bytes>) -> Result<Document, ServiceError> {
    let unreadable = |error: standin_protocol::ParseError| {
        ServiceError::fault(
            "InternalFailure",
            format!("The backend's answer can't be read: {error}"),
        )
    };
    match call.parse_response(response).map_err(unreadable)? {
        Answer::Error(error) => Err(error),
        Answer::Output(mut output) => {
            if let (Some(member), Document::Object(fields)) = (call.streaming_output(), &mut output)
            {
                fields.insert(member.name, Document::blob(response.body().clone()));
            }
            Ok(output)
        }
    }
}

async fn collect(mut body: ByteStream) -> Result<Bytes, ServiceError> {
    let mut all = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| broken_request(&error))?;
        if all.len() + chunk.len() > CROSSING_BODY_LIMIT {
            let message = "The request is larger than this operation takes.";
            return Err(ServiceError::sender("RequestEntityTooLarge", message).with_status(413));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all.into())
}

fn broken_request(error: &StreamError) -> ServiceError {
    ServiceError::sender("RequestTimeout", format!("The request's {error}"))
}

async fn collect_answer(body: ByteStream) -> Result<Bytes, ServiceError> {
    body.collect().await.map_err(|error| unavailable(format!("The backend's {error}")))
}

#[cfg(test)]
mod tests;
