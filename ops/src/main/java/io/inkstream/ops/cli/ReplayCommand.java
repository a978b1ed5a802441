package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.replay.Comparison;
import io.inkstream.ops.replay.LineArtist;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.ops.replay.Redrawn;
import io.inkstream.ops.replay.ServerArtist;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.tokenise.Tokeniser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        description = {
            "Redraws a line from the provenance in its image alone, and compares.",
            "Every line carries its model version, style, seed, layout and place in the document; the same values give the same",
            "image. Asks a running model server, or draws locally from a bundle. Bytes must be equal on the same engine",
            "and processor family; otherwise pixels are compared, and the output says so. Exit code 0 if equal, else 1."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream replay --from-image out/letter-1/line-0003.png",
            "  inkstream replay --from-image 2:1175 --json -b broker:9092 --server model-server-1:50051",
            "  inkstream replay --from-image out/letter-1/line-0003.png --bundle trainer/models/inkstream-base-5.zip",
        })
final class ReplayCommand implements Callable<Integer> {
    private static final Pattern PLACE = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--from-image",
            required = true,
            paramLabel = "FILE|PARTITION:OFFSET",
            description = {
                "A PNG that render or consume saved, its boxes.jsonl beside it,",
                "or the place of a line's record on topic lines."
            })
    private String image;

    @Option(names = "--bundle", paramLabel = "FILE", description = "Draw from this bundle, without cluster or server.")
    private Path bundle;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "The model server's gRPC address (default: ${DEFAULT-VALUE}).",
            defaultValue = "127.0.0.1:50051")
    private String server;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Longest wait for the server's answer (default: ${DEFAULT-VALUE}).",
            defaultValue = "30")
    private long timeoutSeconds;

    @Option(names = "--out", paramLabel = "PNG", description = "Save the redrawn line to this file.")
    private Path out;

    @Mixin
    private ResultOptions results;

    private record By(String predictor, String cpu, String code) {}

    /**
     * What came of it; the names are fixed.
     *
     * @param compared bytes or pixels
     * @param then what drew the image
     * @param now what drew it again
     */
    private record Result(
            String image,
            int line,
            String text,
            String model,
            String sha256,
            boolean equal,
            String compared,
            @JsonProperty("mean_difference") double meanDifference,
            @JsonProperty("max_difference") double maxDifference,
            By then,
            By now,
            List<String> notes) {}

    @Override
    public Integer call() throws IOException {
        LineImage line = line();
        Redrawn again = bundle == null ? byServer(line) : byBundle(line);
        if (out != null) {
            Files.write(out, again.png());
        }
        byte[] png = BufferBytes.of(line.getPng());
        Comparison comparison = Comparison.of(png, line.getProvenance(), again);
        print(line, again, comparison);
        return comparison.isEqual() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private LineImage line() throws IOException {
        Matcher place = PLACE.matcher(image);
        if (place.matches()) {
            try {
                return clusterOptions
                        .connect()
                        .lineAt(Integer.parseInt(place.group(1)), Long.parseLong(place.group(2)))
                        .orElseThrow(() -> new CommandException(
                                ExitCodes.WRONG_USE, "topic lines has no line at " + image + " (any more)"));
            } catch (SerializationException e) {
                throw new CommandException(
                        ExitCodes.WRONG_USE,
                        "what topic lines has at " + image + " is not a line: " + e.getMessage(),
                        e);
            }
        }
        Path file = Path.of(image);
        if (!Files.exists(file)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "no such file: " + image + ", and it is not PARTITION:OFFSET either");
        }
        try {
            return ImageFiles.load(file);
        } catch (IOException e) {
            throw new CommandException(ExitCodes.WRONG_USE, InputFiles.why(file.resolveSibling("boxes.jsonl"), e), e);
        }
    }

    private Redrawn byServer(LineImage line) {
        Cluster cluster = clusterOptions.connect();
        Provenance provenance = line.getProvenance();
        ModelAnnouncement model = Announcements.read(cluster).get(provenance.getModel());
        if (model == null) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    provenance.getModel()
                            + ", which drew the image, is no longer published; publish it again, or name"
                            + " its bundle with --bundle FILE");
        }
        requireSame(provenance, model.getSha256(), provenance.getModel() + " as it is published now");
        try (LineArtist artist = new ServerArtist(server, Duration.ofSeconds(timeoutSeconds))) {
            return draw(
                    artist,
                    line,
                    model.getClasses().stream().map(ClassMetrics::getCharacter).toList());
        }
    }

    private Redrawn byBundle(LineImage line) {
        byte[] file = InputFiles.bytes(bundle);
        try {
            ModelBundle parsed = ModelFiles.parse(file);
            String sha256 = ModelBundle.sha256(file);
            requireSame(line.getProvenance(), sha256, bundle.toString());
            try (Predictor predictor = OnnxPredictor.open(parsed, 1);
                    LineArtist artist = new OfflineArtist(predictor, sha256, parsed.manifest())) {
                return draw(
                        artist,
                        line,
                        parsed.manifest().classes().stream()
                                .map(ClassSpec::character)
                                .toList());
            }
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, bundle + " is not a model bundle: " + e.getMessage(), e);
        }
    }

    private static Redrawn draw(LineArtist artist, LineImage line, List<String> characters) {
        try {
            return artist.draw(LineRequests.of(line, line.getProvenance().getModel(), new Tokeniser(characters)));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        } catch (LineArtist.NotDrawnException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
    }

    private static void requireSame(Provenance provenance, String sha256, String what) {
        if (!provenance.getModelSha256().equals(sha256)) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    what + " is not what drew the image: its SHA-256 is " + sha256 + ", the image names "
                            + provenance.getModelSha256());
        }
    }

    private void print(LineImage line, Redrawn again, Comparison comparison) {
        Provenance then = line.getProvenance();
        if (results.isJson()) {
            Printed.json(
                    spec,
                    new Result(
                            image,
                            line.getIndex(),
                            line.getText(),
                            then.getModel(),
                            then.getModelSha256(),
                            comparison.isEqual(),
                            comparison.compared().name().toLowerCase(Locale.ROOT),
                            comparison.meanDifference(),
                            comparison.maxDifference(),
                            new By(then.getPredictor(), then.getCpuFamily(), then.getCodeVersion()),
                            new By(again.predictor(), again.cpuFamily(), again.codeVersion()),
                            comparison.notes()));
            return;
        }
        comparison.notes().forEach(sentence -> Printed.note(spec, sentence));
        String what = comparison.compared().name().toLowerCase(Locale.ROOT);
        Printed.lines(
                spec,
                (comparison.isEqual() ? "equal: the " + what + " are those of " : "different: the " + what + " of ")
                        + then.getModel() + ", style " + then.getStyle() + ", seed " + then.getSeed() + ", line "
                        + line.getIndex()
                        + (comparison.meanDifference() == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; ink differs by %.4f on average, %.2f at most",
                                        comparison.meanDifference(),
                                        comparison.maxDifference())));
    }
}
