/** Whether any line suffers while the serving version changes again and again. */
package io.inkstream.ops.bench.swaps;
