//! The `credential_process` of a profile.

use std::process::Stdio;

use standin_sigv4::Credentials;
use tokio::process::Command;

use super::CredentialsError;
use super::source::Printed;

/// Runs the command and reads the credentials it prints.
pub(crate) async fn run(command: &str) -> Result<Credentials, CredentialsError> {
    let failed = |reason: String| CredentialsError::Process(reason);
    let words = words(command).ok_or_else(|| failed("unbalanced quotes".to_owned()))?;
    let (program, arguments) =
        words.split_first().ok_or_else(|| failed("the command is empty".to_owned()))?;
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .await
        .map_err(|error| failed(format!("{program}: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("{program}: {}", output.status)));
    }
    // The parser's message could quote what the process printed.
    let parsed: Printed = serde_json::from_slice(&output.stdout)
        .map_err(|_| failed(format!("{program} printed no credentials")))?;
    if parsed.version != Some(1) {
        return Err(failed(format!("{program} printed no version 1")));
    }
    Ok(parsed.credentials("process"))
}

/// The words of a command line, quotes taken off; none if a quote is not closed.
pub(crate) fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}
