//! One upload: announced to the conversation first, streamed into the bucket, then confirmed.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures_util::{StreamExt as _, stream};
use inbox_protocol::{Refusal, http::Uploaded};
use inbox_types::{
    ClientId, ConversationId, File, FileId, MediaType, Text,
    limits::{FILE_BYTES, PENDING_FILE_LIFE, UPLOAD_BYTES_OF_CLIENT},
};
use sha2::{Digest as _, Sha256};
use worker::{Bucket, ByteStream, Env, FixedLengthStream, HttpMetadata, Request, Response};

use super::{
    disposition::{clean_name, disposition, percent_decode},
    sniff::{self, SNIFF_BYTES},
};
use crate::{
    config, limits,
    parse::{self, NumberError},
    platform::{header, random, sql::beyond},
    refuse::Result,
    requests::{
        call,
        conversation::{Caller, ConversationRequest, Program},
    },
    signed::{keys::base32, secret_mark::SecretMark},
    workspace::request::WorkspaceRequest,
};

/// The name of a file in the bucket.
pub(crate) fn key(conversation: &ConversationId, file: &FileId) -> String {
    format!("{conversation}/{file}")
}

/// Who uploads.
pub(crate) enum Uploader {
    /// A visitor or a member.
    Person(Caller),
    /// The inbox core that the company already has, or whoever has a key of the API.
    Bridge(BridgeUpload),
}

/// What a program says of its upload; a company's own inbox has signed it.
pub(crate) struct BridgeUpload {
    pub(crate) by: Program,
    /// What the company's own inbox has signed it with.
    pub(crate) signed_with: Option<SecretMark>,
    pub(crate) conversation: ConversationId,
    /// Its name for the upload, the same at every attempt.
    pub(crate) id: ClientId,
    /// What the file is called.
    pub(crate) name: String,
    /// The SHA-256 of its bytes, if that is signed and they are not.
    pub(crate) digest: Option<[u8; 32]>,
}

impl Uploader {
    fn conversation(&self) -> &ConversationId {
        match self {
            Self::Person(caller) => &caller.conversation,
            Self::Bridge(it) => &it.conversation,
        }
    }

    fn name(&self, request: &Request) -> Result<Text<255>> {
        match self {
            Self::Person(_) => {
                let raw = percent_decode(&header(request, "x-file-name"));
                Ok(clean_name(&raw.ok_or(Refusal::Malformed)?))
            }
            Self::Bridge(it) => Ok(clean_name(&it.name)),
        }
    }

    fn begins(&self, file: &File) -> ConversationRequest {
        let file = file.clone();
        match self {
            Self::Person(caller) => {
                ConversationRequest::BeginUpload { caller: caller.clone(), file }
            }
            Self::Bridge(it) => {
                let (by, id) = (it.by.clone(), it.id.clone());
                ConversationRequest::BeginBridgeUpload { by, id, file }
            }
        }
    }

    fn finishes(&self, file: FileId, media: MediaType) -> ConversationRequest {
        match self {
            Self::Person(caller) => {
                ConversationRequest::FinishUpload { caller: caller.clone(), file, media }
            }
            Self::Bridge(it) => {
                let BridgeUpload { by, signed_with, id, .. } = it;
                let (by, signed_with, id) = (by.clone(), signed_with.clone(), id.clone());
                ConversationRequest::FinishBridgeUpload { by, signed_with, id, file, media }
            }
        }
    }
}

/// What came of an upload so far.
#[derive(Clone, Default)]
struct Progress {
    n_read: Rc<Cell<u64>>,
    /// The digest of what came, if whoever uploads has said what it is to be.
    digest: Option<Rc<RefCell<Sha256>>>,
}

impl Progress {
    fn of(uploader: &Uploader) -> Self {
        let digest = match uploader {
            Uploader::Person(_) => None,
            Uploader::Bridge(it) => it.digest.map(|_| Rc::default()),
        };
        Self { digest, ..Self::default() }
    }

    fn count(&self, piece: &[u8]) {
        self.n_read.set(self.n_read.get().saturating_add(piece.len() as u64));
        if let Some(digest) = &self.digest {
            digest.borrow_mut().update(piece);
        }
    }

    /// Whether what came is what was signed.
    fn is_signed(&self, uploader: &Uploader) -> bool {
        let signed = match uploader {
            Uploader::Person(_) => None,
            Uploader::Bridge(it) => it.digest,
        };
        let came = self.digest.as_ref().map(|it| it.borrow().clone().finalize());
        signed.is_none_or(|it| came.is_some_and(|came| came.as_slice() == it))
    }
}

/// Receives one file. Bytes are counted for `client`, if there is one: of those that the conversation
/// takes, and only what came of them.
pub(crate) async fn receive(
    request: &mut Request,
    env: &Env,
    uploader: Uploader,
    client: Option<&str>,
) -> Result<Response> {
    let bytes = announced(request)?;
    let name = uploader.name(request)?;
    let file = File {
        id: format!("f{}", base32(&random::<16>())).parse().map_err(|_| Refusal::Unavailable)?,
        name,
        bytes,
        media: MediaType::Other,
    };
    let conversation = uploader.conversation().clone();
    let object = config::conversation(env, &conversation)?;
    // The row comes first: bytes without a row would never be found again.
    let first: Option<File> = call::ask(&object, &uploader.begins(&file)).await?;
    if let Some(file) = first {
        return Ok(Response::from_json(&Uploaded { file })?);
    }
    let progress = Progress::of(&uploader);
    let stored = async {
        if let Some(client) = client {
            limit_bytes(env, client, bytes).await?;
        }
        let bucket = env.bucket("ATTACHMENTS")?;
        let media = store(request, &bucket, &conversation, &file, &progress).await?;
        if !progress.is_signed(&uploader) {
            return Err(Refusal::Unauthorized.into());
        }
        // Rights may have ended meanwhile, or the conversation was erased.
        let finishes = uploader.finishes(file.id.clone(), media);
        let kept: Option<File> = call::ask(&object, &finishes).await?;
        Ok(kept.unwrap_or_else(|| File { media, ..file.clone() }))
    };
    match stored.await {
        Ok(file) => Ok(Response::from_json(&Uploaded { file })?),
        Err(error) => {
            // First of all nothing may be left behind.
            call::ask::<_, ()>(&object, &ConversationRequest::AbandonUpload { file: file.id })
                .await?;
            if let Some(client) = client {
                let lacks = bytes.saturating_sub(progress.n_read.get());
                give_back_bytes(env, client, lacks).await?;
            }
            Err(error)
        }
    }
}

/// The length that the browser announced; nothing longer is read.
fn announced(request: &Request) -> Result<u64> {
    match parse::whole_number(&header(request, "content-length"), FILE_BYTES) {
        Ok(0) => Err(Refusal::Empty.into()),
        Ok(bytes) => Ok(bytes),
        Err(NumberError::TooLarge) => Err(Refusal::FileTooLarge.into()),
        Err(NumberError::NotOne) => Err(Refusal::Malformed.into()),
    }
}

/// Streams the body into the bucket and counts what came. What it is, is seen on its first bytes.
async fn store(
    request: &mut Request,
    bucket: &Bucket,
    conversation: &ConversationId,
    file: &File,
    progress: &Progress,
) -> Result<MediaType> {
    let mut body: ByteStream = request.stream()?;
    let mut head = Vec::new();
    while head.len() < SNIFF_BYTES {
        match body.next().await {
            Some(chunk) => head.extend(chunk.map_err(|_| Refusal::Malformed)?),
            None => break,
        }
    }
    let media = sniff::sniff(&head);
    let counted = progress.clone();
    let whole = stream::once(async move { Ok(head) }).chain(body).inspect(move |piece| {
        if let Ok(piece) = piece {
            counted.count(piece);
        }
    });
    let whole = FixedLengthStream::wrap(whole, file.bytes);
    let (key, content_type) = (key(conversation, &file.id), sniff::content_type(media));
    let shown_as = disposition(media, file.name.as_str());
    limits::stored_file(&key, &[content_type, &shown_as]).map_err(beyond)?;
    let metadata = HttpMetadata {
        content_type: Some(content_type.to_owned()),
        content_disposition: Some(shown_as),
        ..HttpMetadata::default()
    };
    let put = bucket.put(key, whole).http_metadata(metadata);
    match put.execute().await {
        Ok(_) => Ok(media),
        // All of it came, so it is not the browser's fault.
        Err(error) if progress.n_read.get() == file.bytes => Err(error.into()),
        // Fewer or more bytes than announced, or the browser went away.
        Err(error) => {
            worker::console_log!("upload was not stored: {error}");
            Err(Refusal::Malformed.into())
        }
    }
}

/// Lets a visitor's upload through, if there were not too many bytes from there already. What was
/// uploaded and never sent is swept after the same span, so this bounds what waits as well. Whatever
/// does not come is to be given back.
async fn limit_bytes(env: &Env, client: &str, bytes: u64) -> Result<()> {
    let ask = WorkspaceRequest::Count {
        key: bytes_of(client),
        amount: bytes,
        limit: UPLOAD_BYTES_OF_CLIENT,
        span: PENDING_FILE_LIFE,
    };
    call::ask::<_, ()>(&config::workspace(env)?, &ask).await
}

/// Of what was counted, so many bytes did not come: announcing alone uses up nothing.
async fn give_back_bytes(env: &Env, client: &str, bytes: u64) -> Result<()> {
    let ask = WorkspaceRequest::Uncount { key: bytes_of(client), amount: bytes };
    call::ask::<_, ()>(&config::workspace(env)?, &ask).await
}

fn bytes_of(client: &str) -> String {
    format!("upload/{client}")
}
