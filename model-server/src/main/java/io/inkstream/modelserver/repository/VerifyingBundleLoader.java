package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.function.Function;

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
        BundleJudge.Passed passed = judge.judge(bundle, announcement::check, progress);
        return new Loaded(loaded(announcement.sha256().hex(), passed.bundle(), passed.predictor()), passed.canary());
    }

    @Override
    public LoadedModel reload(byte[] bundle) throws RejectedModelException {
        ModelBundle parsed = judge.parse(bundle);
        return loaded(ModelBundle.sha256(bundle), parsed, judge.open(parsed));
    }

    private LoadedModel loaded(String sha256, ModelBundle bundle, Predictor predictor) {
        BatchedGlyphModel glyphs = batching.apply(predictor);
        Manifest manifest = bundle.manifest();
        long networkBytes = (long) bundle.generatorOnnx().length
                + bundle.readerOnnx().length
                + (bundle.int8GeneratorOnnx() == null ? 0 : bundle.int8GeneratorOnnx().length);
        // A model takes about four times the bytes of its networks. One of many classes takes more, and counts for it.
        long otherBytes = MemoryBudget.residentHeapBytes(manifest) / 4;
        return new LoadedModel(
                sha256,
                manifest,
                new DrawingModel(sha256, manifest, glyphs),
                glyphs,
                Math.max(networkBytes, otherBytes));
    }
}
