/** Learns to read whole lines: convolutions, a recurrent layer both ways, connectionist temporal classification. */
package io.inkstream.trainer.lines;
