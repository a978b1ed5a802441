/** How fast: lines a second, latency and cost of an Inkstream that nobody disturbs. */
package io.inkstream.ops.bench.speed;
