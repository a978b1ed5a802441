package io.inkstream.ops.cli;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.lines.LineFactory;
import io.inkstream.ops.look.LookSheet;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "looks",
        description = {
            "Draws a sheet of what export --look may do to lines: each degradation at three strengths, and each look with",
            "three seeds."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream dataset lines looks --out out/looks.png",
            "  inkstream dataset lines looks --text \"Dear Charles,\" --style neat --seed 7",
        })
final class DatasetLinesLooksCommand implements Callable<Integer> {
    private static final int LINE_WIDTH_PX = 4_096;
    private static final int LONGEST = 40;

    @Mixin
    private BaseOptions base;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "At most 40 characters (default: ${DEFAULT-VALUE}).",
            defaultValue = "Of quick jays, 12 sang.")
    private String text;

    @Option(names = "--style", paramLabel = "NAME", description = "A style of the model (default: its first).")
    private String style;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of the hand, and of the first column (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "PNG",
            description = "The sheet (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/looks.png")
    private Path out;

    @Override
    public Integer call() {
        OpenedModel.checkText(text, LONGEST);
        ModelBundle bundle = base.model();
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            List<GreyImage> drawn = new ArrayList<>();
            new LineFactory(bundle.toBytes(), bundle, predictor)
                    .draw(
                            "looks",
                            TextDocument.newBuilder()
                                    .setText(text)
                                    .setStyle(
                                            style == null
                                                    ? bundle.manifest()
                                                            .styles()
                                                            .get(0)
                                                            .name()
                                                    : style)
                                    .setSeed(seed)
                                    .setLayout(LayoutOptions.newBuilder()
                                            .setLineWidthPx(LINE_WIDTH_PX)
                                            .build())
                                    .build())
                    .forEach(line -> drawn.add(line.pixels()));
            OutputFiles.write(out, OutputFiles.png(LookSheet.draw(drawn.get(0), seed)));
        } catch (InvalidBundleException | IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        results.printFact("sheet", out);
        return ExitCodes.DONE;
    }
}
