/** The commands, one class each: they read flags, say what happens, and turn every fault into a sentence and a code. */
package io.inkstream.ops.cli;
