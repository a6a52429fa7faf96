//! Numbers, timestamps, blobs and JSON values, with the extremes among them.

use bytes::Bytes;
use proptest::prelude::RngExt;
use proptest::test_runner::TestRng;
use standin_model::{Constraints, Document, Fields, Number, ShapeKind, Timestamp};

use super::text;

const INTEGERS: [i64; 8] = [0, 1, -1, 127, 128, -129, 65_536, -2_147_483_648];
const LONGS: [i64; 6] =
    [i64::MIN, i64::MAX, 4_294_967_296, -4_294_967_297, 9_007_199_254_740_993, 2_147_483_648];
const FLOATS: [f64; 14] = [
    0.0,
    -0.0,
    1.0,
    -1.5e-7,
    0.1,
    0.000_123_456_789_012_345_67,
    1e15,
    123_456_789_012_345_680.0,
    5e-324,
    1.797_693_134_862_315_7e308,
    f64::MIN_POSITIVE,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];
/// In milliseconds since 1970: both ends, both sides of 1970, and both sides of 32 bits.
const MOMENTS: [i64; 10] = [
    -62_135_596_800_000,
    253_402_300_799_999,
    253_402_300_799_000,
    0,
    -1,
    1,
    -1000,
    2_147_483_647_999,
    2_147_483_648_000,
    1_576_540_098_123,
];

/// A value of a scalar kind other than text.
pub(super) fn of(
    kind: &ShapeKind,
    constraints: Option<&Constraints>,
    rng: &mut TestRng,
) -> Document {
    match kind {
        ShapeKind::Boolean => Document::Boolean(rng.random()),
        ShapeKind::Blob => blob(constraints, rng),
        ShapeKind::Timestamp => timestamp(rng),
        ShapeKind::Float | ShapeKind::Double => Document::from(float(constraints, rng)),
        ShapeKind::BigDecimal => Document::from(finite(float(constraints, rng))),
        ShapeKind::Integer => integer(constraints, rng, i64::from(i32::MIN)..=i64::from(i32::MAX)),
        ShapeKind::BigInteger if constraints.is_none() && rng.random_bool(0.3) => {
            let above = u64::from(rng.random::<u32>()) + (1 << 63);
            Document::Number(Number::Text(above.to_string().into()))
        }
        _ => integer(constraints, rng, i64::MIN..=i64::MAX),
    }
}

/// A JSON value.
pub(super) fn document(rng: &mut TestRng, depth: usize) -> Document {
    match rng.random_range(0..if depth == 0 { 5 } else { 8 }) {
        0 => Document::Null,
        1 => Document::Boolean(rng.random()),
        2 => integer(None, rng, i64::MIN..=i64::MAX),
        3 => Document::from(finite(float(None, rng))),
        4 => Document::String(text::hostile(rng)),
        5 => {
            Document::List((0..rng.random_range(0..3)).map(|_| document(rng, depth - 1)).collect())
        }
        _ => {
            let mut fields = Fields::default();
            for _ in 0..rng.random_range(0..3) {
                fields.insert(text::hostile(rng), document(rng, depth - 1));
            }
            Document::Object(fields)
        }
    }
}

fn integer(
    constraints: Option<&Constraints>,
    rng: &mut TestRng,
    range: std::ops::RangeInclusive<i64>,
) -> Document {
    let (least, most) = limits(constraints);
    #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
    let (least, most) =
        ((least.ceil() as i64).max(*range.start()), (most.floor() as i64).min(*range.end()));
    let extreme = match rng.random_range(0..4) {
        0 => least,
        1 => most,
        2 => INTEGERS[rng.random_range(0..INTEGERS.len())],
        _ => LONGS[rng.random_range(0..LONGS.len())],
    };
    Document::from(extreme.clamp(least, most.max(least)))
}

fn float(constraints: Option<&Constraints>, rng: &mut TestRng) -> f64 {
    let value = match rng.random_bool(0.7) {
        true => FLOATS[rng.random_range(0..FLOATS.len())],
        false => (rng.random::<f64>() - 0.5) * 1e6,
    };
    match constraints.filter(|limits| limits.min.is_some() || limits.max.is_some()) {
        // A range holds for numbers, and these are none.
        Some(_) if value.is_nan() => limits(constraints).0.max(0.0),
        Some(_) => value.clamp(limits(constraints).0, limits(constraints).1),
        None => value,
    }
}

fn limits(constraints: Option<&Constraints>) -> (f64, f64) {
    let least = constraints.and_then(|limits| limits.min).unwrap_or(f64::NEG_INFINITY);
    let most = constraints.and_then(|limits| limits.max).unwrap_or(f64::INFINITY);
    (least, most.max(least))
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.5 }
}

fn timestamp(rng: &mut TestRng) -> Document {
    let millis = match rng.random_range(0..4) {
        0 => rng.random_range(MOMENTS[0]..=MOMENTS[1]),
        1 => rng.random_range(MOMENTS[0] / 1000..=MOMENTS[2] / 1000) * 1000,
        _ => MOMENTS[rng.random_range(0..MOMENTS.len())],
    };
    Document::Timestamp(Timestamp::from_millis(millis).expect("between the years 1 and 9999"))
}

fn blob(constraints: Option<&Constraints>, rng: &mut TestRng) -> Document {
    let mut length = [0, 1, 2, 3, 40][rng.random_range(0..5)];
    if let Some(constraints) = constraints {
        let (least, most) = text::lengths(constraints);
        length = length.clamp(least, most.max(least)).min(1024);
    }
    Document::blob((0..length).map(|_| rng.random::<u8>()).collect::<Bytes>())
}
