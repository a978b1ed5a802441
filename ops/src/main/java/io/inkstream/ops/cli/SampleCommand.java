package io.inkstream.ops.cli;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.GlyphDrawing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sample",
        description = {
            "Draws raw glyphs of a model for your own measurements.",
            "Writes images-idx3-ubyte.gz (28 x 28, upright, 255 is ink) and labels-idx1-ubyte.gz (the character's ASCII",
            "code), class by class. Every glyph has its own style and noise, standard normal as in training.",
            "The same model and seed give the same files."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream sample --model trainer/models/inkstream-base-5.zip --per-class 100 --seed 1 --out samples",
            "  inkstream sample --model inkstream-base:2 --per-class 100 --seed 1 --out samples -b broker:9092",
        })
final class SampleCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME:VERSION|BUNDLE",
            description = "A bundle file, or a version published on the cluster.")
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

    @Mixin
    private ResultOptions results;

    /** What was drawn; the names are fixed. */
    private record Result(String images, String labels, int count) {}

    @Override
    public Integer call() throws IOException {
        if (perClass < 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--per-class is at least 1, not " + perClass);
        }
        try {
            ModelBundle bundle = ModelFiles.parse(InputFiles.model(model, clusterOptions));
            try (Predictor predictor =
                    OnnxPredictor.open(bundle, Runtime.getRuntime().availableProcessors())) {
                write(bundle.manifest(), predictor);
            }
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, model + ": " + e.getMessage(), e);
        }
        return ExitCodes.DONE;
    }

    private void write(Manifest manifest, Predictor predictor) throws IOException {
        CharacterClasses classes = new CharacterClasses(
                manifest.classes().stream().map(ClassSpec::character).collect(Collectors.joining()));
        GlyphDrawing.write(
                classes,
                new GlyphDrawing.Request(perClass, seed, manifest.styleSize(), manifest.noiseSize(), 1, 1),
                (labels, styles, noises) -> predictor.draw(styles, noises, labels),
                out);
        results.print(
                new Result(
                        out.resolve("images-idx3-ubyte.gz").toString(),
                        out.resolve("labels-idx1-ubyte.gz").toString(),
                        Math.multiplyExact(classes.size(), perClass)),
                result -> {
                    results.say("images: " + result.images());
                    results.say("labels: " + result.labels());
                    results.say("count: " + result.count());
                });
    }
}
