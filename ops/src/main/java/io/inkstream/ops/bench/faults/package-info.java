/** Whether any line suffers while processes of an Inkstream of two of everything are killed, frozen and lied to. */
package io.inkstream.ops.bench.faults;
