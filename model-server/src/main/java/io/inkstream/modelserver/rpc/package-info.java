/** Answers over gRPC: admission, rendering, listing. */
package io.inkstream.modelserver.rpc;
