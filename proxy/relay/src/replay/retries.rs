//! Requests that are sent once more, and get the answer that they had.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use http::Response;
use standin_model::Document;
use standin_protocol::Call;

use super::prepared::{Operation, operation};

/// What was answered lately.
#[derive(Debug, Default)]
pub(super) struct Retries {
    earlier: HashMap<Key, Earlier>,
    order: VecDeque<Key>,
}

/// An answer that was given.
#[derive(Clone, Debug)]
pub(super) struct Earlier {
    /// The exchange that it is of.
    pub(super) exchange: u32,
    /// The hash of the input.
    pub(super) sum: u64,
    pub(super) response: Response<Bytes>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// The client's own id of the call.
    Invocation(Operation, String),
    /// The token by which the service knows a request again.
    Token(Operation, String),
}

/// How many answers are remembered; clients retry soon.
const REMEMBERED: usize = 4096;

impl Retries {
    /// The answer to an earlier attempt at a call, by the client's id of it and the same input.
    pub(super) fn attempt(
        &self,
        invocation: Option<&str>,
        (call, sum): (Call, u64),
    ) -> Option<&Earlier> {
        let key = Key::Invocation(operation(call), invocation?.to_owned());
        self.earlier.get(&key).filter(|earlier| earlier.sum == sum)
    }

    /// The answer to a request with a token.
    pub(super) fn token(&self, call: Call, token: &str) -> Option<&Earlier> {
        self.earlier.get(&Key::Token(operation(call), token.to_owned()))
    }

    /// Remembers an answer.
    pub(super) fn keep(
        &mut self,
        call: Call,
        (invocation, token): (Option<&str>, Option<&str>),
        earlier: &Earlier,
    ) {
        let operation = operation(call);
        let invocation = invocation.map(|id| Key::Invocation(operation, id.to_owned()));
        let token = token.map(|token| Key::Token(operation, token.to_owned()));
        for key in invocation.into_iter().chain(token) {
            if self.earlier.insert(key.clone(), earlier.clone()).is_none() {
                self.order.push_back(key);
            }
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.earlier.remove(&oldest);
            }
        }
    }
}

/// The token in an input, by which the service knows a request again.
pub(super) fn token(call: Call, input: &Document) -> Option<&str> {
    let structure = call.operation.input.and_then(|id| call.service.structure(id))?;
    let member = structure.members.iter().find(|member| member.idempotency_token)?;
    input.get(member.name)?.as_str()
}
