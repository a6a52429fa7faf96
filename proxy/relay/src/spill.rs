//! Contents of any size: in memory while they are small, then in a file that nobody else can open.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use standin_sigv4::ContentHasher;
use standin_tape::Digest;

use crate::Keep;
use crate::body::Body;
use crate::refusal::Refusal;
use crate::session::random_text;

/// What is larger than this goes to a file. It is written in parts of this size too.
const MEMORY: usize = 1 << 20;

/// What a body's file gives to the network at once.
const PART: usize = 128 << 10;

/// A content that is being written.
pub(crate) struct Spill {
    keep: Keep,
    memory: BytesMut,
    file: Option<Arc<File>>,
    length: u64,
    hasher: ContentHasher,
    failure: Option<io::Error>,
}

/// A content that was written.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A small one.
    Memory(Bytes),
    /// A large one.
    File(Spilled),
}

/// A content in a file, which has no name and so is gone with its last handle, however we end.
#[derive(Clone, Debug)]
pub(crate) struct Spilled {
    file: Arc<File>,
    length: u64,
    hash: String,
}

impl Spill {
    /// Nothing yet. What is not to be kept is hashed only.
    pub(crate) fn new(keep: Keep) -> Self {
        Self {
            keep,
            memory: BytesMut::new(),
            file: None,
            length: 0,
            hasher: ContentHasher::default(),
            failure: None,
        }
    }

    /// Adds some bytes. Where there is no room for them they are hashed only, and [`Spill::finish`] says so.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        if self.failure.is_some() || self.keep == Keep::Nothing {
            return;
        }
        self.memory.extend_from_slice(bytes);
        if self.memory.len() >= MEMORY {
            self.failure = self.flush().await.err();
        }
    }

    /// The SHA-256 of what there is so far, in hex.
    pub(crate) fn hash(&self) -> String {
        self.hasher.clone().hex()
    }

    /// The content.
    pub(crate) async fn finish(mut self) -> io::Result<Content> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if self.file.is_none() {
            return Ok(Content::Memory(self.memory.freeze()));
        }
        self.flush().await?;
        let file = self.file.take().expect("it was looked at just now");
        Ok(Content::File(Spilled { file, length: self.length, hash: self.hasher.hex() }))
    }

    async fn flush(&mut self) -> io::Result<()> {
        let part = std::mem::take(&mut self.memory);
        let file = self.file.clone();
        let (file, part) = blocking(move || {
            let file = file.map_or_else(|| unnamed().map(Arc::new), Ok)?;
            (&*file).write_all(&part)?;
            Ok((file, part))
        })
        .await?;
        self.file = Some(file);
        self.memory = part;
        self.memory.clear();
        Ok(())
    }
}

impl Content {
    /// All of a body.
    pub(crate) async fn of(mut body: Body) -> Result<Self, Refusal> {
        if let Body::Whole(bytes) = body {
            return Ok(Self::Memory(bytes));
        }
        let mut spill = Spill::new(Keep::Exchanges);
        while let Some(part) = body.next().await? {
            spill.write(&part).await;
        }
        Ok(spill.finish().await?)
    }

    /// Its bytes, read whole.
    pub(crate) fn bytes(&self) -> io::Result<Bytes> {
        match self {
            Self::Memory(bytes) => Ok(bytes.clone()),
            Self::File(file) => {
                let mut bytes = Vec::new();
                file.open().read_to_end(&mut bytes)?;
                Ok(bytes.into())
            }
        }
    }

    /// Its SHA-256 in hex.
    pub(crate) fn hash(&self) -> String {
        match self {
            Self::Memory(bytes) => ContentHasher::of(bytes),
            Self::File(file) => file.hash.clone(),
        }
    }

    /// The content as a body.
    pub(crate) fn body(&self) -> Body {
        match self {
            Self::Memory(bytes) => Body::Whole(bytes.clone()),
            Self::File(file) => file.body(),
        }
    }
}

impl Spilled {
    /// The name that the content has as a blob.
    pub(crate) fn digest(&self) -> Digest {
        format!("sha256-{}", self.hash).parse().expect("a SHA-256 in hex")
    }

    /// The length in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// A reader from the beginning; several may read at once.
    pub(crate) fn open(&self) -> impl Read + Send + use<> {
        FileReader { file: Arc::clone(&self.file), at: 0 }
    }

    fn body(&self) -> Body {
        let (pipe, body) = Body::piped(Some(self.length));
        let file = Arc::clone(&self.file);
        tokio::spawn(async move {
            let mut at = 0;
            loop {
                let reader = FileReader { file: Arc::clone(&file), at };
                match blocking(move || read_part(reader)).await {
                    Ok(part) if part.is_empty() => return,
                    Ok(part) => {
                        at += part.len() as u64;
                        if !matches!(pipe.send(part).await, Ok(true)) {
                            return;
                        }
                    }
                    Err(error) => return pipe.give_up(error.to_string()).await,
                }
            }
        });
        body
    }
}

/// Reads a shared file at a place of its own.
struct FileReader {
    file: Arc<File>,
    at: u64,
}

impl Read for FileReader {
    #[cfg(unix)]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = std::os::unix::fs::FileExt::read_at(&*self.file, buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }

    #[cfg(not(unix))]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = &*self.file;
        io::Seek::seek(&mut file, io::SeekFrom::Start(self.at))?;
        let count = file.read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

fn read_part(reader: FileReader) -> io::Result<Bytes> {
    let mut part = Vec::with_capacity(PART);
    reader.take(PART as u64).read_to_end(&mut part)?;
    Ok(part.into())
}

/// Runs what may wait for the disk apart from the tasks that serve connections.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// A file in the temporary folder that only we can read, and that is gone when it is closed.
fn unnamed() -> io::Result<File> {
    let path = std::env::temp_dir().join(format!("standin-body-{}", random_text(16)));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn spilled(parts: usize) -> Content {
        let mut spill = Spill::new(Keep::Exchanges);
        for part in 0..parts {
            let byte = u8::try_from(part % 251).expect("small");
            spill.write(&vec![byte; 100_000]).await;
        }
        spill.finish().await.expect("room in the temporary folder")
    }

    #[tokio::test]
    async fn small_contents_stay_in_memory_and_large_ones_do_not() {
        assert!(matches!(spilled(10).await, Content::Memory(_)));
        let large = spilled(25).await;
        let Content::File(file) = &large else { panic!("2.5 MB is large") };
        assert_eq!(file.length(), 2_500_000);
        let bytes = large.bytes().expect("readable");
        assert_eq!((bytes[0], bytes[2_499_999], bytes.len()), (0, 24, 2_500_000));
        assert_eq!(large.hash(), ContentHasher::of(&bytes));
        assert_eq!(large.body().length(), Some(2_500_000));
        assert_eq!(large.body().collect(3_000_000).await.expect("whole"), bytes);
        assert_eq!(Digest::of(&bytes), file.digest());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_open_the_file() {
        use std::os::unix::fs::MetadataExt as _;
        let about = unnamed().expect("room in the temporary folder").metadata().expect("open");
        assert_eq!((about.mode() & 0o777, about.nlink()), (0o600, 0));
    }
}
