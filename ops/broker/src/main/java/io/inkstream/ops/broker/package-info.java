/** The broker of a quickstart and of the integration tests; nothing here reaches another process's classpath. */
package io.inkstream.ops.broker;
