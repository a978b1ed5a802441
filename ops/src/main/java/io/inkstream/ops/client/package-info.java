/** An Inkstream seen by its user: texts in, lines and dead letters out, through Kafka and nothing else. */
package io.inkstream.ops.client;
