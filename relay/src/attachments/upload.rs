//! One upload: announced to the conversation first, streamed into the bucket, then confirmed.

use std::{cell::Cell, rc::Rc};

use futures_util::{StreamExt as _, stream};
use inbox_protocol::{Refusal, http::Uploaded};
use inbox_types::{
    ConversationId, File, FileId, MediaType, Text,
    limits::{FILE_BYTES, PENDING_FILE_LIFE, UPLOAD_BYTES_OF_CLIENT},
};
use worker::{Bucket, ByteStream, Env, FixedLengthStream, HttpMetadata, Request, Response};

use super::{
    disposition::{disposition, percent_decode},
    sniff::{self, SNIFF_BYTES},
};
use crate::{
    config, limits,
    parse::{self, NumberError},
    platform::{header, random, sql::beyond},
    refuse::Result,
    requests::{call, conversation},
    signed::keys::base32,
    workspace::request::WorkspaceRequest,
};

/// The name of a file in the bucket.
pub(crate) fn key(conversation: &ConversationId, file: &FileId) -> String {
    format!("{conversation}/{file}")
}

/// Receives one file. Bytes are counted for `client`, if there is one: of those that the conversation
/// takes, and only what came of them.
pub(crate) async fn receive(
    request: &mut Request,
    env: &Env,
    caller: conversation::Caller,
    client: Option<&str>,
) -> Result<Response> {
    let bytes = announced(request)?;
    let name = name(request)?;
    let file = File {
        id: format!("f{}", base32(&random::<16>())).parse().map_err(|_| Refusal::Unavailable)?,
        name,
        bytes,
        media: MediaType::Other,
    };
    let conversation = caller.conversation.clone();
    let object = config::conversation(env, &conversation)?;
    // The row comes first: bytes without a row would never be found again.
    let begin = conversation::ConversationRequest::BeginUpload {
        caller: caller.clone(),
        file: file.clone(),
    };
    call::ask::<_, ()>(&object, &begin).await?;
    let n_read = Rc::new(Cell::new(0_u64));
    let stored = async {
        if let Some(client) = client {
            limit_bytes(env, client, bytes).await?;
        }
        let bucket = env.bucket("ATTACHMENTS")?;
        let media = store(request, &bucket, &conversation, &file, &n_read).await?;
        // Rights may have ended meanwhile, or the conversation was erased.
        let finish = conversation::ConversationRequest::FinishUpload {
            caller,
            file: file.id.clone(),
            media,
        };
        call::ask::<_, ()>(&object, &finish).await?;
        Ok(media)
    };
    match stored.await {
        Ok(media) => Ok(Response::from_json(&Uploaded { file: File { media, ..file } })?),
        Err(error) => {
            // First of all nothing may be left behind.
            call::ask::<_, ()>(
                &object,
                &conversation::ConversationRequest::AbandonUpload { file: file.id },
            )
            .await?;
            if let Some(client) = client {
                let lacks = bytes.saturating_sub(n_read.get());
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

fn name(request: &Request) -> Result<Text<255>> {
    let raw = percent_decode(&header(request, "x-file-name")).ok_or(Refusal::Malformed)?;
    // A path is a browser's mistake; control characters are nobody's name.
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|it| !it.is_control()).collect();
    let clean: String = unicode_normalization::UnicodeNormalization::nfc(clean.as_str()).collect();
    let named = Text::cut(&clean).filter(|it| !it.is_blank());
    Ok(named.unwrap_or_else(|| Text::cut("file").expect("four letters")))
}

/// Streams the body into the bucket and counts what came. What it is, is seen on its first bytes.
async fn store(
    request: &mut Request,
    bucket: &Bucket,
    conversation: &ConversationId,
    file: &File,
    n_read: &Rc<Cell<u64>>,
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
    let counted = Rc::clone(n_read);
    let whole = stream::once(async move { Ok(head) }).chain(body).inspect(move |piece| {
        let bytes = piece.as_ref().map_or(0, Vec::len);
        counted.set(counted.get().saturating_add(bytes as u64));
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
        Err(error) if n_read.get() == file.bytes => Err(error.into()),
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
