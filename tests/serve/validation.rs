//! Inputs that break the constraints of the models.

use super::clients::boto3_with;
use super::{raw, request, serve};

#[test]
fn boto3_is_told_of_broken_constraints() {
    boto3_with("validation.py", &[], &[]);
}

#[test]
fn without_validation_boto3_is_not() {
    boto3_with("validation.py", &["unchecked"], &["--no-validation"]);
}

#[test]
fn a_form_is_answered_in_xml() {
    let served = serve(&[]);
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n\
                   Authorization: AWS4-HMAC-SHA256 Credential=000000000000/20250101/us-east-1/sts/\
                   aws4_request, SignedHeaders=host, Signature=0";
    let form = "Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId=short";
    let answer = raw(&served, &request("POST /", headers, form));
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("<Code>ValidationError</Code>"), "{answer}");
    let message = "1 validation error detected: Value 'short' at 'accessKeyId' failed to satisfy constraint: \
                   Member must have length greater than or equal to 16";
    assert!(answer.contains(&format!("<Message>{message}</Message>")), "{answer}");
}
