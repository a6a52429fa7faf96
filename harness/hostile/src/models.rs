//! The reader of botocore's data, which newer versions bring.

use standin_model::botocore::Source;
use standin_model::pack;

/// A data folder in memory, with one service. Its files are the parts of an input.
struct Memory<'i>([&'i [u8]; 3]);

const PATHS: [&str; 3] = [
    "vector/2000-01-01/service-2.json",
    "vector/2000-01-01/endpoint-rule-set-1.json",
    "vector/2000-01-01/paginators-1.json",
];

impl Source for Memory<'_> {
    fn paths(&self) -> Vec<String> {
        PATHS
            .iter()
            .zip(self.0)
            .filter(|(_, file)| !file.is_empty())
            .map(|(p, _)| (*p).to_owned())
            .collect()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let place = PATHS.iter().position(|known| *known == path);
        place.map(|place| self.0[place].to_vec()).ok_or_else(|| "not there".to_owned())
    }
}

/// A model, rules and paginators, separated by zeros, are made into a pack or refused.
pub(crate) fn run(input: &[u8]) {
    let mut parts = input.splitn(3, |&byte| byte == 0);
    let files = [(); 3].map(|()| parts.next().unwrap_or_default());
    if let Err(error) = pack::build(&Memory(files), &[], pack::Effort::Quick) {
        drop(error.to_string());
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let model = r#"{"version":"2.0","metadata":{"apiVersion":"2000-01-01","endpointPrefix":"vector",
        "protocol":"rest-json","protocols":["rest-json"],"serviceFullName":"Vector","serviceId":"Vector",
        "signatureVersion":"v4"},"operations":{"Get":{"name":"Get","http":{"method":"GET",
        "requestUri":"/{Name}?acl","responseCode":200},"input":{"shape":"In"},"output":{"shape":"Out"},
        "errors":[{"shape":"Gone"}]}},"shapes":{"In":{"type":"structure","required":["Name"],"members":{
        "Name":{"shape":"Text","location":"uri","locationName":"Name"}}},"Out":{"type":"structure","members":{
        "List":{"shape":"List"},"Map":{"shape":"Map"},"Out":{"shape":"Out"}}},"List":{"type":"list","member":{
        "shape":"Text"},"flattened":true},"Map":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Out"}},
        "Text":{"type":"string","min":1,"max":9,"pattern":"^a+$","enum":["a"]},"Gone":{"type":"structure",
        "members":{"message":{"shape":"Text"}},"error":{"code":"Gone","httpStatusCode":410,"senderFault":true},
        "exception":true}}}"#;
    let rules = r#"{"version":"1.0","parameters":{"Region":{"type":"String","required":true,
        "builtIn":"AWS::Region"}},"rules":[{"conditions":[{"fn":"isSet","argv":[{"ref":"Region"}]}],
        "type":"endpoint","endpoint":{"url":"https://{Region}.test","properties":{},"headers":{}}},
        {"conditions":[],"type":"error","error":"no"}]}"#;
    let paginators = r#"{"pagination":{"Get":{"input_token":"Token","output_token":"Token","result_key":"List"}}}"#;
    vec![[model, rules, paginators].join("\0").into_bytes(), model.as_bytes().to_vec()]
}
