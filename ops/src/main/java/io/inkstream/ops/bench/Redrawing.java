package io.inkstream.ops.bench;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.replay.LineArtist;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.tokenise.Tokeniser;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Draws lines again from what they say of themselves, with no pipeline at all, and compares their bytes. */
public final class Redrawing {
    private Redrawing() {}

    /**
     * How many of the lines their version draws otherwise.
     *
     * @param networks a bundle with the networks of all versions, which are the same in each
     * @param manifests gives a version's
     */
    public static long differing(ModelBundle networks, Function<ModelId, Manifest> manifests, List<LineImage> lines)
            throws InvalidBundleException {
        Tokeniser tokeniser = new Tokeniser(
                networks.manifest().classes().stream().map(ClassSpec::character).toList());
        Map<String, List<LineImage>> byModel =
                lines.stream().collect(groupingBy(line -> line.getProvenance().getModel(), TreeMap::new, toList()));
        try (Predictor predictor = OnnxPredictor.open(networks, 1)) {
            long differing = 0;
            for (Map.Entry<String, List<LineImage>> ofOne : byModel.entrySet()) {
                String model = ofOne.getKey();
                try (LineArtist artist = new OfflineArtist(predictor, model, manifests.apply(ModelId.parse(model)))) {
                    for (LineImage line : ofOne.getValue()) {
                        differing += isDrawnAlike(artist, line, tokeniser) ? 0 : 1;
                    }
                }
            }
            return differing;
        } catch (LineArtist.NotDrawnException e) {
            throw new IllegalStateException("a line cannot be drawn again", e);
        }
    }

    private static boolean isDrawnAlike(LineArtist artist, LineImage line, Tokeniser tokeniser)
            throws LineArtist.NotDrawnException {
        byte[] png = BufferBytes.of(line.getPng());
        byte[] again = artist.draw(LineRequests.of(line, line.getProvenance().getModel(), tokeniser))
                .png();
        return Arrays.equals(png, OutputFormat.of(line.getProvenance()).withXmpOf(png, again));
    }
}
