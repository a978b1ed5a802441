/** Redraws a line from the provenance in its image, and compares. */
package io.inkstream.ops.replay;
