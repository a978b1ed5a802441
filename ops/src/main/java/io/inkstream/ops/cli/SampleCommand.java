package io.inkstream.ops.cli;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "sample",
        description = {
            "Draws raw glyphs of a model for anybody's own measurement: images-idx3-ubyte.gz (28 x 28, upright,",
            "255 is ink) and labels-idx1-ubyte.gz (the character's ASCII code), class after class. Every glyph has a",
            "style and a noise of its own, standard normal as in training. The same model and seed give the same files."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream sample --model trainer/models/inkstream-base-1.zip --per-class 100 --seed 1 --out samples",
            "  inkstream sample --model inkstream-base:1 --per-class 100 --seed 1 --out samples -b broker:9092",
        })
final class SampleCommand implements Callable<Integer> {
    private static final int BATCH = 64;
    private static final int IDX_BYTES_1D = 0x801;
    private static final int IDX_BYTES_3D = 0x803;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME:VERSION|BUNDLE",
            description = "A bundle file, or a version that is announced on the cluster.")
    private String model;

    @Option(
            names = "--per-class",
            paramLabel = "N",
            description = "Glyphs of each class (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int perClass;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "0")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the files go (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/samples")
    private Path out;

    @Override
    public Integer call() throws IOException {
        if (perClass < 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--per-class is at least 1, not " + perClass);
        }
        try {
            ModelBundle bundle = ModelFiles.parse(file());
            try (Predictor predictor =
                    OnnxPredictor.open(bundle, Runtime.getRuntime().availableProcessors())) {
                write(bundle.manifest(), predictor);
            }
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, model + ": " + e.getMessage(), e);
        }
        return ExitCodes.DONE;
    }

    private byte[] file() throws InvalidBundleException {
        if (Files.exists(Path.of(model)) || model.endsWith(".zip")) {
            return InputFiles.bytes(Path.of(model));
        }
        ModelId id;
        try {
            id = ModelId.parse(model);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "there is no bundle file " + model + ", and " + e.getMessage(), e);
        }
        return ModelFiles.fetch(clusterOptions.connect(), id);
    }

    private void write(Manifest manifest, Predictor predictor) throws IOException {
        int side = manifest.imageSize();
        int count = Math.multiplyExact(manifest.classes().size(), perClass);
        Path images = Files.createDirectories(out).resolve("images-idx3-ubyte.gz");
        Path labels = out.resolve("labels-idx1-ubyte.gz");
        Random random = new Random(seed);
        try (DataOutputStream imageFile = gzip(images);
                DataOutputStream labelFile = gzip(labels)) {
            for (int number : new int[] {IDX_BYTES_3D, count, side, side}) {
                imageFile.writeInt(number);
            }
            labelFile.writeInt(IDX_BYTES_1D);
            labelFile.writeInt(count);
            for (int c = 0; c < manifest.classes().size(); c++) {
                int code = manifest.classes().get(c).character().codePointAt(0);
                for (int done = 0; done < perClass; done += BATCH) {
                    int rows = Math.min(BATCH, perClass - done);
                    int[] classes = new int[rows];
                    Arrays.fill(classes, c);
                    float[][] styles = normal(random, rows, manifest.styleSize());
                    float[][] noises = normal(random, rows, manifest.noiseSize());
                    for (float[] ink : predictor.draw(styles, noises, classes)) {
                        imageFile.write(bytes(ink));
                        labelFile.write(code);
                    }
                }
            }
        }
        spec.commandLine().getOut().println("images: " + images + "\nlabels: " + labels + "\ncount: " + count);
        spec.commandLine().getOut().flush();
    }

    private static float[][] normal(Random random, int rows, int columns) {
        float[][] values = new float[rows][columns];
        for (float[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    private static byte[] bytes(float[] ink) {
        byte[] bytes = new byte[ink.length];
        for (int i = 0; i < ink.length; i++) {
            bytes[i] = (byte) Math.round(255 * Math.min(1, Math.max(0, ink[i])));
        }
        return bytes;
    }

    private static DataOutputStream gzip(Path file) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file))));
    }
}
