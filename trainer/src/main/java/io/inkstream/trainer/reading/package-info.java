/** Recognisers of single glyphs on Deeplearning4j: stronger than the one that guides the generator, and as servable. */
package io.inkstream.trainer.reading;
