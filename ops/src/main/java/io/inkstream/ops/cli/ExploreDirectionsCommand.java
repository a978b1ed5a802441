package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.ops.explore.ExploredHand;
import io.inkstream.ops.explore.HandSheet;
import io.inkstream.ops.explore.NamedHand;
import io.inkstream.ops.explore.StyleMix;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.style.Attribute;
import io.inkstream.trainer.style.HandMeasures;
import io.inkstream.trainer.style.OnnxNetworks;
import io.inkstream.trainer.style.StyleDirections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "directions",
        description = {
            "Finds which way a hand becomes more slanted, thicker, wider or rounder, and moves a hand that way.",
            "Random hands are drawn and measured, and the measures regressed on the latents. Each direction leaves the other"
                    + " three attributes alone as far as can be. What is said of it is measured on hands that it was not fitted to."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream explore directions trainer/models/inkstream-base-5.zip",
            "  inkstream explore directions trainer/models/inkstream-base-5.zip \\",
            "      --direction slant --amount 2 --hand neat",
            "  inkstream explore directions trainer/models/inkstream-base-5.zip \\",
            "      --direction thickness --amount -2 \\",
            "      --hand natural:7 --keep --as thin --model mine:2 --bundle mine-2.zip",
        })
final class ExploreDirectionsCommand extends ModelLook {
    private static final double MOST_AMOUNT = 5;
    private static final int TESTED_HANDS = 40;
    /** Of the amount that is asked for. */
    private static final List<Double> PARTS = List.of(-1., -.5, 0., .5, 1.);

    @Option(
            names = "--hand",
            paramLabel = "STYLE[:SEED]",
            description = "The hand to move; without a seed, that of seed 0 (default: the model's first style).")
    private String hand;

    @Option(
            names = "--direction",
            paramLabel = "ATTRIBUTE",
            description = "What to change: ${COMPLETION-CANDIDATES} (default: each).")
    private Attribute direction;

    @Option(
            names = "--amount",
            paramLabel = "X",
            description = "How far to go, in standard deviations between hands (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private double amount;

    @Mixin
    private DirectionOptions directions;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "The text to write, on one line (default: ${DEFAULT-VALUE}).",
            defaultValue = "The quick brown fox jumps over the lazy dog.")
    private String text;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Chooses the forms of letters (default: that of the hand).")
    private Long seed;

    @ArgGroup(exclusive = false)
    private Keeping keeping;

    private static final class Keeping extends KeepAs {
        @Option(
                names = "--keep",
                required = true,
                description = "Keep the hand moved by --amount along --direction as a style in a new version.")
        private boolean wanted;
    }

    /** What was found, drawn and written; the names are fixed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(
            String model, String hand, String sheet, String bundle, List<Told> directions, List<ExploredHand> hands) {}

    /** One direction and what it does to hands that it was not fitted to. */
    private record Told(Attribute attribute, double explained, List<StyleDirections.Effect> effects) {}

    /** @throws CommandException if no hand is so far away */
    static void checkAmount(double amount) {
        if (!(Math.abs(amount) <= MOST_AMOUNT) || amount == 0) {
            throw wrong("--amount is -" + MOST_AMOUNT + " to " + MOST_AMOUNT + " and not 0, not " + amount);
        }
    }

    /** What a hand is called that was moved. */
    static String name(Attribute attribute, double amount) {
        return amount == 0 ? attribute + " as it is" : String.format(Locale.ROOT, "%s %+.1f", attribute, amount);
    }

    @Override
    void check() {
        checkAmount(amount);
        directions.check();
        OpenedModel.checkText(text, Integer.MAX_VALUE);
        if (keeping != null && (direction == null || !keeping.wanted)) {
            throw wrong("--keep keeps a hand that was moved one way; name it with --direction");
        }
    }

    @Override
    void look(OpenedModel opened) {
        Manifest manifest = opened.manifest();
        if (keeping != null) {
            keeping.check(manifest);
        }
        NamedHand named =
                hand == null ? new NamedHand(manifest.styles().get(0).name(), 0) : NamedHand.parse(hand, manifest);
        StyleSpec place = place(opened, named);
        List<Attribute> asked = direction == null ? Arrays.asList(Attribute.values()) : List.of(direction);
        List<Told> told = new ArrayList<>();
        List<StyleSpec> places = new ArrayList<>();
        List<String> names = new ArrayList<>();
        try (OnnxNetworks networks = new OnnxNetworks(opened.bundle())) {
            StyleDirections found = directions.find(opened, networks, spec());
            HandMeasures before = found.measure(place.latent());
            for (Attribute attribute : asked) {
                told.add(new Told(
                        attribute, found.of(attribute).explained(), found.effects(attribute, amounts(), TESTED_HANDS)));
                for (double part : PARTS) {
                    float[] latent = found.moved(place.latent(), Map.of(attribute, part * amount));
                    places.add(StyleMix.moved(place, latent, before, found.measure(latent)));
                    names.add(name(attribute, part * amount));
                }
            }
        }
        List<ExploredHand> drawn = draw(opened, places, text, seed == null ? named.seed() : seed);
        List<HandSheet.Row> rows = new ArrayList<>();
        for (ExploredHand each : drawn) {
            rows.add(new HandSheet.Row(names.get(rows.size()), each.measures(), each.line()));
        }
        ModelBundle kept = keeping == null
                ? null
                : keep(
                        opened,
                        keeping,
                        places.get(places.size() - 1),
                        named + " with " + names.get(names.size() - 1) + " of " + manifest.id());
        write(HandSheet.ofRows(rows), keeping, kept);
        print(
                new Result(manifest.id().toString(), named.toString(), out().toString(), fileOf(keeping), told, drawn),
                kept);
    }

    private List<Double> amounts() {
        return PARTS.stream()
                .filter(part -> part != 0)
                .map(part -> part * amount)
                .toList();
    }

    private void print(Result result, ModelBundle kept) {
        if (isJson()) {
            Printed.json(spec(), result);
            return;
        }
        for (Told told : result.directions) {
            Printed.lines(
                    spec(),
                    String.format(
                            Locale.ROOT,
                            "direction: %s  explains %.0f %% of it (R2 on hands held out)",
                            told.attribute,
                            100 * told.explained));
            told.effects.forEach(effect -> Printed.lines(spec(), sentence(effect)));
        }
        printWritten(keeping, kept);
    }

    private static String sentence(StyleDirections.Effect effect) {
        String changes = Arrays.stream(Attribute.values())
                .map(attribute -> String.format(
                        Locale.ROOT, "%s %+.2f", attribute, effect.change().get(attribute)))
                .collect(Collectors.joining("  "));
        return String.format(
                Locale.ROOT,
                "  %+.1f changes: %s  legibility %+.2f  (+- %.2f between hands)",
                effect.amount(),
                changes,
                effect.legibility(),
                effect.deviation());
    }
}
