/** Makes PDF files of pages of handwriting. */
package io.inkstream.ops.pdf;
