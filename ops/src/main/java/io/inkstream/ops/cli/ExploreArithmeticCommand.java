package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.ops.explore.ExploredHand;
import io.inkstream.ops.explore.HandSheet;
import io.inkstream.ops.explore.NamedHand;
import io.inkstream.ops.explore.StyleMix;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.style.Latents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "arithmetic",
        description = {
            "Reckons with hands of a model: what A has and B has not is added to C. The sheet shows A, B, C and A - B + C.",
            "The sum is made as long as the three are on average, for longer latents are none that the generator has seen;"
                    + " slant, pen and spacing are reckoned likewise."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream explore arithmetic trainer/models/inkstream-base-5.zip \\",
            "      --from slanted --minus upright --plus round",
            "  inkstream explore arithmetic trainer/models/inkstream-base-5.zip \\",
            "      --from felt --minus fine --plus natural:7 \\",
            "      --keep --as bold --model mine:2 --bundle mine-2.zip",
        })
final class ExploreArithmeticCommand extends ModelLook {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "STYLE[:SEED]",
            description = "A: the hand that has it; without a seed, that of seed 0.")
    private String from;

    @Option(
            names = "--minus",
            required = true,
            paramLabel = "STYLE[:SEED]",
            description = "B: the hand that has it not.")
    private String minus;

    @Option(
            names = "--plus",
            required = true,
            paramLabel = "STYLE[:SEED]",
            description = "C: the hand that shall have it.")
    private String plus;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "The text to write, on one line (default: ${DEFAULT-VALUE}).",
            defaultValue = "The quick brown fox jumps over the lazy dog.")
    private String text;

    @Option(names = "--seed", paramLabel = "S", description = "Chooses the forms of letters (default: that of C).")
    private Long seed;

    @ArgGroup(exclusive = false)
    private Keeping keeping;

    private static final class Keeping extends KeepAs {
        @Option(names = "--keep", required = true, description = "Keep A - B + C as a style in a new version.")
        private boolean wanted;
    }

    /** What was drawn and written; the names are fixed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(
            String model, String sum, String text, String sheet, String bundle, List<ExploredHand> hands) {}

    @Override
    void check() {
        OpenedModel.checkText(text, Integer.MAX_VALUE);
        if (keeping != null && !keeping.wanted) {
            throw wrong("--as, --model and --bundle go with --keep");
        }
    }

    @Override
    void look(OpenedModel opened) {
        Manifest manifest = opened.manifest();
        if (keeping != null) {
            keeping.check(manifest);
        }
        List<NamedHand> named = Stream.of(from, minus, plus)
                .map(hand -> NamedHand.parse(hand, manifest))
                .toList();
        List<StyleSpec> places =
                new ArrayList<>(named.stream().map(hand -> place(opened, hand)).toList());
        float[] a = places.get(0).latent();
        float[] b = places.get(1).latent();
        if (Arrays.equals(a, b)) {
            throw new IllegalArgumentException(named.get(0) + " and " + named.get(1)
                    + " are at one place of the latent space: there is no difference to add");
        }
        StyleSpec sum = StyleMix.of(Latents.analogy(a, b, places.get(2).latent()), List.copyOf(places), 1, -1, 1);
        places.add(sum);
        String reckoned = named.get(0) + " - " + named.get(1) + " + " + named.get(2);
        List<ExploredHand> drawn =
                draw(opened, places, text, seed == null ? named.get(2).seed() : seed);
        List<HandSheet.Row> rows = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i++) {
            rows.add(new HandSheet.Row(
                    i < named.size() ? "ABC".charAt(i) + "  " + named.get(i) : "A - B + C",
                    drawn.get(i).measures(),
                    drawn.get(i).line()));
        }
        ModelBundle kept = keeping == null ? null : keep(opened, keeping, sum, reckoned + " of " + manifest.id());
        write(HandSheet.ofRows(rows), keeping, kept);
        if (isJson()) {
            Printed.json(
                    spec(),
                    new Result(manifest.id().toString(), reckoned, text, out().toString(), fileOf(keeping), drawn));
            return;
        }
        rows.forEach(row -> Printed.lines(spec(), row.name() + "  " + row.note()));
        printWritten(keeping, kept);
    }
}
