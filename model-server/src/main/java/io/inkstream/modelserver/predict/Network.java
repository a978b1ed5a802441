package io.inkstream.modelserver.predict;

import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.List;
import java.util.Map;

/**
 * One of a bundle's networks with nothing left to find out: its steps are known operators whose shapes fit, and what a row
 * costs is bounded.
 *
 * @param steps in the order in which they run
 * @param constants weights by name
 * @param inputs what it is given
 * @param output what it gives
 * @param valuesPerRow numbers that are alive at the same time while a row is computed, at most: what comes in, and what a
 *     step has made that a later one still needs
 */
record Network(List<Step> steps, Map<String, Weights> constants, List<Port> inputs, Port output, long valuesPerRow) {
    /** The extent of the first dimension, which is as many rows as a call has. */
    static final long ROWS = -1;

    /** What a tensor is made of. */
    enum Element {
        FLOAT,
        INT64,
        UINT8,
        INT8,
        INT32
    }

    /** A named tensor; the first extent is {@link #ROWS}. */
    record Port(String name, Element element, List<Long> shape) {
        static Port of(String name, Element element, long... shape) {
            return new Port(
                    name, element, java.util.Arrays.stream(shape).boxed().toList());
        }
    }

    /** Weights; the values are not copied, and not to be written. */
    @SuppressWarnings("ArrayRecordComponent") // megabytes, read once
    record Weights(List<Long> shape, float[] values) {}

    /**
     * One computation on tensors.
     *
     * @param inputs names of inputs, weights or outputs of earlier steps
     */
    record Step(Operator operator, List<String> inputs, List<String> outputs, Attributes attributes) {}

    Network {
        steps = List.copyOf(steps);
        constants = Map.copyOf(constants);
        inputs = List.copyOf(inputs);
    }

    /**
     * Reads a generator.
     *
     * @throws InvalidBundleException if it is not an ONNX model, or not one that draws for this manifest within the bounds
     */
    static Network generator(byte[] onnx, Manifest manifest) throws InvalidBundleException {
        return NetworkParser.parse("generator.onnx", onnx, generatorInputs(manifest), image("ink", manifest));
    }

    /**
     * Reads a generator that convolves in whole numbers of eight bits.
     *
     * @throws InvalidBundleException if it is not an ONNX model, or not one that draws for this manifest within the bounds
     */
    static Network int8Generator(byte[] onnx, Manifest manifest) throws InvalidBundleException {
        return NetworkParser.parseWithWholeNumbers(
                "generator-int8.onnx", onnx, generatorInputs(manifest), image("ink", manifest));
    }

    /**
     * Reads a reader.
     *
     * @throws InvalidBundleException if it is not an ONNX model, or not one that reads for this manifest within the bounds
     */
    static Network reader(byte[] onnx, Manifest manifest) throws InvalidBundleException {
        return NetworkParser.parse(
                "reader.onnx",
                onnx,
                List.of(image("ink", manifest)),
                Port.of("logits", Element.FLOAT, ROWS, manifest.classes().size()));
    }

    /**
     * Fails unless all networks of a bundle are harmless and fit its manifest; for engines that read the files themselves.
     */
    static void check(ModelBundle bundle) throws InvalidBundleException {
        generator(bundle.generatorOnnx(), bundle.manifest());
        reader(bundle.readerOnnx(), bundle.manifest());
        if (bundle.int8GeneratorOnnx() != null) {
            int8Generator(bundle.int8GeneratorOnnx(), bundle.manifest());
        }
    }

    private static List<Port> generatorInputs(Manifest manifest) {
        return List.of(
                Port.of("style", Element.FLOAT, ROWS, manifest.styleSize()),
                Port.of("noise", Element.FLOAT, ROWS, manifest.noiseSize()),
                Port.of("char", Element.INT64, ROWS));
    }

    private static Port image(String name, Manifest manifest) {
        return Port.of(name, Element.FLOAT, ROWS, 1, manifest.imageSize(), manifest.imageSize());
    }
}
