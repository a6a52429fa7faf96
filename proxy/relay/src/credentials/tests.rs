//! Where credentials come from, by environment and files.

use std::path::Path;

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
        runtime.expect("a runtime").block_on(Identity::load(&environment))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(Path::new(&self.0));
    }
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
    assert!(text(&[("AWS_PROFILE", "sso")]).contains("export-credentials"));
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
