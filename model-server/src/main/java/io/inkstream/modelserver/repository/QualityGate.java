package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Lets a version pass only if its drawings meet every {@link GateCheck}: a blank, inverted, collapsed, unreadable or
 * mislabelled generator does not, whatever its bundle says of it. For one thread.
 */
final class QualityGate {
    private final ServerReader reader;
    private final GateConfig config;

    QualityGate(ServerReader reader, GateConfig config) {
        this.reader = requireNonNull(reader, "reader");
        this.config = requireNonNull(config, "config");
    }

    /**
     * Judges a version.
     *
     * @param claimed share of drawings that the card says are read as asked
     * @return what was measured, by name
     * @throws RejectedModelException naming everything that speaks against it
     */
    Map<String, Double> judge(Manifest manifest, OptionalDouble claimed, Predictor predictor)
            throws RejectedModelException {
        checkCharacters(manifest);
        GateFigures figures = TrialDrawings.figures(reader, config.get(GateConfig.DRAWS), manifest, claimed, predictor);
        List<String> faults = GateCheck.faults(figures, config);
        if (!faults.isEmpty()) {
            throw new RejectedModelException(String.join("; ", faults));
        }
        return figures.byName();
    }

    private void checkCharacters(Manifest manifest) throws RejectedModelException {
        List<String> has = manifest.classes().stream().map(ClassSpec::character).toList();
        List<String> lacks = Graphemes.split(config.get(GateConfig.REQUIRED_CHARACTERS)).stream()
                .filter(character -> !has.contains(character))
                .toList();
        if (!lacks.isEmpty()) {
            throw new RejectedModelException("it has no classes for " + GateCheck.listed(lacks)
                    + ", which this server demands ("
                    + GateConfig.REQUIRED_CHARACTERS.key() + ")");
        }
    }
}
