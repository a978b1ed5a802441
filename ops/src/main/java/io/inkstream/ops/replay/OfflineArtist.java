package io.inkstream.ops.replay;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.CpuFamily;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.hand.GlyphLatent;
import io.inkstream.modelserver.hand.GlyphModel;
import io.inkstream.modelserver.hand.HandCache;
import io.inkstream.modelserver.hand.LineRenderer;
import io.inkstream.modelserver.hand.LineRequest;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.rpc.LineAnswer;
import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws lines in the calling thread with nothing between request and image: no topic, no server, no batch, one glyph after
 * the other. What the pipeline draws must be the same bytes. For one thread.
 */
public final class OfflineArtist implements LineArtist {
    private static final long CACHE_BYTES = 64L << 20;

    private final Predictor predictor;
    private final String sha256;
    private final DrawingModel model;
    private final LineRenderer renderer = new LineRenderer(new HandCache(CACHE_BYTES));

    /**
     * Takes nothing over: the predictor stays the caller's, who may lend it to the artists of several versions with the
     * same networks.
     *
     * @param sha256 of the version's bundle
     */
    public OfflineArtist(Predictor predictor, String sha256, Manifest manifest) {
        this.predictor = requireNonNull(predictor, "predictor");
        this.sha256 = requireNonNull(sha256, "sha256");
        model = new DrawingModel(sha256, manifest, new OneByOne(predictor));
    }

    /** The version as hands see it. */
    public DrawingModel model() {
        return model;
    }

    /** Draws a line as strokes and pixels. */
    public LineDrawing drawing(RenderLineRequest request) {
        return renderer.render(model, LineRequest.of(request));
    }

    @Override
    public Redrawn draw(RenderLineRequest request) throws NotDrawnException {
        try {
            LineDrawing drawing = drawing(request);
            return new Redrawn(
                    LineAnswer.image(OutputFormat.of(request.getFormat()), drawing, drawing.raster()),
                    sha256,
                    predictor.engine(),
                    CpuFamily.current(),
                    CodeVersion.current());
        } catch (IllegalArgumentException e) {
            throw new NotDrawnException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        // The predictor is the caller's.
    }

    private record OneByOne(Predictor predictor) implements GlyphModel {
        @Override
        public float[][] draw(List<GlyphLatent> latents) {
            List<float[]> inks = new ArrayList<>();
            for (GlyphLatent latent : latents) {
                inks.add(predictor
                        .draw(new float[][] {latent.style()}, new float[][] {latent.noise()}, new int[] {
                            latent.classIndex()
                        })[0]);
            }
            return inks.toArray(float[][]::new);
        }

        @Override
        public float[][] read(List<float[]> inks) {
            return inks.stream()
                    .map(ink -> predictor.read(new float[][] {ink})[0])
                    .toArray(float[][]::new);
        }
    }
}
