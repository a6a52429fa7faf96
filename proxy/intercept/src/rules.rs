//! The interceptor that follows rules: latency, throttling, faults, rewriting.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use standin_model::ServiceError;

use crate::rule::{Effect, Often, Rule, Side};
use crate::{Body, BoxFuture, Context, Forward, Interceptor, throttle};

/// Waits for a time by somebody's clock.
pub type Wait = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Follows rules, in their order.
pub struct Rules {
    rules: Vec<Rule>,
    wait: Wait,
    chance: Mutex<Chance>,
}

/// What was drawn, and how often rules were followed.
struct Chance {
    state: u64,
    followed: Vec<u32>,
}

impl Rules {
    /// The same seed draws the same chances, in the order in which requests come.
    pub fn new(rules: Vec<Rule>, seed: u64, wait: Wait) -> Self {
        let chance = Mutex::new(Chance { state: seed, followed: vec![0; rules.len()] });
        Self { rules, wait, chance }
    }

    /// The effects that now befall an operation's request or answer.
    fn effects(&self, side: Side, context: &Context) -> Vec<&Effect> {
        let fitting = self.rules.iter().enumerate().filter(|(_, rule)| rule.fits(side, context));
        let followed = fitting.filter(|(index, rule)| self.draw(*index, rule.often));
        followed.map(|(_, rule)| &rule.effect).collect()
    }

    fn draw(&self, index: usize, often: Often) -> bool {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        match often {
            Often::Always => true,
            Often::Percent(percent) => chance.next() * 100.0 < percent,
            Often::First(count) => {
                let followed = &mut chance.followed[index];
                let follows = *followed < count;
                *followed = followed.saturating_add(1);
                follows
            }
        }
    }

    fn between(&self, from: Duration, to: Duration) -> Duration {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        from + to.saturating_sub(from).mul_f64(chance.next())
    }

    async fn request(&self, mut request: Request<Body>, context: &Context) -> Forward {
        for effect in self.effects(Side::Request, context) {
            match effect {
                Effect::Latency(from, to) => (self.wait)(self.between(*from, *to)).await,
                Effect::Throttle => return answer(&throttle::error(context.call), context),
                Effect::Error { code, status, message } => {
                    let text = message.as_deref().unwrap_or("A rule of Standin's says so.");
                    let error = ServiceError::sender(code.clone(), text);
                    let declared = || throttle::declared_status(context.call, code);
                    let status = status.map_or_else(declared, |status| status.as_u16());
                    return answer(&error.with_status(status), context);
                }
                Effect::Status(status) => return Forward::Status(*status),
                Effect::Header(_, name, value) => put(request.headers_mut(), name, value.as_ref()),
                Effect::Replace(_, from, to) => request = rewritten_request(request, from, to),
            }
        }
        Forward::Continue(request)
    }
}

impl Rule {
    fn side(&self) -> Side {
        match self.effect {
            Effect::Header(side, ..) | Effect::Replace(side, ..) => side,
            _ => Side::Request,
        }
    }

    fn fits(&self, side: Side, context: &Context) -> bool {
        self.side() == side && self.pattern.matches(context.service(), context.operation())
    }
}

impl Chance {
    /// A number from 0 to below 1, by SplitMix64: fast, and the same on every machine.
    fn next(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let high = u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("32 bits");
        f64::from(high) / (f64::from(u32::MAX) + 1.0)
    }
}

impl Interceptor for Rules {
    fn reads_bodies(&self, context: &Context) -> bool {
        self.rules.iter().any(|rule| {
            let replaces = matches!(rule.effect, Effect::Replace(..));
            replaces && rule.fits(rule.side(), context)
        })
    }

    fn forward_request<'a>(
        &'a self,
        request: Request<Body>,
        context: &'a Context,
    ) -> BoxFuture<'a, Forward> {
        Box::pin(self.request(request, context))
    }

    fn return_response(&self, response: Response<Body>, context: &Context) -> Response<Body> {
        self.effects(Side::Response, context).into_iter().fold(response, |mut response, effect| {
            match effect {
                Effect::Header(_, name, value) => put(response.headers_mut(), name, value.as_ref()),
                Effect::Replace(_, from, to) => {
                    let (mut parts, body) = response.into_parts();
                    let body = rewritten(&mut parts.headers, body, from, to);
                    response = Response::from_parts(parts, body);
                }
                _ => {}
            }
            response
        })
    }
}

fn answer(error: &ServiceError, context: &Context) -> Forward {
    Forward::Answer(context.call.serialize_error(error, &context.request_id))
}

fn put(headers: &mut HeaderMap, name: &http::HeaderName, value: Option<&http::HeaderValue>) {
    match value {
        Some(value) => drop(headers.insert(name.clone(), value.clone())),
        None => drop(headers.remove(name)),
    }
}

fn rewritten_request(request: Request<Body>, from: &str, to: &str) -> Request<Body> {
    let (mut parts, body) = request.into_parts();
    let body = rewritten(&mut parts.headers, body, from, to);
    Request::from_parts(parts, body)
}

/// The body with one text in place of another; what isn't text, or wasn't read, stays.
fn rewritten(headers: &mut HeaderMap, body: Body, from: &str, to: &str) -> Body {
    let Body::Whole(bytes) = &body else { return body };
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.contains(from)) else {
        return body;
    };
    let text = text.replace(from, to);
    if headers.contains_key(header::CONTENT_LENGTH) {
        headers.insert(header::CONTENT_LENGTH, text.len().into());
    }
    Body::Whole(Bytes::from(text))
}

#[cfg(test)]
mod tests;
