//! Properties of the decoder of framing: no split shows, what was framed comes back, no bytes cost more than a line.

use proptest::prelude::*;

use crate::{ChunkDecoder, ChunkHead, ChunkLimits, ChunkedError, Piece, Trailer, decode_chunked};

/// All that a decoder said of a body, payload joined.
#[derive(Debug, Default, PartialEq)]
struct Read {
    chunks: Vec<(ChunkHead, Vec<u8>)>,
    trailers: Vec<Trailer>,
    error: Option<ChunkedError>,
}

/// Small limits, so that bodies of tests reach them.
const LIMITS: ChunkLimits =
    ChunkLimits { head: 24, chunk: 40, least: 0, trailers: 48, trailer_count: 3 };

fn read(body: &[u8], cuts: &[usize], announced: Option<u64>) -> Read {
    let mut decoder = ChunkDecoder::new(LIMITS, announced);
    let mut read = Read::default();
    let mut from = 0;
    for to in cuts.iter().copied().chain([body.len()]) {
        let mut input = &body[from..to];
        read.error = push(&mut decoder, &mut input, &mut read).err();
        if read.error.is_some() {
            assert_eq!(
                decoder.next(&mut &b"0\r\n\r\n"[..]).err(),
                read.error,
                "an error is for good"
            );
            return read;
        }
        assert!(input.is_empty(), "all input is used up");
        from = to;
    }
    read.error = decoder.finish().err();
    read
}

fn push(
    decoder: &mut ChunkDecoder,
    input: &mut &[u8],
    read: &mut Read,
) -> Result<(), ChunkedError> {
    while let Some(piece) = decoder.next(input)? {
        match piece {
            Piece::Chunk(head) => read.chunks.push((head, Vec::new())),
            Piece::Data(data) => {
                assert!(!data.is_empty(), "no piece is empty");
                read.chunks.last_mut().expect("a chunk").1.extend_from_slice(data);
            }
            Piece::Trailer(trailer) => read.trailers.push(trailer),
        }
    }
    Ok(())
}

/// The end of a chunk's first line where it is signed.
const SIGNED: &str = ";chunk-signature=SIG";

/// Frames a payload; `mark` ends the first line of each chunk.
fn framed(chunks: &[Vec<u8>], trailers: &[(String, String)], mark: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in chunks {
        body.extend(format!("{:x}{mark}\r\n", chunk.len()).into_bytes());
        body.extend_from_slice(chunk);
        body.extend(b"\r\n");
    }
    body.extend(format!("0{mark}\r\n").into_bytes());
    for (name, value) in trailers {
        body.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    body.extend(b"\r\n");
    body
}

fn cuts(length: usize, places: &[prop::sample::Index]) -> Vec<usize> {
    let mut cuts: Vec<usize> = places.iter().map(|place| place.index(length + 1)).collect();
    cuts.sort_unstable();
    cuts
}

fn places() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..12)
}

fn chunks() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..6)
}

fn trailers() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec(("x-[a-z]{1,4}", "[A-Za-z0-9/=]{0,6}"), 0..4)
}

proptest! {
    #[test]
    fn only_the_last_chunk_may_be_small(
        chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 0..5),
        least in 0..40_u64,
        part in 1_usize..60,
    ) {
        let limits = ChunkLimits { least, ..LIMITS };
        let mut decoder = ChunkDecoder::new(limits, None);
        let (mut starts, mut at) = (Vec::new(), 0);
        for chunk in &chunks {
            starts.push((at, chunk.len() as u64));
            at += (format!("{:x}", chunk.len()).len() + chunk.len() + 4) as u64;
        }
        let others = starts.split_last().map_or(&[][..], |(_, others)| others);
        let small = others.iter().find(|(_, size)| *size < least);
        let mut read = Read::default();
        let body = framed(&chunks, &[], "");
        let mut parts = body.chunks(part);
        let outcome = parts.try_for_each(|mut part| push(&mut decoder, &mut part, &mut read));
        let expected = small.map_or(Ok(()), |(at, _)| Err(ChunkedError::ChunkTooSmall(*at)));
        prop_assert_eq!(outcome, expected);
        prop_assert_eq!(decoder.finish(), expected);
    }

    #[test]
    fn what_was_framed_comes_back_however_it_is_cut(
        chunks in chunks(),
        trailers in trailers(),
        mark in prop_oneof![Just(""), Just(SIGNED)],
        places in places(),
    ) {
        let body = framed(&chunks, &trailers, mark);
        let length: usize = chunks.iter().map(Vec::len).sum();
        let read = read(&body, &cuts(body.len(), &places), Some(length as u64));
        prop_assert_eq!(read.error, None);
        let (heads, data): (Vec<_>, Vec<_>) = read.chunks.into_iter().unzip();
        prop_assert_eq!(&data[..chunks.len()], &chunks[..]);
        prop_assert_eq!(heads.len(), chunks.len() + 1);
        for head in heads {
            let index = |at: u64| usize::try_from(at).expect("a place in memory");
            let found = head.signature.map(|place| &body[index(place.start)..index(place.end)]);
            prop_assert_eq!(found, (mark == SIGNED).then_some(&b"SIG"[..]));
        }
        let found = read.trailers.into_iter().map(|trailer| (trailer.name, trailer.value));
        prop_assert_eq!(found.collect::<Vec<_>>(), trailers);
        prop_assert_eq!(decode_chunked(&body, None).expect("readable").payload, chunks.concat());
    }

    #[test]
    fn no_cut_changes_what_is_read_of_a_broken_body(
        chunks in chunks(),
        trailers in trailers(),
        at in any::<prop::sample::Index>(),
        with in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'0'), Just(b';')], 0..3),
        remove in 0_usize..3,
        places in places(),
        announced in prop::option::of(0_u64..120),
    ) {
        let mut body = framed(&chunks, &trailers, "");
        let at = at.index(body.len());
        let end = (at + remove).min(body.len());
        body.splice(at..end, with);
        let whole = read(&body, &[], announced);
        prop_assert_eq!(read(&body, &cuts(body.len(), &places), announced), whole);
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200), places in places()) {
        let whole = read(&body, &[], None);
        prop_assert_eq!(read(&body, &cuts(body.len(), &places), None), whole);
    }

    #[test]
    fn no_line_is_held_beyond_its_limit(
        start in prop_oneof![Just(&b""[..]), Just(&b"1\r\nx\r\n"[..]), Just(&b"0\r\n"[..])],
        part in prop::collection::vec(b' '..b'~', 1..10),
    ) {
        let mut decoder = ChunkDecoder::new(LIMITS, None);
        let mut read = Read::default();
        push(&mut decoder, &mut &start[..], &mut read).expect("a good beginning");
        let most = 1 + LIMITS.trailers / part.len();
        let refused = (0..=most).any(|_| push(&mut decoder, &mut &part[..], &mut read).is_err());
        prop_assert!(refused, "a line without end is refused");
    }
}
