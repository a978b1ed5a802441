package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.predict.NetworkCost;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Lets a bundle pass only after its manifest, its networks and its drawings were found good. For one thread at a time. */
public final class BundleJudge {
    /** Networks and manifests hardly compress: what inflates much further is no bundle but a bomb. */
    private static final int MAX_INFLATION = 4;
    /** Figure of the card: share of drawings that a reader takes for what was asked. */
    private static final String CLAIM = "accuracy_generated";

    private final PredictorFactory predictors;
    private final long maxBundleBytes;
    private final MemoryBudget memory;
    private final QualityGate gate;
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

    /** Looks at a manifest before anything is made of its bundle. */
    public interface ManifestCheck {
        void check(Manifest manifest) throws RejectedModelException;
    }

    /**
     * A bundle that was found good.
     *
     * @param predictor its networks, for the taker to close
     */
    public record Passed(ModelBundle bundle, Predictor predictor, CanaryReport canary) {}

    /** @param reader reads drawings; not closed here */
    public BundleJudge(
            PredictorFactory predictors,
            ServerReader reader,
            GateConfig config,
            long maxBundleBytes,
            MemoryBudget memory) {
        this.predictors = requireNonNull(predictors, "predictors");
        this.maxBundleBytes = maxBundleBytes;
        this.memory = requireNonNull(memory, "memory");
        gate = new QualityGate(reader, config);
    }

    /**
     * Judges a bundle from its bytes on.
     *
     * @param progress receives WARMING and CANARY
     * @throws RejectedModelException with the reason; nothing stays open then
     * @throws NotNowException if there is not enough memory for it now; nothing stays open then
     */
    public Passed judge(byte[] bundle, ManifestCheck check, BundleLoader.Progress progress)
            throws RejectedModelException {
        ModelBundle parsed = parse(bundle);
        Manifest manifest = parsed.manifest();
        check.check(manifest);
        Predictor predictor = open(parsed);
        try {
            progress.reached(VersionState.WARMING);
            Probe.check(manifest, predictor);
            progress.reached(VersionState.CANARY);
            Map<String, Double> figures = new TreeMap<>(gate.judge(manifest, claim(parsed.card()), predictor));
            CanaryReport line = canary.draw(manifest, predictor);
            figures.putAll(line.figures());
            return new Passed(parsed, predictor, new CanaryReport(figures, line.png()));
        } catch (RejectedModelException | RuntimeException | Error e) {
            predictor.close();
            throw e;
        }
    }

    /** Parses a bundle that was judged before. */
    ModelBundle parse(byte[] bundle) throws RejectedModelException {
        try {
            return ModelBundle.parse(bundle, Math.min(MAX_INFLATION * maxBundleBytes, memory.mostInflatedBytes()));
        } catch (InvalidBundleException e) {
            throw new RejectedModelException(e.getMessage(), e);
        }
    }

    /** Loads the networks of a bundle without looking at what they draw, if there is memory for them. */
    Predictor open(ModelBundle bundle) throws RejectedModelException {
        try {
            memory.check(memory.need(bundle.manifest(), NetworkCost.of(bundle)));
            return predictors.open(bundle);
        } catch (InvalidBundleException e) {
            throw new RejectedModelException(e.getMessage(), e);
        }
    }

    private static OptionalDouble claim(Map<String, Object> card) {
        return card.get(CLAIM) instanceof Number claim
                ? OptionalDouble.of(claim.doubleValue())
                : OptionalDouble.empty();
    }
}
