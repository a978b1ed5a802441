/** Runs the networks of a bundle: ONNX Runtime by default, ND4J by choice, both the same drawings. */
package io.inkstream.modelserver.predict;
