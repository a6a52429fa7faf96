//! The headers of messages, which have types of their own.

use bytes::Bytes;
use standin_model::Timestamp;

use super::FrameError;

/// The value of a message's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderValue {
    /// True or false, two types on the wire.
    Boolean(bool),
    /// 8 bits.
    Byte(i8),
    /// 16 bits.
    Short(i16),
    /// 32 bits.
    Integer(i32),
    /// 64 bits.
    Long(i64),
    /// Bytes, at most 65,535.
    Blob(Bytes),
    /// Text, at most 65,535 bytes.
    String(String),
    /// A point in time, in milliseconds.
    Timestamp(Timestamp),
    /// A UUID.
    Uuid([u8; 16]),
}

impl HeaderValue {
    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Appends the type and the value.
    pub(super) fn encode(&self, out: &mut Vec<u8>) -> Result<(), FrameError> {
        match self {
            Self::Boolean(value) => out.push(u8::from(!*value)),
            Self::Byte(value) => tagged(out, 2, &value.to_be_bytes()),
            Self::Short(value) => tagged(out, 3, &value.to_be_bytes()),
            Self::Integer(value) => tagged(out, 4, &value.to_be_bytes()),
            Self::Long(value) => tagged(out, 5, &value.to_be_bytes()),
            Self::Blob(bytes) => return sized(out, 6, bytes),
            Self::String(text) => return sized(out, 7, text.as_bytes()),
            Self::Timestamp(time) => tagged(out, 8, &time.millis().to_be_bytes()),
            Self::Uuid(bytes) => tagged(out, 9, bytes),
        }
        Ok(())
    }

    /// Reads a type and a value off the front.
    pub(super) fn decode(input: &mut &[u8]) -> Result<Self, FrameError> {
        let [kind] = take_array(input)?;
        Ok(match kind {
            0 => Self::Boolean(true),
            1 => Self::Boolean(false),
            2 => Self::Byte(i8::from_be_bytes(take_array(input)?)),
            3 => Self::Short(i16::from_be_bytes(take_array(input)?)),
            4 => Self::Integer(i32::from_be_bytes(take_array(input)?)),
            5 => Self::Long(i64::from_be_bytes(take_array(input)?)),
            6 => Self::Blob(Bytes::copy_from_slice(take_sized(input)?)),
            7 => Self::String(text(take_sized(input)?)?),
            8 => {
                let millis = i64::from_be_bytes(take_array(input)?);
                Self::Timestamp(Timestamp::from_millis(millis).map_err(|_| FrameError::Header)?)
            }
            9 => Self::Uuid(take_array(input)?),
            _ => return Err(FrameError::Header),
        })
    }
}

/// Takes a count of bytes off the front.
pub(super) fn take<'b>(input: &mut &'b [u8], count: usize) -> Result<&'b [u8], FrameError> {
    let (taken, rest) = input.split_at_checked(count).ok_or(FrameError::Header)?;
    *input = rest;
    Ok(taken)
}

/// Bytes as text.
pub(super) fn text(bytes: &[u8]) -> Result<String, FrameError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| FrameError::Header)
}

fn take_array<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], FrameError> {
    Ok(take(input, N)?.try_into().expect("as many as were taken"))
}

fn take_sized<'b>(input: &mut &'b [u8]) -> Result<&'b [u8], FrameError> {
    let size = u16::from_be_bytes(take_array(input)?);
    take(input, size.into())
}

fn tagged(out: &mut Vec<u8>, kind: u8, value: &[u8]) {
    out.push(kind);
    out.extend_from_slice(value);
}

fn sized(out: &mut Vec<u8>, kind: u8, value: &[u8]) -> Result<(), FrameError> {
    let size = u16::try_from(value.len()).map_err(|_| FrameError::TooLarge)?;
    out.push(kind);
    out.extend_from_slice(&size.to_be_bytes());
    out.extend_from_slice(value);
    Ok(())
}
