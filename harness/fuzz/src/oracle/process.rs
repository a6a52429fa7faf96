//! botocore, asked through a process that lives as long as the run.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response, Uri};
use serde_json::{Value, json};
use standin_model::{Catalog, Document};
use standin_packages::{Cache, Environment, InstallError, package};

use crate::Part;

use super::{Given, Oracle, Question, Reply, wire};

const SCRIPT: &str = include_str!("botocore.py");

/// An oracle can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum OracleError {
    /// Its package can't be installed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// Its process can't be started.
    #[error("botocore can't be started: {0}")]
    Start(std::io::Error),
    /// Its process has ended, or can't be written to.
    #[error("botocore's process ended: {0}")]
    Ended(String),
    /// The models' corrections can't be read.
    #[error("the corrections of the models: {0}")]
    Patches(String),
    /// What it wrote is no reply.
    #[error("botocore's process replied what is no reply: {0}")]
    Reply(String),
}

/// botocore in a process.
#[derive(Debug)]
pub struct Botocore {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Botocore {
    /// Installs botocore unless it is there, and starts it on models with the catalog's corrections.
    pub fn start(
        catalog: &Catalog,
        cache: &Cache,
        environment: &Environment,
        report: &dyn Fn(&str),
    ) -> Result<Self, OracleError> {
        let installed = package("botocore")?.install(cache, environment, report)?;
        let mut botocore =
            Self::spawn(&installed.program, environment).map_err(OracleError::Start)?;
        let patches = patches(catalog)?;
        match botocore.tell(&patches) {
            Ok(()) => Ok(botocore),
            Err(_) => Err(OracleError::Ended(botocore.last_words())),
        }
    }

    /// Nothing in the environment may lead botocore to other models or a configuration of its own.
    fn spawn(python: &Path, environment: &Environment) -> std::io::Result<Self> {
        let kept = |name: &OsString| {
            let name = name.to_string_lossy();
            !name.starts_with("AWS_") && !name.starts_with("PYTHON")
        };
        let mut child = Command::new(python)
            .args(["-E", "-s", "-B", "-c", SCRIPT])
            .env_clear()
            .envs(environment.iter().filter(|(name, _)| kept(name)))
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("output is piped"));
        Ok(Self { child, input, output })
    }

    fn tell(&mut self, line: &str) -> std::io::Result<()> {
        let input = self.input.as_mut().expect("open as long as this lives");
        input.write_all(line.as_bytes())?;
        input.write_all(b"\n")?;
        input.flush()
    }

    fn exchange(&mut self, line: &str) -> std::io::Result<String> {
        self.tell(line)?;
        let mut reply = String::new();
        match self.output.read_line(&mut reply)? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(reply),
        }
    }

    /// The end of what the process said when it died.
    fn last_words(&mut self) -> String {
        self.input = None;
        let mut said = String::new();
        if let Some(mut errors) = self.child.stderr.take() {
            let _ = errors.read_to_string(&mut said);
        }
        said.lines().last().unwrap_or("it said nothing").to_owned()
    }
}

impl Oracle for Botocore {
    fn ask(&mut self, questions: &[Question<'_>]) -> Result<Vec<Reply>, OracleError> {
        let batch = Value::Array(questions.iter().map(question).collect());
        let Ok(line) = self.exchange(&batch.to_string()) else {
            return Err(OracleError::Ended(self.last_words()));
        };
        let bad = || OracleError::Reply(line.chars().take(200).collect());
        let replies: Vec<Value> = serde_json::from_str(&line).map_err(|_| bad())?;
        if replies.len() != questions.len() {
            return Err(bad());
        }
        replies.iter().map(|value| reply(value).ok_or_else(bad)).collect()
    }
}

impl Drop for Botocore {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.input = None;
        let _ = self.child.wait();
    }
}

/// The changes to the models, by service.
fn patches(catalog: &Catalog) -> Result<String, OracleError> {
    let bad = |error: &dyn std::fmt::Display| OracleError::Patches(error.to_string());
    let mut by_service = serde_json::Map::new();
    for (service, text) in catalog.patches().map_err(|error| bad(&error))? {
        let patches: Value = serde_json::from_str(&text).map_err(|error| bad(&error))?;
        let patches = patches.as_array().into_iter().flatten();
        let changes = patches.filter_map(|patch| patch["changes"].as_array()).flatten().cloned();
        by_service.insert(service, changes.collect());
    }
    Ok(Value::Object(by_service).to_string())
}

fn question(question: &Question<'_>) -> Value {
    let call = question.case.call;
    let mut asked = json!({
        "service": call.service.metadata.name,
        "protocol": call.protocol.name(),
        "operation": call.operation.name,
    });
    match question.given {
        Given::Input(input) => asked["input"] = wire::encode(input),
        Given::Response(response) => response_into(response, &mut asked),
        Given::Streamed(response) => {
            response_into(response, &mut asked);
            asked["streams"] = true.into();
        }
    }
    if let Part::Event(_) = question.case.part {
        asked["event"] = true.into();
    }
    asked
}

fn response_into(response: &Response<Bytes>, asked: &mut Value) {
    let headers: serde_json::Map<String, Value> = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned().into())
        })
        .collect();
    asked["status"] = response.status().as_u16().into();
    asked["headers"] = headers.into();
    asked["body"] = STANDARD.encode(response.body()).into();
}

fn reply(value: &Value) -> Option<Reply> {
    if let Some(failed) = value.get("failed") {
        return Some(Reply::Failed(failed.as_str()?.to_owned()));
    }
    if value.get("method").is_some() {
        return match request(value) {
            Ok(request) => Some(Reply::Request(request)),
            Err(reason) => Some(Reply::Failed(reason)),
        };
    }
    let document: Document = wire::decode(&value["value"])?;
    Some(match value.get("code") {
        None => Reply::Output(document),
        Some(code) => Reply::Error {
            code: code.as_str()?.to_owned(),
            message: value["message"].as_str()?.to_owned(),
            members: document,
        },
    })
}

/// The request that it wrote, of which any part may be what HTTP has no place for.
fn request(value: &Value) -> Result<Request<Bytes>, String> {
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    let uri: Uri = format!("/{}", text("url")).parse().map_err(|error| format!("url: {error}"))?;
    let mut request = Request::builder().method(text("method")).uri(uri);
    for pair in value["headers"].as_array().into_iter().flatten() {
        let (name, text) = (pair[0].as_str(), pair[1].as_str());
        let (name, text) = (name.unwrap_or_default(), text.unwrap_or_default());
        let value = http::HeaderValue::from_bytes(text.as_bytes());
        request = request.header(name, value.map_err(|error| format!("{name}: {error}"))?);
    }
    let body = STANDARD.decode(text("body")).map_err(|error| error.to_string())?;
    request.body(body.into()).map_err(|error| error.to_string())
}
