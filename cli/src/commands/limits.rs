//! How much a request may ask of the emulator.

use std::time::Duration;

use clap::builder::RangedU64ValueParser as Range;
use standin_gateway::{BodyLimits, ChunkLimits};

/// How much a request may ask of the emulator; more is refused.
#[derive(clap::Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// The most bytes of a request body, also once it is unpacked
    #[arg(long, default_value_t = BodyLimits::BYTES, value_name = "BYTES")]
    body_limit: u64,
    /// The longest silence within a body, in seconds
    #[arg(long, default_value_t = BodyLimits::PAUSE.as_secs(), value_name = "SECONDS")]
    body_pause: u64,
    /// How deep the values of a body may nest, at most 128
    #[arg(
        long,
        default_value_t = BodyLimits::DEPTH,
        value_name = "COUNT",
        value_parser = Range::<usize>::new().range(1..=BodyLimits::DEPTH as u64)
    )]
    depth_limit: usize,
    /// The most bytes of a message in a stream of events, at most those of the default
    #[arg(
        long,
        default_value_t = BodyLimits::EVENT,
        value_name = "BYTES",
        value_parser = Range::<usize>::new().range(16..=BodyLimits::EVENT as u64)
    )]
    event_limit: usize,
    /// The most bytes of a chunk in aws-chunked framing
    #[arg(long, default_value_t = ChunkLimits::default().chunk, value_name = "BYTES")]
    chunk_limit: u64,
    /// The fewest bytes of a signed chunk that is not the last
    #[arg(long, default_value_t = BodyLimits::SIGNED_CHUNK, value_name = "BYTES")]
    chunk_least: u64,
    /// The most bytes of the trailers after a framed body
    #[arg(long, default_value_t = ChunkLimits::default().trailers, value_name = "BYTES")]
    trailer_limit: usize,
}

impl LimitArgs {
    /// The limits that the arguments say.
    pub(crate) fn limits(&self) -> BodyLimits {
        let framing = ChunkLimits {
            chunk: self.chunk_limit,
            least: self.chunk_least,
            trailers: self.trailer_limit,
            ..ChunkLimits::default()
        };
        BodyLimits {
            bytes: self.body_limit,
            pause: Duration::from_secs(self.body_pause),
            framing,
            event: self.event_limit,
            depth: self.depth_limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        limits: LimitArgs,
    }

    fn parsed(line: &str) -> Result<BodyLimits, clap::Error> {
        let words = std::iter::once("serve").chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.limits.limits())
    }

    #[test]
    fn what_is_not_said_is_as_the_gateway_has_it() {
        let (said, default) = (parsed("").expect("nothing"), BodyLimits::default());
        assert_eq!(format!("{said:?}"), format!("{default:?}"));
    }

    #[test]
    fn each_option_is_its_limit() {
        let line = "--body-limit 1 --body-pause 2 --depth-limit 3 --event-limit 16 --chunk-limit 5 \
                    --chunk-least 6 --trailer-limit 7";
        let limits = parsed(line).expect("in range");
        assert_eq!((limits.bytes, limits.pause), (1, Duration::from_secs(2)));
        assert_eq!((limits.depth, limits.event), (3, 16));
        let ChunkLimits { chunk, least, trailers, .. } = limits.framing;
        assert_eq!((chunk, least, trailers), (5, 6, 7));
        for line in ["--depth-limit 0", "--depth-limit 129", "--event-limit 15", "--body-limit -1"]
        {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
