//! Checks the frame of an Arrow stream before Arrow reads it.
//!
//! Arrow's reader trusts the lengths and offsets in a message: broken ones make it allocate without bound or panic,
//! which in a browser ends the page. Here they become an error.

use arrow_ipc::{Message, RecordBatch, root_as_message};
use arrow_schema::{ArrowError, DataType, Schema};

/// Every message starts with this, then its length.
const CONTINUATION: u32 = u32::MAX;

/// Walks the messages of a stream up to its end mark; all lengths and offsets must lie within the bytes, and fit
/// the types of the schema.
pub(super) fn check(bytes: &[u8], schema: &Schema) -> Result<(), ArrowError> {
    let columns: Vec<&DataType> = schema.fields().iter().map(|f| f.data_type()).collect();
    let mut rest = bytes;
    while let Some((message, body)) = next_message(&mut rest)? {
        check_message(&message, body.len(), &columns)?;
    }
    Ok(())
}

/// The next message and its body, or none at the end mark. Both lie wholly within the bytes.
pub(super) fn next_message<'a>(
    rest: &mut &'a [u8],
) -> Result<Option<(Message<'a>, &'a [u8])>, ArrowError> {
    if take_u32(rest)? != CONTINUATION {
        return Err(broken("it is no Arrow stream"));
    }
    let length = take_u32(rest)? as usize;
    if length == 0 {
        return Ok(None);
    }
    let message = root_as_message(take(rest, length)?)
        .map_err(|_| broken("a message has no readable head"))?;
    let body = usize::try_from(message.bodyLength()).map_err(|_| cut_off())?;
    Ok(Some((message, take(rest, body)?)))
}

fn check_message(message: &Message, body: usize, columns: &[&DataType]) -> Result<(), ArrowError> {
    if let Some(batch) = message.header_as_record_batch() {
        check_batch(&batch, body, columns)?;
    }
    if let Some(dictionary) = message.header_as_dictionary_batch() {
        let batch = dictionary.data();
        let batch = batch.ok_or_else(|| broken("a dictionary is empty"))?;
        check_batch(&batch, body, &[&DataType::Utf8])?;
    }
    Ok(())
}

/// Sizes in bytes of the elements of a column's buffers, after the first, the bits of missing values.
fn element_sizes(data_type: &DataType) -> Result<&'static [usize], ArrowError> {
    Ok(match data_type {
        DataType::Int8 | DataType::UInt8 | DataType::Boolean => &[1],
        DataType::Int16 | DataType::UInt16 => &[2],
        DataType::Int32 | DataType::UInt32 | DataType::Date32 => &[4],
        DataType::Int64 => &[8],
        DataType::Utf8 => &[4, 1],
        DataType::LargeUtf8 => &[8, 1],
        DataType::Dictionary(key, _) => element_sizes(key)?,
        _ => return Err(broken("a column is of a type no mart has")),
    })
}

fn check_batch(batch: &RecordBatch, body: usize, columns: &[&DataType]) -> Result<(), ArrowError> {
    if batch.compression().is_some() {
        return Err(broken("its buffers are compressed"));
    }
    let mut buffers = batch.buffers().into_iter().flatten();
    for column in columns {
        buffers.next();
        for size in element_sizes(column)? {
            let length = buffers.next().map_or(0, |buffer| buffer.length());
            if length % *size as i64 != 0 {
                return Err(broken("a buffer ends within a value"));
            }
        }
    }
    for buffer in batch.buffers().into_iter().flatten() {
        let offset = usize::try_from(buffer.offset()).ok();
        let length = usize::try_from(buffer.length()).ok();
        let end = offset.zip(length).and_then(|(o, l)| o.checked_add(l));
        if end.is_none_or(|end| end > body) {
            return Err(broken("a buffer lies outside of its message"));
        }
    }
    // No array can have more rows than its message has bits.
    let most = body.saturating_mul(8).max(batch.length().max(0) as usize);
    for node in batch.nodes().into_iter().flatten() {
        let rows = usize::try_from(node.length()).ok();
        let nulls = usize::try_from(node.null_count()).ok();
        if rows.is_none_or(|rows| rows > most) || nulls.is_none_or(|n| Some(n) > rows) {
            return Err(broken("an array has an impossible length"));
        }
    }
    Ok(())
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], ArrowError> {
    let (taken, left) = rest.split_at_checked(length).ok_or_else(cut_off)?;
    *rest = left;
    Ok(taken)
}

fn take_u32(rest: &mut &[u8]) -> Result<u32, ArrowError> {
    let bytes = take(rest, 4)?;
    let bytes: [u8; 4] = bytes.try_into().map_err(|_| cut_off())?;
    Ok(u32::from_le_bytes(bytes))
}

fn cut_off() -> ArrowError {
    broken("it is cut off")
}

pub(super) fn broken(what: &str) -> ArrowError {
    ArrowError::IpcError(what.to_owned())
}
