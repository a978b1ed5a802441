/**
 * What the benchmarks have in common: what is sent, what is read and counted, and what it was measured on. The benchmarks
 * themselves are in {@code speed}, {@code swaps} and {@code faults}, which do not know each other. Figures are to be reported
 * beside the hardware, never asserted in a test.
 */
package io.inkstream.ops.bench;
