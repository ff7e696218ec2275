//! The messages of an Arrow stream one after another.
//!
//! Arrow's own stream reader can also join dictionaries sent in parts, for every type there is; that code alone would be
//! a sixth of the browser's program. Marts are written with whole dictionaries, so this reader needs none of it.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::read_record_batch;
use arrow_ipc::{DictionaryBatch, MetadataVersion};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use super::frame::{broken, next_message};

/// A stream whose schema is read. Its frame must have been checked before batches are asked for.
pub(super) struct Stream<'a> {
    rest: &'a [u8],
    schema: SchemaRef,
    dictionaries: HashMap<i64, ArrayRef>,
}

impl<'a> Stream<'a> {
    /// Reads the first message, the schema.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Stream<'a>, ArrowError> {
        let mut rest = bytes;
        let first = next_message(&mut rest)?.ok_or_else(|| broken("it is empty"))?;
        let schema = first.0.header_as_schema();
        let schema = schema.ok_or_else(|| broken("it does not begin with its schema"))?;
        Ok(Stream {
            rest,
            schema: Arc::new(try_fb_to_schema(schema)?),
            dictionaries: HashMap::new(),
        })
    }

    /// Names and types of the columns.
    pub(super) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The next batch, or none at the end.
    pub(super) fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        while let Some((message, body)) = next_message(&mut self.rest)? {
            if let Some(dictionary) = message.header_as_dictionary_batch() {
                self.keep(dictionary, body, message.version())?;
            } else if let Some(batch) = message.header_as_record_batch() {
                let (schema, known) = (Arc::clone(&self.schema), &self.dictionaries);
                let body = Buffer::from(body);
                return read_record_batch(&body, batch, schema, known, None, &message.version())
                    .map(Some);
            } else {
                return Err(broken("a message is neither a dictionary nor a batch"));
            }
        }
        Ok(None)
    }

    /// Keeps a dictionary for the batches after it. All dictionaries of marts are of text.
    fn keep(
        &mut self,
        dictionary: DictionaryBatch,
        body: &[u8],
        version: MetadataVersion,
    ) -> Result<(), ArrowError> {
        if dictionary.isDelta() {
            return Err(broken("a dictionary comes in parts"));
        }
        let values = dictionary.data();
        let values = values.ok_or_else(|| broken("a dictionary is empty"))?;
        let schema = Arc::new(Schema::new(vec![Field::new("", DataType::Utf8, true)]));
        let body = Buffer::from(body);
        let batch = read_record_batch(&body, values, schema, &HashMap::new(), None, &version)?;
        let values = Arc::clone(batch.column(0));
        self.dictionaries.insert(dictionary.id(), values);
        Ok(())
    }
}
