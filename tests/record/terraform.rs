//! Terraform with its AWS provider: one command records a plan, an apply and a destroy through the intercepting
//! proxy, and the recording replays to the same command offline.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::proxy::replay_via;
use super::run::{Scratch, clean, errors, printed};
use crate::serve::serve;
use crate::support::standin;

/// A queue, by the provider in a folder of plugins, which asks nobody but SQS.
const CONFIGURATION: &str = r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "eu-west-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
resource "aws_sqs_queue" "jobs" {
  name                       = "jobs"
  visibility_timeout_seconds = 45
}
output "url" {
  value = aws_sqs_queue.jobs.id
}
"#;

/// One run: what is there at the end is what was there before.
const STEPS: &str = r#"set -e
rm -rf .terraform terraform.tfstate* .terraform.lock.hcl
terraform init -no-color -input=false -plugin-dir="$STANDIN_TERRAFORM_PLUGINS" > init.txt
terraform plan -no-color -input=false -out=plan > plan.txt
terraform apply -no-color -input=false plan > apply.txt
terraform output -raw url
terraform plan -no-color -input=false -detailed-exitcode > again.txt
terraform destroy -no-color -input=false -auto-approve > destroy.txt
grep -c destroyed destroy.txt >&2
"#;

/// The folder of the provider's plugins, or `None` (said aloud) where Terraform or they are not there.
fn plugins() -> Option<PathBuf> {
    let named = std::env::var_os("STANDIN_TERRAFORM_PLUGINS").filter(|it| !it.is_empty());
    let Some(folder) = named.map(PathBuf::from) else {
        println!(
            "ignored: terraform: STANDIN_TERRAFORM_PLUGINS names no folder with the AWS provider"
        );
        return None;
    };
    assert!(folder.is_dir(), "STANDIN_TERRAFORM_PLUGINS: {} is no folder", folder.display());
    if Command::new("terraform").arg("version").output().is_err() {
        println!("ignored: terraform: it is not on the PATH");
        return None;
    }
    Some(folder)
}

fn run(mut command: Command, plugins: &Path, scratch: &Scratch) -> (String, String) {
    command.env("STANDIN_TERRAFORM_PLUGINS", plugins).env("CHECKPOINT_DISABLE", "1");
    command.env("HOME", scratch.path("home")).current_dir(scratch.path("work"));
    let output = command.args(["--", "sh", "-c", STEPS]).output().expect("standin runs");
    let (lines, said) = (printed(&output), errors(&output));
    assert_eq!(output.status.code(), Some(0), "{lines}{said}");
    (lines, said)
}

#[test]
fn terraform_records_and_replays_its_plan_apply_and_destroy() {
    let Some(plugins) = plugins() else { return };
    let served = serve(&[]);
    let scratch = Scratch::new("terraform");
    for folder in ["home", "work"] {
        std::fs::create_dir_all(scratch.path(folder)).expect("writable");
    }
    std::fs::write(scratch.path("work/main.tf"), CONFIGURATION).expect("writable");
    let folder = scratch.path("snapshots/sqs/terraform");
    let mut command = clean(standin());
    command.args(["record", "--via", "proxy", "--upstream", &served.url, "-o"]).arg(&folder);
    command.env("XDG_DATA_HOME", scratch.path("data"));
    command.env("AWS_ACCESS_KEY_ID", "123456789012").env("AWS_SECRET_ACCESS_KEY", "any");
    let (url, _) = run(command, &plugins, &scratch);
    assert!(url.ends_with("/123456789012/jobs"), "{url}");
    let text = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
    for operation in ["CreateQueue", "GetQueueAttributes", "DeleteQueue"] {
        assert!(text.contains(&format!("\"{operation}#1\"")), "{operation}: {text}");
    }
    drop(served);
    let (again, said) = run(replay_via("proxy", &scratch, &folder), &plugins, &scratch);
    assert_eq!(again, url, "{said}");
}
