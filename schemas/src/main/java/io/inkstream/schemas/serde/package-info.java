/** A small Avro serde that speaks Confluent's protocols: its wire format, its registry's REST API, its settings' keys. */
package io.inkstream.schemas.serde;
