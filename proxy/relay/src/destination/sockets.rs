//! Where AWS's WebSockets are. Their paths are no operations of the models, and are told in its guides.

use http::uri::Scheme;
use standin_model::Catalog;
use standin_sigv4::Scope;

use super::{Bucket, Destination, DestinationError, Overrides};

/// A WebSocket's path, the beginning of its host's name, and its port.
struct Socket {
    path: &'static str,
    host: &'static str,
    port: u16,
    /// The service of the models whose override holds for it too.
    service: &'static str,
}

const TRANSCRIBE: Socket =
    Socket { path: "", host: "transcribestreaming", port: 8443, service: "transcribe" };

/// Amazon Transcribe's guide ("Setting up a WebSocket stream") and AWS IoT's ("Device communication protocols")
/// have them.
const SOCKETS: [Socket; 4] = [
    Socket { path: "/call-analytics-stream-transcription-websocket", ..TRANSCRIBE },
    Socket { path: "/medical-stream-transcription-websocket", ..TRANSCRIBE },
    Socket { path: "/mqtt", host: "data-ats.iot", port: 443, service: "iot-data" },
    Socket { path: "/stream-transcription-websocket", ..TRANSCRIBE },
];

/// Where a WebSocket is that a client asked our endpoint for.
pub(crate) fn socket(
    path: &str,
    (overrides, scope): (&Overrides, &Scope),
) -> Result<Destination, DestinationError> {
    let unknown = || DestinationError::Socket(path.to_owned());
    let row = SOCKETS.iter().find(|row| row.path == path).ok_or_else(unknown)?;
    if let Some(told) = overrides.destination(row.service, scope) {
        return Ok(told);
    }
    let partitions = Catalog::embedded().partitions().ok();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let region = Some(&scope.region).filter(|region| region.chars().all(is_name));
    let partition = partitions.and_then(|partitions| partitions.find(region?));
    let suffix = partition.and_then(|it| it.dns_suffixes().next()).ok_or_else(unknown)?;
    let host = format!("{}.{}.{suffix}", row.host, scope.region);
    let authority = if row.port == 443 { host } else { format!("{host}:{}", row.port) };
    Ok(Destination {
        scheme: Scheme::HTTPS,
        authority: authority.parse().map_err(|_| unknown())?,
        prefix: String::new(),
        bucket: Bucket::InPath,
        headers: Vec::new(),
        algorithm: scope.algorithm,
        region: scope.region.clone(),
        signing_name: scope.service.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_are_where_the_guides_say() {
        let scope = |service: &str| Scope {
            region: "eu-west-1".into(),
            service: service.into(),
            ..Scope::default()
        };
        let at = |path: &str, name: &str| {
            socket(path, (&Overrides::default(), &scope(name))).map(|it| it.origin())
        };
        let transcribe = at("/stream-transcription-websocket", "transcribe").expect("known");
        assert_eq!(transcribe, "https://transcribestreaming.eu-west-1.amazonaws.com:8443");
        let mqtt = at("/mqtt", "iotdevicegateway").expect("known");
        assert_eq!(mqtt, "https://data-ats.iot.eu-west-1.amazonaws.com");
        let elsewhere = Scope { region: "evil.example/".into(), ..scope("transcribe") };
        assert!(socket("/mqtt", (&Overrides::default(), &elsewhere)).is_err());
        let error = at("/other", "transcribe").expect_err("unknown").to_string();
        assert!(error.contains("--via proxy"), "{error}");
        let told = Overrides::parse(&["iot-data=http://127.0.0.1:1".to_owned()]).expect("a URL");
        let there = socket("/mqtt", (&told, &scope("iotdevicegateway"))).expect("told");
        assert_eq!(there.origin(), "http://127.0.0.1:1");
    }
}
