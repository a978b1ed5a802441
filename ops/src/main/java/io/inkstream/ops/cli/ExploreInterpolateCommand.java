package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.ops.explore.Animation;
import io.inkstream.ops.explore.ClassEmbeddings;
import io.inkstream.ops.explore.ExploredHand;
import io.inkstream.ops.explore.GlyphStrip;
import io.inkstream.ops.explore.HandSheet;
import io.inkstream.ops.explore.NamedHand;
import io.inkstream.ops.explore.StyleMix;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.style.OnnxNetworks;
import io.inkstream.trainer.style.Walk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "interpolate",
        description = {
            "Walks from one hand of a model to another, or from some characters to others, a row for each step.",
            "A text is drawn as a model server draws it; characters as the generator gives them. Between two characters lie the"
                    + " places between their embeddings: shapes that the model was never asked for."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream explore interpolate trainer/models/inkstream-base-5.zip \\",
            "      --from upright --to slanted",
            "  inkstream explore interpolate trainer/models/inkstream-base-5.zip \\",
            "      --from natural:3 --to natural:8 \\",
            "      --steps 25 --text \"Dear Ada\" --animation out/walk.gif",
            "  inkstream explore interpolate trainer/models/inkstream-base-5.zip \\",
            "      --from neat \\",
            "      --characters aceo5 --into dgbgS --animation out/morph.gif",
            "  inkstream explore interpolate mine-1.zip --from ada --to neat --keep 4 \\",
            "      --as mild --model mine:2 --bundle mine-2.zip",
        })
final class ExploreInterpolateCommand extends ModelLook {
    private static final int MOST_STEPS = 60;
    private static final int MOST_CHARACTERS = 40;
    private static final String TEXT = "The quick brown fox";

    @Option(
            names = "--from",
            required = true,
            paramLabel = "STYLE[:SEED]",
            description = "The hand to begin with; without a seed, that of seed 0.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "STYLE[:SEED]",
            description = "The hand to end with (default: the same; then --into says what changes).")
    private String to;

    @Option(
            names = "--walk",
            paramLabel = "WAY",
            description = {
                "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
                "An arc stays where hands are likely; a line leads nearer to the average."
            },
            defaultValue = "spherical")
    private Walk walk;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description =
                    "Rows of the sheet and pictures of the animation, both ends included (default: ${DEFAULT-VALUE}).",
            defaultValue = "9")
    private int steps;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "The text to write, on one line (default: " + TEXT + ").")
    private String text;

    @Option(
            names = "--characters",
            paramLabel = "WORD",
            description = "Draw these characters, as the generator gives them, in place of a text.")
    private String characters;

    @Option(
            names = "--into",
            paramLabel = "WORD",
            description = "As many characters, which those of --characters turn into one by one.")
    private String into;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Chooses the forms of letters (default: that of the first hand).")
    private Long seed;

    @Option(
            names = "--animation",
            paramLabel = "GIF",
            description = "Write the walk, there and back without an end, as an animated GIF too.")
    private Path animation;

    @Option(
            names = "--frame-ms",
            paramLabel = "MS",
            description = "Milliseconds for each of its pictures (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int frameMs;

    @ArgGroup(exclusive = false)
    private Keeping keeping;

    private static final class Keeping extends KeepAs {
        @Option(
                names = "--keep",
                required = true,
                paramLabel = "ROW",
                description = "Keep the hand of this row of the sheet, counted from 1, as a style in a new version.")
        private int row;
    }

    /** What was drawn and written; the names are fixed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(
            String model,
            String from,
            String to,
            Walk walk,
            String sheet,
            String animation,
            String bundle,
            List<Step> steps) {}

    /**
     * One step.
     *
     * @param at place on the way, 0 to 1
     * @param text what was drawn, if it is a text
     * @param glyphs what was drawn, if it is characters
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Step(double at, ExploredHand text, GlyphStrip.Drawn glyphs) {}

    @Override
    void check() {
        if (steps < 2 || steps > MOST_STEPS) {
            throw wrong("--steps are 2 to " + MOST_STEPS + ", not " + steps);
        }
        if (frameMs < 20 || frameMs > 10_000) {
            throw wrong("--frame-ms is 20 to 10000, not " + frameMs);
        }
        if (to == null && into == null) {
            throw wrong("nothing to walk to: name a hand with --to, or characters with --characters and --into");
        }
        if (into != null && characters == null) {
            throw wrong("--into says what --characters turn into; name both");
        }
        if (text != null && characters != null) {
            throw wrong("give --text or --characters, not both");
        }
        if (characters != null && Math.max(characters.length(), into == null ? 0 : into.length()) > MOST_CHARACTERS) {
            throw wrong("a row has at most " + MOST_CHARACTERS + " characters");
        }
        if (characters != null && characters.isEmpty()) {
            throw wrong("--characters are missing");
        }
        OpenedModel.checkText(text == null ? TEXT : text, Integer.MAX_VALUE);
        if (animation != null && !animation.toString().toLowerCase(Locale.ROOT).endsWith(".gif")) {
            throw wrong("an animation is a GIF: its name ends in .gif, not as " + animation + " does");
        }
        if (keeping != null && to == null) {
            throw wrong("--keep keeps a hand between two; name the other with --to");
        }
        if (keeping != null && (keeping.row < 1 || keeping.row > steps)) {
            throw wrong("--keep is a row of the sheet, 1 to " + steps + ", not " + keeping.row);
        }
    }

    @Override
    void look(OpenedModel opened) {
        Manifest manifest = opened.manifest();
        if (keeping != null) {
            keeping.check(manifest);
        }
        NamedHand first = NamedHand.parse(from, manifest);
        NamedHand last = to == null ? first : NamedHand.parse(to, manifest);
        List<StyleSpec> places = places(opened, first, last);
        long forms = seed == null ? first.seed() : seed;
        List<Step> walked = characters == null ? write(opened, places, forms) : draw(opened, places, forms);
        ModelBundle kept = keeping == null
                ? null
                : keep(
                        opened,
                        keeping,
                        places.get(keeping.row - 1),
                        String.format(
                                Locale.ROOT,
                                "%.3f of the %s walk from %s to %s of %s",
                                at(keeping.row - 1),
                                walk.name().toLowerCase(Locale.ROOT),
                                first,
                                last,
                                manifest.id()));
        List<HandSheet.Row> rows = walked.stream().map(this::row).toList();
        write(HandSheet.ofRows(rows), keeping, kept);
        if (animation != null) {
            OutputFiles.write(
                    animation,
                    Animation.gif(rows.stream().map(HandSheet.Row::picture).toList(), frameMs));
        }
        print(
                new Result(
                        manifest.id().toString(),
                        first.toString(),
                        last.toString(),
                        walk,
                        out().toString(),
                        animation == null ? null : animation.toString(),
                        fileOf(keeping),
                        walked),
                rows,
                kept);
    }

    private List<StyleSpec> places(OpenedModel opened, NamedHand from, NamedHand to) {
        StyleSpec first = place(opened, from);
        StyleSpec last = place(opened, to);
        boolean still = Arrays.equals(first.latent(), last.latent());
        if (still && this.to != null) {
            throw new IllegalArgumentException(
                    from + " and " + to + " are at one place of the latent space: there is no way between them");
        }
        List<StyleSpec> places = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double t = at(i);
            places.add(StyleMix.of(
                    still ? first.latent() : walk.at(first.latent(), last.latent(), t),
                    List.of(first, last),
                    1 - t,
                    t));
        }
        return places;
    }

    private double at(int step) {
        return step / (steps - 1.);
    }

    private List<Step> write(OpenedModel opened, List<StyleSpec> places, long forms) {
        List<Step> walked = new ArrayList<>();
        for (ExploredHand hand : draw(opened, places, text == null ? TEXT : text, forms)) {
            walked.add(new Step(at(walked.size()), hand, null));
        }
        return walked;
    }

    private List<Step> draw(OpenedModel opened, List<StyleSpec> places, long forms) {
        Manifest manifest = opened.manifest();
        int[] begin = GlyphStrip.classesOf(characters, manifest);
        int[] end = into == null ? begin : GlyphStrip.classesOf(into, manifest);
        if (begin.length != end.length) {
            throw new IllegalArgumentException(
                    "--characters and --into are equally many, not " + begin.length + " and " + end.length);
        }
        if (to == null && Arrays.equals(begin, end)) {
            throw new IllegalArgumentException("--characters and --into are the same: nothing changes");
        }
        ClassEmbeddings embeddings = ClassEmbeddings.of(opened.bundle().generatorOnnx());
        List<float[]> between = new ArrayList<>();
        for (int i = 0; i < steps * begin.length; i++) {
            float[] one = embeddings.of(begin[i % begin.length]);
            float[] other = embeddings.of(end[i % begin.length]);
            between.add(Arrays.equals(one, other) ? one : walk.at(one, other, at(i / begin.length)));
        }
        List<Step> walked = new ArrayList<>();
        try (OnnxNetworks networks =
                new OnnxNetworks(embeddings.with(between), opened.bundle().readerOnnx(), manifest.imageSize())) {
            GlyphStrip strip = new GlyphStrip(networks, manifest, forms);
            for (int i = 0; i < steps; i++) {
                int firstOfStep = embeddings.classes() + i * begin.length;
                walked.add(new Step(
                        at(i),
                        null,
                        strip.draw(
                                places.get(i).latent(),
                                places.get(i).noiseScale(),
                                IntStream.range(firstOfStep, firstOfStep + begin.length)
                                        .toArray())));
            }
        }
        return walked;
    }

    private HandSheet.Row row(Step step) {
        return new HandSheet.Row(
                String.format(Locale.ROOT, "%d:  %.2f", Math.round(step.at * (steps - 1)) + 1, step.at),
                step.text == null ? step.glyphs.reading() : step.text.measures(),
                step.text == null ? step.glyphs.picture() : step.text.line());
    }

    private void print(Result result, List<HandSheet.Row> rows, ModelBundle kept) {
        if (isJson()) {
            Printed.json(spec(), result);
            return;
        }
        rows.forEach(row -> Printed.lines(spec(), "step " + row.name() + "  " + row.note()));
        if (animation != null) {
            Printed.lines(spec(), "animation: " + animation);
        }
        printWritten(keeping, kept);
    }
}
