/**
 * From the ink of single glyphs to a line of handwriting: tracing to pen strokes, setting to a line, drawing as pixels or
 * SVG, judging.
 *
 * <p>Pure: everything is a function of its arguments. No Kafka, gRPC, ONNX, files or clock may enter.
 */
package io.inkstream.modelserver.compositing;
