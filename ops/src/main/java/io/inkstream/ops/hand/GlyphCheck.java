package io.inkstream.ops.hand;

import io.inkstream.modelserver.compositing.Strokes;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import java.util.List;
import java.util.Optional;

/**
 * Says whether somebody wrote the character that was asked for: by the eyes of the reader that judges models, and by size and
 * place where these are known.
 */
final class GlyphCheck {
    /** The reader has to give the character, or what looks like it, at least this probability. */
    private static final double LIKELY = .45;

    /** A character whose class is smaller, in x-heights, is a mark; its size varies most. */
    private static final double MARK = .6;

    private static final double MOST_MARK = 1.2;
    private static final double MOST_LOG_HEIGHT = .7;
    private static final double MOST_OFF_BASELINE = .7;

    private final ServerReader reader;

    GlyphCheck(ServerReader reader) {
        this.reader = reader;
    }

    /**
     * Judges one drawing.
     *
     * @param ink [28 * 28] as the reader wants it
     * @param sized the strokes, if they are known to be as large as they were written
     */
    boolean isAsAsked(float[] ink, ClassSpec spec, Optional<Exemplar> sized) {
        return sized.map(strokes -> hasPlace(strokes, spec)).orElse(true)
                && (reader.classOf(spec.character()) < 0 || probability(ink, spec) >= LIKELY);
    }

    private static boolean hasPlace(Exemplar strokes, ClassSpec spec) {
        float[] box = new Strokes(strokes.strokes()).bounds();
        double height = box[3] - box[1];
        boolean isOfItsSize = spec.height() < MARK
                ? height < MOST_MARK
                : Math.abs(Math.log(Math.max(height, .01) / spec.height())) < MOST_LOG_HEIGHT;
        return isOfItsSize && Math.abs(box[1] - spec.bottom()) < MOST_OFF_BASELINE;
    }

    /** Of the character and all that looks like it: a drawing of 28 pixels tells no size. */
    private double probability(float[] ink, ClassSpec spec) {
        float[] logits = reader.logits(new float[][] {ink})[0];
        List<String> characters = reader.characters();
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double all = 0;
        double asked = 0;
        for (int c = 0; c < characters.size(); c++) {
            double share = Math.exp(logits[c] - most);
            all += share;
            if (characters.get(c).equalsIgnoreCase(spec.character())
                    || spec.lookalikes().contains(characters.get(c))) {
                asked += share;
            }
        }
        return asked / all;
    }
}
