package io.inkstream.ops.cli;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.explore.Explorer;
import io.inkstream.ops.explore.NamedHand;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;

/** A model that a command looks at, with all that draws and reads as a model server does. For one thread. */
final class OpenedModel implements AutoCloseable {
    /** More does not fit a sheet; and ONNX Runtime 1.29 kills a process whose command line has some 4,000 characters. */
    private static final int MOST_CHARACTERS = 500;

    private final ModelBundle bundle;
    private final Predictor predictor;
    private final ServerReader reader;

    private OpenedModel(ModelBundle bundle, Predictor predictor, ServerReader reader) {
        this.bundle = bundle;
        this.predictor = predictor;
        this.reader = reader;
    }

    /**
     * Opens the model that an option names: a bundle file, or a version published on the cluster.
     *
     * @throws CommandException if there is none, or it is no whole bundle
     */
    static OpenedModel open(String model, ClusterOptions clusterOptions) {
        try {
            ModelBundle bundle = ModelFiles.parse(InputFiles.model(model, clusterOptions));
            return new OpenedModel(bundle, OnnxPredictor.open(bundle, 1), ServerReader.open());
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, model + ": " + e.getMessage(), e);
        }
    }

    /** @throws CommandException if a sheet cannot hold a text */
    static void checkText(String text, int most) {
        if (text.length() > Math.min(most, MOST_CHARACTERS)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "a text of a sheet has at most " + Math.min(most, MOST_CHARACTERS) + " characters, not "
                            + text.length());
        }
    }

    ModelBundle bundle() {
        return bundle;
    }

    Manifest manifest() {
        return bundle.manifest();
    }

    /**
     * What draws a text in the styles of a version with these networks.
     *
     * @throws IllegalArgumentException if the text has nothing to draw
     */
    Explorer explorer(Manifest version, String text) {
        return new Explorer(artist(version), reader, version.classes(), text);
    }

    /**
     * A hand as a style that is this hand alone.
     *
     * @throws IllegalArgumentException if the model has no such style
     */
    StyleSpec styleOf(NamedHand hand, String name, String description) {
        return artist(manifest()).model().styleOf(hand.style(), hand.seed(), name, description);
    }

    private OfflineArtist artist(Manifest version) {
        return new OfflineArtist(predictor, "explored", version);
    }

    @Override
    public void close() {
        predictor.close();
        reader.close();
    }
}
