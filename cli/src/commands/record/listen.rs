//! Where `record` and `replay` listen.

use standin_relay::Listen;

/// `--listen`.
#[derive(clap::Args)]
pub(crate) struct ListenArgs {
    /// Listen here instead of on a free port of loopback; others who reach it may read what passes
    #[arg(long, value_name = "ADDRESS[:PORT]|PORT")]
    listen: Option<Listen>,
}

impl ListenArgs {
    /// The place; a risky one is warned of on standard error.
    #[expect(clippy::print_stderr, reason = "this is the program's edge")]
    pub(crate) fn chosen(&self) -> Listen {
        let listen = self.listen.unwrap_or_default();
        if let Some(warning) = listen.warning() {
            eprintln!("standin: {warning}");
        }
        listen
    }
}
