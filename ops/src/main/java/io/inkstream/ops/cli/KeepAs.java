package io.inkstream.ops.cli;

import io.inkstream.ops.explore.KeptHand;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Flags that say as what a hand is kept; a command takes all of them or none. */
abstract class KeepAs {
    @Option(names = "--as", required = true, paramLabel = "NAME", description = "Name of the new style.")
    private String name;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME:VERSION",
            description = "Name and version of the model that has the style.")
    private String model;

    @Option(names = "--bundle", required = true, paramLabel = "FILE", description = "The bundle to write.")
    private Path bundle;

    final String name() {
        return name;
    }

    final Path bundle() {
        return bundle;
    }

    /**
     * Checks what can be checked before the hand is there.
     *
     * @throws IllegalArgumentException if the model cannot have a style of that name, or is no other version
     */
    final void check(Manifest parent) {
        KeptHand.check(parent, name, ModelId.parse(model));
    }

    /**
     * The version of a model that has the hand.
     *
     * @param from where the hand comes from, for the provenance
     * @throws IllegalArgumentException as {@link #check} does
     */
    final ModelBundle with(ModelBundle parent, StyleSpec hand, String from) {
        return KeptHand.add(parent, hand, from, ModelId.parse(model));
    }

    /** What a command says of the bundle that it wrote. */
    final String told(Manifest kept) {
        return "bundle: " + bundle + " is " + kept.id() + " with style " + name;
    }
}
