/** Measures the whole pipeline on this machine: figures to report beside the hardware, never to assert in a test. */
package io.inkstream.ops.bench;
