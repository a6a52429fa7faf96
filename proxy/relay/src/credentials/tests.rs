//! Where credentials come from, by environment and files.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::process::words;
use super::*;

struct Home(PathBuf);

impl Home {
    fn new(name: &str, config: &str, credentials: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("standin-relay-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join(".aws")).expect("writable");
        std::fs::write(path.join(".aws/config"), config).expect("writable");
        std::fs::write(path.join(".aws/credentials"), credentials).expect("writable");
        Self(path)
    }

    fn load(&self, variables: &[(&str, &str)]) -> Result<Identity, CredentialsError> {
        let mut environment: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        environment.insert("HOME".into(), self.0.display().to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        environment.entry("AWS_EC2_METADATA_DISABLED".into()).or_insert_with(|| "true".to_owned());
        let dialing = Dialing::default();
        let identity = Identity::load(&environment, &dialing, at_2026);
        runtime.expect("a runtime").block_on(identity)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(Path::new(&self.0));
    }
}

/// A time that stands still.
fn at_2026() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(490_896)
}

const CONFIG: &str = r#"[default]
region = eu-north-1

[profile dev]
region=eu-west-2 # near
s3 =
  addressing_style = path
[profile made]
credential_process = printf '%s' '{"Version":1,"AccessKeyId":"AKPROC","SecretAccessKey":"s"}'
[profile sso]
sso_session = x
sso_account_id = 123456789012
sso_role_name = reader
[profile bare]
region = eu-west-1
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/r
mfa_serial = m
[profile a]
role_arn = arn:aws:iam::123456789012:role/a
source_profile = b
[profile b]
source_profile = a
role_arn = arn:aws:iam::123456789012:role/b
[sso-session x]
sso_region = eu-west-1
sso_start_url = https://x
"#;
const KEYS: &str = "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = d\n\
[dev]\naws_access_key_id=AKDEV\naws_secret_access_key=v\naws_session_token = tok==\n";

fn key(identity: &Identity) -> &str {
    identity.credentials.as_ref().expect("credentials").access_key_id()
}

#[test]
fn the_environment_goes_before_the_default_profile() {
    let home = Home::new("env", CONFIG, KEYS);
    let keys = [("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "e")];
    let identity = home.load(&keys).expect("loads");
    assert_eq!(key(&identity), "AKENV");
    assert_eq!(identity.region.as_deref(), Some("eu-north-1"));
    assert_eq!(key(&home.load(&[]).expect("loads")), "AKDEFAULT");
}

#[test]
fn a_named_profile_goes_before_the_environment() {
    let home = Home::new("named", CONFIG, KEYS);
    let variables =
        [("AWS_PROFILE", "dev"), ("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "e")];
    let identity = home.load(&variables).expect("loads");
    assert_eq!(key(&identity), "AKDEV");
    assert_eq!(identity.region.as_deref(), Some("eu-west-2"));
    let credentials = identity.credentials.expect("credentials");
    assert_eq!(credentials.session_token(), Some("tok=="));
    assert!(!format!("{credentials:?}").contains("tok=="));
}

#[test]
fn a_process_prints_credentials() {
    let home = Home::new("process", CONFIG, KEYS);
    let identity = home.load(&[("AWS_PROFILE", "made")]).expect("loads");
    assert_eq!(key(&identity), "AKPROC");
}

#[test]
fn what_is_wrong_is_said() {
    let home = Home::new("wrong", CONFIG, KEYS);
    let text = |variables: &[(&str, &str)]| home.load(variables).expect_err("refused").to_string();
    assert!(text(&[("AWS_PROFILE", "absent")]).contains("profile `absent`"));
    assert!(text(&[("AWS_PROFILE", "sso")]).contains("run `aws sso login --profile sso`"));
    assert!(text(&[("AWS_PROFILE", "bare")]).contains("`bare` has no keys"));
    assert!(text(&[("AWS_PROFILE", "mfa")]).contains("export-credentials"));
    assert!(text(&[("AWS_PROFILE", "a")]).contains("is its own source_profile"));
    let agent = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/")];
    let empty = Home::new("agent", "", "");
    let refused = empty.load(&agent).expect_err("refused").to_string();
    assert!(refused.contains("not a place that AWS names"), "{refused}");
    assert!(text(&[("AWS_ACCESS_KEY_ID", "a")]).contains("only a part"));
    let empty = Home::new("empty", "", "");
    assert!(empty.load(&[]).expect("loads").credentials.is_none());
}

#[test]
fn command_lines_are_split_at_spaces_outside_quotes() {
    assert_eq!(
        words("a 'b c' \"d\"e ''"),
        Some(vec!["a".into(), "b c".into(), "de".into(), String::new()])
    );
    assert_eq!(words("a 'b"), None);
}

/// A server of plain HTTP that answers by method and path, as the portal and the machine's agents do.
fn serve(answers: &'static [(&'static str, &'static str, &'static str)]) -> String {
    use std::io::{BufRead as _, BufReader, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut head = Vec::new();
            for line in BufReader::new(stream.try_clone().expect("a socket")).lines() {
                let line = line.expect("text");
                if line.is_empty() {
                    break;
                }
                head.push(line);
            }
            let found = answers.iter().find(|(line, header, _)| {
                head[0].starts_with(line) && head.iter().any(|it| it.contains(header))
            });
            let (status, body) =
                found.map_or(("404 Not Found", ""), |(_, _, body)| ("200 OK", body));
            let length = body.len();
            let text = format!(
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            stream.write_all(text.as_bytes()).expect("the client reads");
        }
    });
    format!("http://{address}")
}

const PRINTED: &str = r#"{"AccessKeyId":"AKAGENT","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-01T06:00:00Z"}"#;

const PATH: &str = "GET /latest/meta-data/iam/security-credentials/";
const HEADER: &str = "x-aws-ec2-metadata-token: session";

#[test]
fn agents_of_the_machine_give_credentials_to_their_token() {
    let container = serve(&[("GET /keys", "authorization: secret", PRINTED)]);
    let home = Home::new("container", "", "");
    let uri = format!("{container}/keys");
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret"),
    ];
    let identity = home.load(&variables).expect("loads");
    assert_eq!(key(&identity), "AKAGENT");
    let end = identity.credentials.as_ref().expect("credentials").expiry();
    assert_eq!(end, Some(at_2026() + Duration::from_hours(6)));
    let source = format!("{:?}", identity.source);
    assert!(source.contains("127.0.0.1") && !source.contains("secret"), "{source}");

    let instance = serve(&[
        ("PUT /latest/api/token", "x-aws-ec2-metadata-token-ttl-seconds", "session"),
        ("GET /latest/meta-data/iam/security-credentials/worker", HEADER, PRINTED),
        (PATH, HEADER, "worker\n"),
    ]);
    let metadata = [
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.as_str()),
        ("AWS_EC2_METADATA_DISABLED", "false"),
    ];
    assert_eq!(key(&home.load(&metadata).expect("loads")), "AKAGENT");
    let nobody = [metadata[1], ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")];
    assert!(home.load(&nobody).expect("loads").credentials.is_none());
}

#[test]
fn single_sign_on_gives_credentials_for_its_token() {
    let portal = serve(&[(
        "GET /federation/credentials?role_name=reader&account_id=123456789012",
        "x-amz-sso_bearer_token: bearer",
        r#"{"roleCredentials":{"accessKeyId":"AKSSO","secretAccessKey":"s","sessionToken":"t","expiration":1767229200000}}"#,
    )]);
    let home = Home::new("sso", CONFIG, KEYS);
    let cache = home.0.join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).expect("writable");
    // The SHA-1 of `x`, the session's name.
    let cache = cache.join("11f6ad8ec52a2984abaafd7c3b516503785c2072.json");
    let token = |end: &str| format!(r#"{{"accessToken":"bearer","expiresAt":"{end}"}}"#);
    std::fs::write(&cache, token("2026-01-01T06:00:00Z")).expect("writable");
    let variables = [("AWS_PROFILE", "sso"), ("AWS_ENDPOINT_URL_SSO", portal.as_str())];
    let identity = home.load(&variables).expect("loads");
    assert_eq!(key(&identity), "AKSSO");
    let end = identity.credentials.expect("credentials").expiry();
    assert_eq!(end, Some(at_2026() + Duration::from_hours(1)));
    std::fs::write(&cache, token("2025-12-31T06:00:00Z")).expect("writable");
    assert!(matches!(home.load(&variables), Err(CredentialsError::Login(_))));
}

/// A cache that an older token is in, with what makes a new one of it.
const OLD_TOKEN: &str = r#"{"startUrl":"https://x","accessToken":"old","expiresAt":"2026-01-01T00:10:00UTC","clientId":"client","clientSecret":"quiet","refreshToken":"once","registrationExpiresAt":"2026-02-01T00:00:00Z"}"#;

#[test]
fn a_token_that_ends_soon_is_made_anew_and_kept() {
    let portal = serve(&[
        (
            "GET /federation/credentials",
            "x-amz-sso_bearer_token: new",
            r#"{"roleCredentials":{"accessKeyId":"AKNEW","secretAccessKey":"s","sessionToken":"t","expiration":1767229200000}}"#,
        ),
        (
            "GET /federation/credentials",
            "x-amz-sso_bearer_token: old",
            r#"{"roleCredentials":{"accessKeyId":"AKOLD","secretAccessKey":"s","sessionToken":"t","expiration":1767229200000}}"#,
        ),
    ]);
    let maker = serve(&[(
        "POST /token",
        "content-type: application/json",
        r#"{"accessToken":"new","tokenType":"Bearer","expiresIn":3600,"refreshToken":"next"}"#,
    )]);
    let home = Home::new("renewed", CONFIG, KEYS);
    let folder = home.0.join(".aws/sso/cache");
    std::fs::create_dir_all(&folder).expect("writable");
    let cache = folder.join("11f6ad8ec52a2984abaafd7c3b516503785c2072.json");
    let load = |maker: &str| {
        let places =
            [("AWS_ENDPOINT_URL_SSO", portal.as_str()), ("AWS_ENDPOINT_URL_SSO_OIDC", maker)];
        home.load(&[("AWS_PROFILE", "sso"), places[0], places[1]])
    };
    // Where nobody makes a new one, the old one does until its end.
    let dead = "http://127.0.0.1:1";
    std::fs::write(&cache, OLD_TOKEN).expect("writable");
    assert_eq!(key(&load(dead).expect("loads")), "AKOLD");
    assert_eq!(std::fs::read_to_string(&cache).expect("there"), OLD_TOKEN);
    let over = OLD_TOKEN.replace("00:10:00UTC", "00:00:00Z");
    std::fs::write(&cache, &over).expect("writable");
    assert!(matches!(load(dead), Err(CredentialsError::Login(_))));
    std::fs::write(&cache, over.replace("02-01T", "01-01T")).expect("writable");
    assert!(matches!(load(&maker), Err(CredentialsError::Login(_))), "its client is over too");
    std::fs::write(&cache, over).expect("writable");
    assert_eq!(key(&load(&maker).expect("loads")), "AKNEW");
    let kept = std::fs::read_to_string(&cache).expect("there");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    let expected = [
        ("startUrl", "https://x"),
        ("accessToken", "new"),
        ("refreshToken", "next"),
        ("expiresAt", "2026-01-01T01:00:00Z"),
        ("clientSecret", "quiet"),
    ];
    for (name, value) in expected {
        assert_eq!(kept[name], value, "{name}");
    }
    assert_eq!(std::fs::read_dir(folder).expect("there").count(), 1);
}

proptest::proptest! {
    #[test]
    fn no_configuration_panics(text in "(\\[|\\]|profile |default|a|=|role_arn|source_profile|sso_account_id|\n| |é|#){0,24}") {
        let home = Home::new("any", &text, &text);
        let _ = home.load(&[]);
        let _ = home.load(&[("AWS_PROFILE", "a")]);
    }
}
