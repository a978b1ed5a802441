/** Writes lines and what is on them in the formats that readers are trained from. */
package io.inkstream.ops.formats;
