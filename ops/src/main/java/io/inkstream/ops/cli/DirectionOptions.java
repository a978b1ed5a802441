package io.inkstream.ops.cli;

import io.inkstream.trainer.style.OnnxNetworks;
import io.inkstream.trainer.style.StyleDirections;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Flags that say how directions of the latent space are found. */
final class DirectionOptions {
    private static final int MOST_HANDS = 5_000;

    @Option(
            names = "--hands",
            paramLabel = "N",
            description = "Random hands that the directions are fitted to; a third as many more test them"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "300")
    private int hands;

    @Option(
            names = "--directions-seed",
            paramLabel = "S",
            description = "Chooses these hands (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private long seed;

    /** @throws CommandException if there are too few or too many hands */
    void check() {
        if (hands < 6 || hands > MOST_HANDS) {
            throw ModelLook.wrong("--hands are 6 to " + MOST_HANDS + ", not " + hands);
        }
    }

    /**
     * Finds the directions; takes seconds to minutes, and says so.
     *
     * @param networks of the model, open for as long as the directions are used
     * @throws IllegalArgumentException if the hands are too few for latents of the model's size
     */
    StyleDirections find(OpenedModel opened, OnnxNetworks networks, CommandSpec spec) {
        StyleDirections.Config usual = StyleDirections.Config.DEFAULTS;
        Printed.note(
                spec,
                "measuring " + (hands + hands / 3) + " random hands, all "
                        + opened.manifest().classes().size() + " characters of each");
        return StyleDirections.estimate(
                networks,
                opened.manifest(),
                new StyleDirections.Config(hands, hands / 3, usual.draws(), usual.noiseScale(), seed));
    }
}
