/** Says in an image that a machine drew it, and how. */
package io.inkstream.topology.mark;
