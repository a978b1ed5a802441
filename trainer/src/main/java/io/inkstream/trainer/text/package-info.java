/** Texts to write: sentences of a corpus. */
package io.inkstream.trainer.text;
