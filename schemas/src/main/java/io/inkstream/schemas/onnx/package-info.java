/** The part of ONNX's file format that networks of bundles use, and how one is written so that it runs fast: trainer and model server share both. */
package io.inkstream.schemas.onnx;
