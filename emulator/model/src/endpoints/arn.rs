//! ARNs as endpoint rules see them.

use super::Value;

/// The parts of an ARN, or nothing where the text is not one.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut parts = text.splitn(6, ':');
    let scheme = parts.next()?;
    let (partition, service) = (parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    if scheme != "arn" || partition.is_empty() || service.is_empty() || resource.is_empty() {
        return None;
    }
    let resource = resource.split([':', '/']).map(Value::from).collect();
    Some(Value::Object(vec![
        ("partition".into(), partition.into()),
        ("service".into(), service.into()),
        ("region".into(), region.into()),
        ("accountId".into(), account.into()),
        ("resourceId".into(), Value::List(resource)),
    ]))
}
