//! What clients see of services that moto answers.

use super::Served;

#[test]
fn services_without_a_provider_are_answered() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("services.py");
}

#[test]
fn accounts_and_regions_are_apart() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("scopes.py");
}

#[test]
fn what_moto_lacks_is_501_in_each_protocol() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("missing.py");
}

#[test]
fn the_emulators_time_is_motos() {
    let Some(served) = Served::start(&["--time", "2031-02-03T04:05:06Z"]) else { return };
    served.run("times.py");
}

#[test]
fn large_bodies_pass_through_without_being_kept() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("large.py");
    let status = std::fs::read_to_string(format!("/proc/{}/status", served.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(
        kilobytes < 48 << 10,
        "50 MB went through, and the most memory used was {kilobytes} kB"
    );
}

#[test]
fn queues_get_what_motos_services_send() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("bridges.py");
}

#[test]
fn keys_and_identities_are_the_same_on_both_sides() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("keys.py");
}

#[test]
fn stacks_have_native_queues() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("stacks.py");
}

#[test]
fn what_is_not_handed_over_is_501_and_names_both() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("unbridged.py");
}
