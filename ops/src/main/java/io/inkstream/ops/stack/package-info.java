/** Processes of a whole Inkstream on one machine: started together, watched, and gone when their parent is. */
package io.inkstream.ops.stack;
