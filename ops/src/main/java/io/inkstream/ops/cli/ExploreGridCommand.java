package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.ops.explore.ExploredHand;
import io.inkstream.ops.explore.GridSheet;
import io.inkstream.ops.explore.NamedHand;
import io.inkstream.ops.explore.StyleMix;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.style.Attribute;
import io.inkstream.trainer.style.HandMeasures;
import io.inkstream.trainer.style.Latents;
import io.inkstream.trainer.style.OnnxNetworks;
import io.inkstream.trainer.style.StyleDirections;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "grid",
        description = {
            "Draws a short text all over a part of the latent space: between four hands in the corners, or from one hand along two"
                    + " attributes.",
            "Between corners every place is on an arc; along attributes as explore directions says."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream explore grid trainer/models/inkstream-base-5.zip \\",
            "      --corner upright --corner slanted --corner narrow --corner wide",
            "  inkstream explore grid trainer/models/inkstream-base-5.zip \\",
            "      --hand neat --across slant --down thickness",
            "  inkstream explore grid trainer/models/inkstream-base-5.zip \\",
            "      --hand neat --across width --down roundness \\",
            "      --keep 1,5 --as broad --model mine:2 --bundle mine-2.zip",
        })
final class ExploreGridCommand extends ModelLook {
    private static final int MOST_STEPS = 12;
    private static final int MOST_CHARACTERS = 40;
    private static final Pattern CELL = Pattern.compile("(\\d{1,2}),(\\d{1,2})");

    @Option(
            names = "--corner",
            paramLabel = "STYLE[:SEED]",
            description = "Hands of the corners, four times: top left, top right, bottom left, bottom right.")
    private List<String> corners = new ArrayList<>();

    @Option(
            names = "--hand",
            paramLabel = "STYLE[:SEED]",
            description = "The hand in the middle, in place of corners; without a seed, that of seed 0.")
    private String hand;

    @Option(
            names = "--across",
            paramLabel = "ATTRIBUTE",
            description = "What grows from left to right: ${COMPLETION-CANDIDATES}.")
    private Attribute across;

    @Option(names = "--down", paramLabel = "ATTRIBUTE", description = "What grows from top to bottom, likewise.")
    private Attribute down;

    @Option(
            names = "--amount",
            paramLabel = "X",
            description = "How far the edges are from the middle, in standard deviations between hands"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private double amount;

    @Mixin
    private DirectionOptions directions;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Rows and columns (default: ${DEFAULT-VALUE}).",
            defaultValue = "5")
    private int steps;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "The text to write in each cell (default: ${DEFAULT-VALUE}).",
            defaultValue = "Dear Ada")
    private String text;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Chooses the forms of letters (default: that of the first hand).")
    private Long seed;

    @ArgGroup(exclusive = false)
    private Keeping keeping;

    private static final class Keeping extends KeepAs {
        @Option(
                names = "--keep",
                required = true,
                paramLabel = "ROW,COLUMN",
                description = "Keep the hand of this cell, counted from 1,1, as a style in a new version.")
        private String cell;
    }

    /** What was drawn and written; the names are fixed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(String model, String text, String sheet, String bundle, List<List<ExploredHand>> rows) {}

    /** What is drawn: places row by row, and what they are called. */
    private record Grid(List<StyleSpec> places, GridSheet.Names names, String where, long firstSeed) {}

    @Override
    void check() {
        if (steps < 2 || steps > MOST_STEPS) {
            throw wrong("--steps are 2 to " + MOST_STEPS + ", not " + steps);
        }
        OpenedModel.checkText(text, MOST_CHARACTERS);
        boolean along = hand != null || across != null || down != null;
        if (along != corners.isEmpty()) {
            throw wrong("a grid is between four hands (--corner, four times), or around one"
                    + " (--hand with --across and --down)");
        }
        if (along) {
            if (hand == null || across == null || down == null) {
                throw wrong("--hand, --across and --down go together");
            }
            if (across == down) {
                throw wrong("--across and --down are two attributes, not " + across + " twice");
            }
            ExploreDirectionsCommand.checkAmount(amount);
            directions.check();
        } else if (corners.size() != 4) {
            throw wrong("a grid has four corners, not " + corners.size());
        }
        if (keeping != null) {
            cell();
        }
    }

    /** Index of the cell to keep. */
    private int cell() {
        Matcher cell = CELL.matcher(keeping.cell);
        if (cell.matches()) {
            int row = Integer.parseInt(cell.group(1));
            int column = Integer.parseInt(cell.group(2));
            if (Math.min(row, column) >= 1 && Math.max(row, column) <= steps) {
                return (row - 1) * steps + column - 1;
            }
        }
        throw wrong("--keep is a cell of the grid, 1,1 to " + steps + "," + steps + ", not " + keeping.cell);
    }

    @Override
    void look(OpenedModel opened) {
        Manifest manifest = opened.manifest();
        if (keeping != null) {
            keeping.check(manifest);
        }
        Grid grid = hand == null ? between(opened) : around(opened);
        List<ExploredHand> drawn = draw(opened, grid.places, text, seed == null ? grid.firstSeed : seed);
        List<List<ExploredHand>> cells = IntStream.range(0, steps)
                .mapToObj(row -> drawn.subList(row * steps, (row + 1) * steps))
                .toList();
        ModelBundle kept = keeping == null
                ? null
                : keep(
                        opened,
                        keeping,
                        grid.places.get(cell()),
                        "cell " + keeping.cell + " of " + steps + " x " + steps + " " + grid.where + " of "
                                + manifest.id());
        List<List<GreyImage>> pictures = cells.stream()
                .map(row -> row.stream().map(ExploredHand::line).toList())
                .toList();
        write(GridSheet.draw(pictures, grid.names), keeping, kept);
        if (isJson()) {
            Printed.json(spec(), new Result(manifest.id().toString(), text, out().toString(), fileOf(keeping), cells));
            return;
        }
        for (int i = 0; i < drawn.size(); i++) {
            Printed.lines(
                    spec(),
                    "cell " + (i / steps + 1) + "," + (i % steps + 1) + "  "
                            + drawn.get(i).measures());
        }
        printWritten(keeping, kept);
    }

    private double at(int step) {
        return step / (steps - 1.);
    }

    private Grid between(OpenedModel opened) {
        List<NamedHand> named = corners.stream()
                .map(corner -> NamedHand.parse(corner, opened.manifest()))
                .toList();
        if (new HashSet<>(named).size() < named.size()) {
            throw new IllegalArgumentException("the corners are four hands, not " + named);
        }
        List<StyleSpec> hands =
                named.stream().map(corner -> place(opened, corner)).toList();
        List<StyleSpec> places = new ArrayList<>();
        for (int row = 0; row < steps; row++) {
            double v = at(row);
            for (int column = 0; column < steps; column++) {
                double u = at(column);
                float[] top =
                        Latents.spherical(hands.get(0).latent(), hands.get(1).latent(), u);
                float[] bottom =
                        Latents.spherical(hands.get(2).latent(), hands.get(3).latent(), u);
                places.add(StyleMix.of(
                        Latents.spherical(top, bottom, v), hands, (1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v));
            }
        }
        return new Grid(
                places,
                new GridSheet.Names(
                        ends(named.get(0), named.get(1)),
                        ends(named.get(2), named.get(3)),
                        Collections.nCopies(steps, "")),
                "between " + named,
                named.get(0).seed());
    }

    private List<String> ends(NamedHand left, NamedHand right) {
        List<String> names = new ArrayList<>(Collections.nCopies(steps, ""));
        names.set(0, left.toString());
        names.set(steps - 1, right.toString());
        return names;
    }

    private Grid around(OpenedModel opened) {
        NamedHand named = NamedHand.parse(hand, opened.manifest());
        StyleSpec middle = place(opened, named);
        try (OnnxNetworks networks = new OnnxNetworks(opened.bundle())) {
            StyleDirections found = directions.find(opened, networks, spec());
            HandMeasures before = found.measure(middle.latent());
            List<StyleSpec> places = new ArrayList<>();
            for (int row = 0; row < steps; row++) {
                for (int column = 0; column < steps; column++) {
                    float[] latent = found.moved(middle.latent(), Map.of(across, far(column), down, far(row)));
                    places.add(StyleMix.moved(middle, latent, before, found.measure(latent)));
                }
            }
            return new Grid(
                    places,
                    new GridSheet.Names(names(across), Collections.nCopies(steps, ""), names(down)),
                    "around " + named + " along " + across + " and " + down,
                    named.seed());
        }
    }

    private double far(int step) {
        return amount * (2 * at(step) - 1);
    }

    private List<String> names(Attribute attribute) {
        return IntStream.range(0, steps)
                .mapToObj(step -> ExploreDirectionsCommand.name(attribute, far(step)))
                .toList();
    }
}
