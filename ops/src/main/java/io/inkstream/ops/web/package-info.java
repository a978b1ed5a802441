/** A page to try Inkstream with: a Kafka client like any other, for people with a browser. */
package io.inkstream.ops.web;
