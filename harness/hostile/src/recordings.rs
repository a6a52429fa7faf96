//! Recordings, and the formats that are imported.

use standin_archive::import::{Format, probe};
use standin_tape::template;

use crate::routing::ROUTER;

/// A recording that is read is written to text of which the same is read.
pub(crate) fn read(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let _ = template::parts(text);
    let Ok(recording) = standin_tape::read(text, &()) else { return };
    if recording.format.is_newer() {
        // Written in our own version, without what that one had no word for.
        return;
    }
    let Ok(written) = standin_tape::write(&recording) else { return };
    if written.blobs.is_empty() {
        let again = standin_tape::read(&written.text, &()).expect("what we wrote is read");
        assert_eq!(again, recording, "a recording reads otherwise once it is written anew");
    }
}

/// A foreign file is understood in parts, or refused.
pub(crate) fn import(input: &[u8]) {
    let _ = probe(Format::HttpReplay, &ROUTER, input);
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../../snapshots/sts/identity/recording.snap").to_vec(),
        include_bytes!("../../../snapshots/sqs/delay/recording.snap").to_vec(),
    ]
}

pub(crate) fn imports() -> Vec<Vec<u8>> {
    let body = "QWN0aW9uPUdldENhbGxlcklkZW50aXR5JlZlcnNpb249MjAxMS0wNi0xNQ==";
    let replay = format!(
        r#"{{"Initial":null,"Version":"0.2","Converter":{{}},"Entries":[{{"ID":"1","Request":{{"Method":"POST",
        "URL":"https://sts.us-east-1.amazonaws.com/","Header":{{"Content-Type":
        ["application/x-www-form-urlencoded; charset=utf-8"]}},"MediaType":"application/x-www-form-urlencoded",
        "BodyParts":["{body}"]}},"Response":{{"StatusCode":200,"Proto":"HTTP/1.1","ProtoMajor":1,"ProtoMinor":1,
        "Header":{{"Content-Type":["text/xml"],"Date":["Wed, 01 Jan 2025 00:00:00 GMT"]}},"Body":"PGEvPg=="}}}}]}}"#
    );
    vec![replay.into_bytes()]
}
