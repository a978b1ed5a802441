package io.inkstream.modelserver.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.predict.OnnxBuilder;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.onnx.GraphProto;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.OperatorSetIdProto;
import io.inkstream.schemas.onnx.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Everything that must never serve: what a publisher writes, and the words that it is refused with. */
final class BadModels {
    private static final int NEWER_FORMAT = ModelBundle.FORMAT_VERSION + 1;

    private static final int FLOAT = 1;

    private final ModelBundle shipped;
    private int versions;

    /**
     * One bad model.
     *
     * @param publication what its publisher writes
     * @param isBadByItself whether the bytes of the bundle tell, without announcement and chunks
     * @param end REJECTED, or FAILED where the publisher may still mend it
     * @param words of the reason
     */
    record Row(String name, Publication publication, boolean isBadByItself, VersionState end, String... words) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Records of the topics, ready to be spoilt. */
    static final class Publication {
        final byte[] bundle;
        final ModelAnnouncement announcement;
        final List<ModelChunk> chunks = new ArrayList<>();

        Publication(byte[] bundle, Manifest manifest) {
            this.bundle = bundle;
            announcement = TestBundles.announcement(bundle, manifest, Instant.EPOCH);
            int count = (bundle.length + ChunkBuffer.MAX_CHUNK_BYTES - 1) / ChunkBuffer.MAX_CHUNK_BYTES;
            count = Math.max(count, Math.min(3, bundle.length));
            announcement.setChunkCount(count);
            for (int i = 0; i < count; i++) {
                int from = (int) ((long) bundle.length * i / count);
                int to = (int) ((long) bundle.length * (i + 1) / count);
                chunks.add(new ModelChunk(
                        i,
                        count,
                        announcement.getSha256(),
                        ByteBuffer.wrap(bundle, from, to - from).slice()));
            }
        }

        String id() {
            return announcement.getName() + ":" + announcement.getVersion();
        }

        void to(ModelRepository repository) {
            chunks.forEach(chunk -> repository.chunk(id() + ":" + chunk.getIndex(), chunk));
            repository.announced(id(), announcement);
        }
    }

    BadModels(ModelBundle shipped) {
        this.shipped = shipped;
    }

    Stream<Row> all() {
        return Stream.of(
                // What came is not what was announced.
                failing(
                        "truncated",
                        small(),
                        p -> replace(p, Arrays.copyOf(p.bundle, p.bundle.length / 2)),
                        "has",
                        "bytes, announced are"),
                failing("one bit flipped", small(), p -> replace(p, flipped(p.bundle)), "SHA-256 is", "announced is"),
                failing("announced with a wrong SHA-256", small(), p -> say(p, "0".repeat(64)), "announced is 000000"),
                failing(
                        "chunks of two versions mixed",
                        small(),
                        p -> mix(p, TestBundles.good("other", "1", 8)),
                        "SHA-256 is"),
                failing("a chunk is missing", small(), p -> p.chunks.remove(1), "model-chunks has 2 of its 3 chunks"),
                row("claims a gigabyte", small(), p -> p.announcement.setSizeBytes(1L << 30), "1073741824 bytes"),
                row("announced with other characters", small(), BadModels::swapAnnounced, "announced are 'βα"),
                row(
                        "lies where nothing is fetched from",
                        small(),
                        p -> p.announcement.setLocation("file:/etc/passwd"),
                        "file:/etc/passwd",
                        "model-chunks only"),
                // Whole, and no bundle.
                bytes("a bundle cut in two", b -> Arrays.copyOf(b, b.length / 2), "ZIP"),
                bytes("a bundle with a bit flipped", BadModels::flipped, "generator.onnx"),
                bytes("no bundle at all", b -> "not a model".getBytes(UTF_8), "ZIP"),
                bytes("a ZIP bomb", b -> bomb(), "inflate"),
                format("a newer bundle format", NEWER_FORMAT, "bundle format version " + NEWER_FORMAT, "newer"),
                // A bundle, and networks that may not run.
                generator(
                        "no ONNX at all",
                        onnx -> "not a network".getBytes(UTF_8),
                        "generator.onnx is not an ONNX model"),
                generator("an ONNX bomb", onnx -> doubling(), "values a glyph, allowed are"),
                model(
                        "another opset",
                        m -> m.setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(9)),
                        "is of opset 9"),
                model(
                        "an operator too many",
                        m -> m.getGraphBuilder()
                                .addNode(NodeProto.newBuilder()
                                        .setOpType("NonZero")
                                        .addInput("style")
                                        .addOutput("extra")),
                        "step NonZero",
                        "not an allowed operator"),
                model("weights in another file", m -> outside(m.getGraphBuilder()), "parts that are not allowed"),
                model(
                        "weights that are no numbers",
                        m -> weights(m.getGraphBuilder(), (i, w) -> i == 100 ? Float.NaN : w),
                        "holds NaN"),
                classes(
                        "a class too few",
                        list -> list.remove(list.size() - 1),
                        "expected [n, " + (shipped.manifest().classes().size() - 1) + "]"),
                // Networks that run, and draw what nobody wants.
                generator("always the same drawing", onnx -> flat(), "whatever the noise", "every class alike"),
                model("blank paper", m -> after(m.getGraphBuilder(), "Mul", .01f), "drawings have any stroke"),
                model("white on black", m -> after(m.getGraphBuilder(), "Sub", 1), "white on black"),
                model("random weights", m -> weights(m.getGraphBuilder(), new Noise()), "the server's reader reads"),
                model("collapsed variety", m -> calm(m.getGraphBuilder(), .2f), "the generator repeats itself"),
                classes(
                        "shuffled labels",
                        list -> Collections.shuffle(list, new Random(1)),
                        "as asked or as a look-alike"),
                classes(
                        "two labels swapped",
                        list -> Collections.swap(list, 'b' - '!', '7' - '!'),
                        "hardly ever read as that"));
    }

    /** A good version of the small model. */
    private ModelBundle small() {
        return TestBundles.good("small", Integer.toString(++versions), 7);
    }

    private static Row row(String name, ModelBundle good, Consumer<Publication> spoil, String... words) {
        Publication publication = new Publication(good.toBytes(), good.manifest());
        spoil.accept(publication);
        return new Row(name, publication, false, VersionState.REJECTED, words);
    }

    private static Row failing(String name, ModelBundle good, Consumer<Publication> spoil, String... words) {
        Row row = row(name, good, spoil, words);
        return new Row(name, row.publication(), false, VersionState.FAILED, words);
    }

    private Row bytes(String name, UnaryOperator<byte[]> spoil, String... words) {
        ModelBundle good = small();
        return new Row(
                name,
                new Publication(spoil.apply(good.toBytes()), good.manifest()),
                true,
                VersionState.REJECTED,
                words);
    }

    private Row format(String name, int version, String... words) {
        return of(name, manifest(version, shipped.manifest().classes()), shipped.generatorOnnx(), words);
    }

    private Row classes(String name, Consumer<List<ClassSpec>> spoil, String... words) {
        List<ClassSpec> classes = new ArrayList<>(shipped.manifest().classes());
        spoil.accept(classes);
        return of(name, manifest(1, classes), shipped.generatorOnnx(), words);
    }

    private Row model(String name, Consumer<ModelProto.Builder> spoil, String... words) {
        return generator(
                name,
                onnx -> {
                    try {
                        ModelProto.Builder model = ModelProto.parseFrom(onnx).toBuilder();
                        spoil.accept(model);
                        return model.build().toByteArray();
                    } catch (InvalidProtocolBufferException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                words);
    }

    private Row generator(String name, UnaryOperator<byte[]> spoil, String... words) {
        return of(name, manifest(1, shipped.manifest().classes()), spoil.apply(shipped.generatorOnnx()), words);
    }

    private Row of(String name, Manifest manifest, byte[] generator, String... words) {
        ModelBundle bundle = new ModelBundle(manifest, generator, shipped.readerOnnx(), shipped.card());
        return new Row(name, new Publication(bundle.toBytes(), manifest), true, VersionState.REJECTED, words);
    }

    private Manifest manifest(int format, List<ClassSpec> classes) {
        Manifest m = shipped.manifest();
        return new Manifest(
                format,
                "spoilt",
                Integer.toString(++versions),
                m.parent(),
                m.imageSize(),
                m.styleSize(),
                m.noiseSize(),
                classes,
                m.styles(),
                m.license(),
                m.dataSources(),
                m.provenance());
    }

    // Records ------------------------------------------------------------------------------------------------------

    /** Keeps what was announced, and sends other bytes. */
    private static void replace(Publication publication, byte[] bytes) {
        int count = publication.chunks.size();
        for (int i = 0; i < count; i++) {
            int from = bytes.length * i / count;
            int to = bytes.length * (i + 1) / count;
            publication
                    .chunks
                    .get(i)
                    .setData(ByteBuffer.wrap(bytes, from, to - from).slice());
        }
    }

    private static void say(Publication publication, String sha256) {
        publication.announcement.setSha256(sha256);
        publication.chunks.forEach(chunk -> chunk.setSha256(sha256));
    }

    private static void mix(Publication publication, ModelBundle other) {
        ModelChunk foreign = new Publication(other.toBytes(), other.manifest()).chunks.get(1);
        byte[] data = new byte[publication.chunks.get(1).getData().remaining()];
        foreign.getData().get(data, 0, Math.min(data.length, foreign.getData().remaining()));
        publication.chunks.get(1).setData(ByteBuffer.wrap(data));
    }

    private static void swapAnnounced(Publication publication) {
        List<ClassMetrics> classes = new ArrayList<>(publication.announcement.getClasses());
        Collections.swap(classes, 0, 1);
        publication.announcement.setClasses(classes);
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[flipped.length / 2] ^= 4;
        return flipped;
    }

    private static byte[] bomb() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("manifest.json"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    // Networks -----------------------------------------------------------------------------------------------------

    private interface Spoiler {
        float spoil(int index, float weight);
    }

    /** Weights as large as the trained ones, and no more. */
    private static final class Noise implements Spoiler {
        private final Random random = new Random(5);

        @Override
        public float spoil(int index, float weight) {
            return (float) (.1 * random.nextGaussian());
        }
    }

    private static void weights(GraphProto.Builder graph, Spoiler spoiler) {
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            if (tensor.getDataType() == FLOAT && tensor.getRawData().size() > 1_000) {
                byte[] raw = tensor.getRawData().toByteArray();
                FloatBuffer values =
                        ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
                for (int k = 0; k < values.capacity(); k++) {
                    values.put(k, spoiler.spoil(k, values.get(k)));
                }
                graph.setInitializer(i, tensor.toBuilder().setRawData(ByteString.copyFrom(raw)));
            }
        }
    }

    /** external_data (field 13) and data_location (14), which our part of the format does not know. */
    private static void outside(GraphProto.Builder graph) {
        TensorProto.Builder tensor = graph.getInitializer(0).toBuilder().clearRawData();
        tensor.setUnknownFields(UnknownFieldSet.newBuilder()
                .addField(
                        13,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("../../etc/passwd"))
                                .build())
                .addField(14, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build());
        graph.setInitializer(0, tensor);
    }

    /** Puts one more step behind the ink: {@code value - ink} or {@code value * ink}. */
    private static void after(GraphProto.Builder graph, String operator, float value) {
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int i = 0; i < node.getOutputCount(); i++) {
                if (node.getOutput(i).equals("ink")) {
                    node.setOutput(i, "ink_before");
                }
            }
        }
        graph.addInitializer(scalar("spoiler", value));
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .addInput("spoiler")
                .addInput("ink_before")
                .addOutput("ink"));
    }

    /** Lets the generator see latents nearer to the middle than it is asked for. */
    private static void calm(GraphProto.Builder graph, float factor) {
        List<NodeProto> nodes = new ArrayList<>();
        graph.addInitializer(scalar("calm", factor));
        for (String latent : List.of("style", "noise")) {
            nodes.add(NodeProto.newBuilder()
                    .setOpType("Mul")
                    .addInput(latent)
                    .addInput("calm")
                    .addOutput("calm_" + latent)
                    .build());
        }
        for (NodeProto node : graph.getNodeList()) {
            NodeProto.Builder changed = node.toBuilder();
            for (int i = 0; i < node.getInputCount(); i++) {
                if (node.getInput(i).equals("style") || node.getInput(i).equals("noise")) {
                    changed.setInput(i, "calm_" + node.getInput(i));
                }
            }
            nodes.add(changed.build());
        }
        graph.clearNode().addAllNode(nodes);
    }

    private static TensorProto scalar(String name, float value) {
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.putFloat(0, value);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(FLOAT)
                .addDims(1)
                .setRawData(ByteString.copyFrom(raw.array()))
                .build();
    }

    private byte[] flat() {
        int pixels = shipped.manifest().imageSize() * shipped.manifest().imageSize();
        OnnxBuilder g = inputs();
        String zeros = g.weights(
                new float[shipped.manifest().styleSize() * pixels],
                shipped.manifest().styleSize(),
                pixels);
        return image(g, g.node("Sigmoid", g.node("MatMul", "style", zeros)));
    }

    private byte[] doubling() {
        OnnxBuilder g = inputs();
        String x = "style";
        for (int i = 0; i < 30; i++) {
            x = g.node("Concat", OnnxBuilder.integer("axis", 1), x, x);
        }
        return image(g, x);
    }

    private OnnxBuilder inputs() {
        OnnxBuilder g = new OnnxBuilder(1);
        g.input("style", shipped.manifest().styleSize());
        g.input("noise", shipped.manifest().noiseSize());
        g.indexInput("char");
        return g;
    }

    private byte[] image(OnnxBuilder g, String x) {
        int side = shipped.manifest().imageSize();
        return g.output(g.node("Reshape", x, g.integers(0, 1, side, side)), "ink", 1, side, side)
                .toBytes();
    }
}
