package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lets a bundle in only after its manifest, its networks and a line that it drew were found good. */
public final class VerifyingBundleLoader implements BundleLoader {
    /** Networks and manifests hardly compress: what inflates much further is no bundle but a bomb. */
    private static final int MAX_INFLATION = 4;

    private final PredictorFactory predictors;
    private final Function<Predictor, BatchedGlyphModel> batching;
    private final long maxBundleBytes;
    private final Probe probe = new Probe();
    private final Canary canary = new Canary();

    /** Opens the engine that the settings name. */
    public interface PredictorFactory {
        /**
         * Loads both networks.
         *
         * @throws InvalidBundleException if the engine refuses one of them
         */
        Predictor open(ModelBundle bundle) throws InvalidBundleException;
    }

    /** @param batching puts a predictor behind batchers, and owns it from then on */
    public VerifyingBundleLoader(
            PredictorFactory predictors, Function<Predictor, BatchedGlyphModel> batching, long maxBundleBytes) {
        this.predictors = requireNonNull(predictors, "predictors");
        this.batching = requireNonNull(batching, "batching");
        this.maxBundleBytes = maxBundleBytes;
    }

    @Override
    public Loaded load(Announcement announcement, byte[] bundle, Progress progress) throws RejectedModelException {
        ModelBundle parsed = parse(bundle);
        compare(announcement, parsed.manifest());
        Predictor predictor = open(parsed);
        try {
            progress.reached(VersionState.WARMING);
            probe.check(parsed.manifest(), predictor);
            progress.reached(VersionState.CANARY);
            LoadedModel model = loaded(announcement.sha256(), parsed.manifest(), predictor);
            return new Loaded(model, canary.draw(model));
        } catch (RejectedModelException | RuntimeException | Error e) {
            predictor.close();
            throw e;
        }
    }

    @Override
    public LoadedModel reload(byte[] bundle) throws RejectedModelException {
        ModelBundle parsed = parse(bundle);
        return loaded(ModelBundle.sha256(bundle), parsed.manifest(), open(parsed));
    }

    private ModelBundle parse(byte[] bundle) throws RejectedModelException {
        try {
            return ModelBundle.parse(bundle, MAX_INFLATION * maxBundleBytes);
        } catch (InvalidBundleException e) {
            throw new RejectedModelException(e.getMessage(), e);
        }
    }

    private Predictor open(ModelBundle bundle) throws RejectedModelException {
        try {
            return predictors.open(bundle);
        } catch (InvalidBundleException e) {
            throw new RejectedModelException(e.getMessage(), e);
        }
    }

    private LoadedModel loaded(String sha256, Manifest manifest, Predictor predictor) {
        BatchedGlyphModel glyphs = batching.apply(predictor);
        return new LoadedModel(sha256, manifest, new DrawingModel(sha256, manifest, glyphs), glyphs);
    }

    /** The topology tokenises and lays out by the announcement, this server draws by the manifest: they must say the same. */
    private static void compare(Announcement announcement, Manifest manifest) throws RejectedModelException {
        if (!manifest.id().equals(announcement.id())) {
            throw new RejectedModelException(
                    "the bundle is of " + manifest.id() + ", announced is " + announcement.id());
        }
        String characters =
                manifest.classes().stream().map(ClassSpec::character).collect(Collectors.joining());
        if (!characters.equals(announcement.characters())) {
            throw new RejectedModelException(
                    "the bundle's classes are '" + characters + "', announced are '" + announcement.characters() + "'");
        }
        List<String> styles = manifest.styles().stream().map(StyleSpec::name).toList();
        if (!styles.equals(announcement.styles())) {
            throw new RejectedModelException(
                    "the bundle's styles are " + styles + ", announced are " + announcement.styles());
        }
    }
}
