package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes models of bundles that a {@link BundleJudge} lets pass and that are what was announced. */
public final class VerifyingBundleLoader implements BundleLoader {
    private final BundleJudge judge;
    private final Function<Predictor, BatchedGlyphModel> batching;

    /** @param batching puts a predictor behind batchers, and owns it from then on */
    public VerifyingBundleLoader(BundleJudge judge, Function<Predictor, BatchedGlyphModel> batching) {
        this.judge = requireNonNull(judge, "judge");
        this.batching = requireNonNull(batching, "batching");
    }

    @Override
    public Loaded load(Announcement announcement, byte[] bundle, Progress progress) throws RejectedModelException {
        BundleJudge.Passed passed = judge.judge(bundle, manifest -> compare(announcement, manifest), progress);
        return new Loaded(loaded(announcement.sha256(), passed.bundle(), passed.predictor()), passed.canary());
    }

    @Override
    public LoadedModel reload(byte[] bundle) throws RejectedModelException {
        ModelBundle parsed = judge.parse(bundle);
        return loaded(ModelBundle.sha256(bundle), parsed, judge.open(parsed));
    }

    private LoadedModel loaded(String sha256, ModelBundle bundle, Predictor predictor) {
        BatchedGlyphModel glyphs = batching.apply(predictor);
        Manifest manifest = bundle.manifest();
        long networkBytes = (long) bundle.generatorOnnx().length + bundle.readerOnnx().length;
        return new LoadedModel(sha256, manifest, new DrawingModel(sha256, manifest, glyphs), glyphs, networkBytes);
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
