//! The frame of an Arrow stream: one message after the other, each wholly within the bytes.

use arrow_ipc::{Message, root_as_message};

/// What is wrong with a stream, as the end of a sentence.
pub(super) type Broken = &'static str;

/// Every message starts with this, then its length.
const CONTINUATION: u32 = u32::MAX;

const CUT_OFF: Broken = "it is cut off";

/// The next message and its body, or none at the end mark. Both lie wholly within the bytes.
pub(super) fn next_message<'a>(
    rest: &mut &'a [u8],
) -> Result<Option<(Message<'a>, &'a [u8])>, Broken> {
    if take_u32(rest)? != CONTINUATION {
        return Err("it is no Arrow stream");
    }
    let length = take_u32(rest)? as usize;
    if length == 0 {
        return Ok(None);
    }
    let message =
        root_as_message(take(rest, length)?).map_err(|_| "a message has no readable head")?;
    let body = usize::try_from(message.bodyLength()).map_err(|_| CUT_OFF)?;
    Ok(Some((message, take(rest, body)?)))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Broken> {
    let (taken, left) = rest.split_at_checked(length).ok_or(CUT_OFF)?;
    *rest = left;
    Ok(taken)
}

fn take_u32(rest: &mut &[u8]) -> Result<u32, Broken> {
    let bytes = take(rest, 4)?;
    let bytes: [u8; 4] = bytes.try_into().map_err(|_| CUT_OFF)?;
    Ok(u32::from_le_bytes(bytes))
}
