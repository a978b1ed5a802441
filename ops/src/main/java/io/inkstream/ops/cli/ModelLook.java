package io.inkstream.ops.cli;

import io.inkstream.ops.explore.ExploredHand;
import io.inkstream.ops.explore.Explorer;
import io.inkstream.ops.explore.NamedHand;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that draws a sheet of places in the latent space of a model. */
abstract class ModelLook implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Parameters(
            paramLabel = "NAME:VERSION|BUNDLE",
            description = "A bundle file, or a version published on the cluster.")
    private String model;

    @Option(
            names = "--out",
            paramLabel = "PNG",
            description = "The sheet (default: out/${COMMAND-NAME}.png).",
            defaultValue = "out/${COMMAND-NAME}.png")
    private Path out;

    @Mixin
    private ResultOptions results;

    @Override
    public final Integer call() {
        check();
        try (OpenedModel opened = OpenedModel.open(model, clusterOptions)) {
            look(opened);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        return ExitCodes.DONE;
    }

    /**
     * Checks the flags, before anything is opened.
     *
     * @throws CommandException if they are wrong
     */
    abstract void check();

    /**
     * Draws, writes and prints.
     *
     * @throws IllegalArgumentException if the model cannot do what was asked
     */
    abstract void look(OpenedModel opened);

    final CommandSpec spec() {
        return spec;
    }

    final Path out() {
        return out;
    }

    final boolean isJson() {
        return results.isJson();
    }

    /**
     * The style that is a named hand alone.
     *
     * @throws IllegalArgumentException if the model has no such style, or its letters are a person's own
     */
    static StyleSpec place(OpenedModel opened, NamedHand hand) {
        StyleSpec place = opened.styleOf(hand, hand.style(), "");
        if (!place.exemplars().isEmpty()) {
            throw new IllegalArgumentException("style " + hand.style()
                    + " is written with its person's own letters, which are at no place of the latent space");
        }
        return place;
    }

    /**
     * Draws a text at places that no style has a name for yet, with the same forms of letters as far as hands can have them.
     *
     * @param places styles that are one hand each
     * @param seed chooses the forms
     */
    static List<ExploredHand> draw(OpenedModel opened, List<StyleSpec> places, String text, long seed) {
        List<StyleSpec> numbered = new ArrayList<>();
        for (StyleSpec place : places) {
            numbered.add(named(place, Integer.toString(numbered.size() + 1), ""));
        }
        Explorer explorer = opened.explorer(opened.manifest().withStyles(numbered), text);
        return numbered.stream().map(place -> explorer.draw(place.name(), seed)).toList();
    }

    /**
     * The version of a model that has a place as a style.
     *
     * @param from where the place is, for the description and the provenance
     */
    static ModelBundle keep(OpenedModel opened, KeepAs keeping, StyleSpec place, String from) {
        return keeping.with(opened.bundle(), named(place, keeping.name(), "One hand: " + from + "."), from);
    }

    private static StyleSpec named(StyleSpec place, String name, String description) {
        return new StyleSpec(
                name,
                description,
                place.latent(),
                place.spread(),
                place.slant(),
                place.slantSpread(),
                place.pen(),
                place.gap(),
                place.wordSpace(),
                place.noiseScale(),
                place.traits());
    }

    /**
     * Writes a bundle, if one was made, and the sheet.
     *
     * @throws CommandException if one of them cannot be written
     */
    final void write(BufferedImage sheet, KeepAs keeping, ModelBundle kept) {
        if (kept != null) {
            OutputFiles.write(keeping.bundle(), kept.toBytes());
        }
        OutputFiles.write(out, OutputFiles.png(sheet));
    }

    /** Says what was written, to people. */
    final void printWritten(KeepAs keeping, ModelBundle kept) {
        Printed.lines(spec, "sheet: " + out);
        if (kept != null) {
            Printed.lines(spec, keeping.told(kept.manifest()));
        }
    }

    /** The name of a bundle that was written, for JSON; null if none was. */
    static String fileOf(KeepAs keeping) {
        return keeping == null ? null : keeping.bundle().toString();
    }

    static CommandException wrong(String sentence) {
        return new CommandException(ExitCodes.WRONG_USE, sentence);
    }
}
