package io.inkstream.ops.bench;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.replay.LineArtist;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.tokenise.Tokeniser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Draws lines again from what they say of themselves, with no pipeline at all, and compares their bytes. */
final class Redrawing {
    private Redrawing() {}

    /** How many of the lines of one model are drawn otherwise. */
    static long differing(ModelBundle model, byte[] file, List<LineImage> lines) throws InvalidBundleException {
        Tokeniser tokeniser = tokeniser(model.manifest());
        try (Predictor predictor = OnnxPredictor.open(model, 1);
                LineArtist artist = new OfflineArtist(predictor, ModelBundle.sha256(file), model.manifest())) {
            long differing = 0;
            for (LineImage line : lines) {
                differing += isDrawnAlike(artist, line, tokeniser) ? 0 : 1;
            }
            return differing;
        } catch (LineArtist.NotDrawnException e) {
            throw new IllegalStateException("a line cannot be drawn again", e);
        }
    }

    /** How many of the lines their version draws otherwise. */
    static long differing(SwapVersions versions, List<LineImage> lines) throws InvalidBundleException {
        Tokeniser tokeniser = tokeniser(versions.manifest(0));
        long differing = 0;
        boolean isShown = false;
        // One network for all: it is the same in each of them.
        try (Predictor predictor = OnnxPredictor.open(versions.version(0).bundle(), 1)) {
            for (List<LineImage> ofOne : byModel(lines).values()) {
                int k = numberOf(ofOne.get(0));
                LineArtist artist = new OfflineArtist(predictor, "version-" + k, versions.manifest(k));
                for (LineImage line : ofOne) {
                    differing += isDrawnAlike(artist, line, tokeniser) ? 0 : 1;
                }
                if (!isShown) {
                    LineArtist other = new OfflineArtist(predictor, "version-" + (k + 1), versions.manifest(k + 1));
                    if (isDrawnAlike(other, ofOne.get(0), tokeniser)) {
                        throw new IllegalStateException("the versions draw alike, so comparing says nothing");
                    }
                    isShown = true;
                }
            }
        } catch (LineArtist.NotDrawnException e) {
            throw new IllegalStateException("a line cannot be drawn again", e);
        }
        return differing;
    }

    private static boolean isDrawnAlike(LineArtist artist, LineImage line, Tokeniser tokeniser)
            throws LineArtist.NotDrawnException {
        byte[] png = new byte[line.getPng().remaining()];
        line.getPng().duplicate().get(png);
        return Arrays.equals(
                png,
                artist.draw(LineRequests.of(line, line.getProvenance().getModel(), tokeniser))
                        .png());
    }

    private static Tokeniser tokeniser(Manifest manifest) {
        return new Tokeniser(
                manifest.classes().stream().map(ClassSpec::character).toList());
    }

    private static Map<String, List<LineImage>> byModel(List<LineImage> lines) {
        Map<String, List<LineImage>> byModel = new TreeMap<>();
        lines.forEach(line -> byModel.computeIfAbsent(line.getProvenance().getModel(), id -> new ArrayList<>())
                .add(line));
        return byModel;
    }

    private static int numberOf(LineImage line) {
        String version = ModelId.parse(line.getProvenance().getModel()).version();
        return Integer.parseInt(version.substring(version.lastIndexOf('-') + 1));
    }
}
