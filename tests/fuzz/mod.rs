//! `standin fuzz protocol`: what it prints, how it ends, and that a seed decides all of it.

use std::process::Output;

use crate::support::standin;

fn fuzz(arguments: &[&str]) -> Output {
    standin().args(["fuzz", "protocol"]).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_run_ends_with_the_sum_and_is_the_same_again() {
    let arguments = ["--cases", "500", "--seed", "7"];
    let output = fuzz(&arguments);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    let last = printed.lines().last().unwrap();
    assert!(last.starts_with("500 values of 500 operations of "), "{last}");
    assert!(last.ends_with(": 0 differences"), "{last}");
    assert_eq!(printed, text(&fuzz(&arguments).stdout));
}

#[test]
fn json_has_each_service() {
    let output = fuzz(&["--cases", "46", "--service", "sqs", "--json"]);
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{result}");
    assert_eq!((&result["values"], &result["operations"]), (&46.into(), &23.into()));
    let service = serde_json::json!({ "service": "sqs", "values": 46, "differences": 0 });
    assert_eq!(result["services"], serde_json::json!([service]));
    assert_eq!(result["differences"], serde_json::json!([]));
}

#[test]
fn what_is_not_there_can_not_be_tried() {
    for (arguments, said) in [
        (["--service", "sqz"], "no service is called sqz"),
        (["--operation", "SendMassage"], "no operation is called SendMassage"),
        (["--oracle", "nobody"], "invalid value 'nobody'"),
    ] {
        let output = fuzz(&arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    }
}

#[test]
fn botocore_agrees_over_the_protocols() {
    let output = fuzz(&["--oracle", "botocore", "--cases", "300", "--seed", "3"]);
    let (printed, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{printed}{said}");
    let last = printed.lines().last().unwrap();
    assert!(last.contains(" put to botocore 1.44.5 ("), "{last}");
    assert!(last.contains(" in 6 protocols"), "{last}");
}

#[test]
fn without_python_botocore_can_not_be_asked() {
    let cache = std::env::temp_dir().join(format!("standin-fuzz-{}", std::process::id()));
    let mut command = standin();
    command.args(["fuzz", "protocol", "--oracle", "botocore", "--cases", "1"]);
    let output = command.env("STANDIN_CACHE", &cache).env("PATH", "").output().unwrap();
    let said = text(&output.stderr);
    let _ = std::fs::remove_dir_all(&cache);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("botocore needs python3"), "{said}");
}

/// A second opinion that fails at everything, in the place where botocore is installed.
#[test]
#[cfg(unix)]
fn a_difference_ends_with_one_and_says_how_to_see_it_again() {
    use std::os::unix::fs::PermissionsExt;

    fuzz(&["--oracle", "botocore", "--cases", "1"]);
    let path = standin().args(["packages", "path", "botocore"]).output().unwrap();
    let installed = std::path::PathBuf::from(text(&path.stdout).trim());
    let cache = std::env::temp_dir().join(format!("standin-liar-{}", std::process::id()));
    let folder = cache.join("packages/botocore").join(installed.file_name().unwrap());
    let program = folder.join("bin/python");
    std::fs::create_dir_all(folder.join("bin")).unwrap();
    let script =
        "#!/bin/sh\nread first\nwhile read line; do echo '[{\"failed\": \"no idea\"}]'; done\n";
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let real = program.canonicalize().unwrap();
    std::fs::write(folder.join(".complete"), real.to_str().unwrap()).unwrap();

    let mut command = standin();
    command.args(["fuzz", "protocol", "--oracle", "botocore", "--cases", "1", "--service", "sts"]);
    let output = command.env("STANDIN_CACHE", &cache).output().unwrap();
    std::fs::remove_dir_all(&cache).unwrap();
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{printed}{}", text(&output.stderr));
    assert!(printed.contains("  botocore: no idea\n"), "{printed}");
    let again = "  again: standin fuzz protocol --oracle botocore --service sts --operation ";
    assert!(printed.contains(again), "{printed}");
    assert!(printed.ends_with(": 1 differences\n"), "{printed}");
}
