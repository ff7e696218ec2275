//! The frame of an Arrow stream: one message after the other, each wholly within the bytes.

use super::flat::{Head, message};

/// What is wrong with a stream, as the end of a sentence.
pub(super) type Broken = &'static str;

/// Every message starts with this, then its length.
const CONTINUATION: u32 = u32::MAX;

/// What is wrong with a stream that ends before its end mark.
pub(super) const CUT_OFF: Broken = "it is cut off";

/// What comes next in a stream.
pub(super) enum Next<'a> {
    /// A message's head and its body, both wholly within the bytes.
    Message(Head<'a>, &'a [u8]),
    /// The end mark.
    End,
    /// More bytes are needed.
    Incomplete,
}

/// Takes the next message from the bytes, if all of it is there.
pub(super) fn next_message<'a>(rest: &mut &'a [u8]) -> Result<Next<'a>, Broken> {
    let Some((mark, length)) = word(rest, 0).zip(word(rest, 4)) else {
        return Ok(Next::Incomplete);
    };
    if mark != CONTINUATION {
        return Err("it is no Arrow stream");
    }
    let size = length as usize;
    if size == 0 {
        *rest = &rest[8..];
        return Ok(Next::End);
    }
    let Some(bytes) = rest.get(8..).and_then(|rest| rest.get(..size)) else {
        return Ok(Next::Incomplete);
    };
    let (head, body) = message(bytes).ok_or("a message has no readable head")?;
    let body = usize::try_from(body).map_err(|_| CUT_OFF)?;
    let (Some(body), after) = (rest[8 + size..].get(..body), body) else {
        return Ok(Next::Incomplete);
    };
    *rest = &rest[8 + size + after..];
    Ok(Next::Message(head, body))
}

/// Four bytes as a number.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}
