/** What operators ask of a deployment: its topics, its dead letters, its health, and a beginning from the start. */
package io.inkstream.ops.admin;
