/** Puts the work of many callers together into batches, with a bound on everything that waits. */
package io.inkstream.modelserver.batching;
