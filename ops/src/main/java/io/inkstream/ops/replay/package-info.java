/** Draws a line again from nothing but what its image says of itself, and compares. */
package io.inkstream.ops.replay;
