/** Learns to write text, character by character. */
package io.inkstream.trainer.language;
