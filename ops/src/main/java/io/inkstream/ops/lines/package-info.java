/** Makes data sets of lines, and judges a model by what they teach. */
package io.inkstream.ops.lines;
