package io.inkstream.modelserver.repository;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.hand.HandCache;
import io.inkstream.modelserver.hand.LineRenderer;
import io.inkstream.modelserver.hand.LineRequest;
import io.inkstream.modelserver.hand.Variation;
import io.inkstream.modelserver.predict.PredictionException;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws a fixed line with a version, through all that requests go through, and looks at it. */
final class Canary {
    static final String TEXT = "Judge my vow, Sphinx.";
    static final int HEIGHT_PX = 32;
    private static final int MAX_WIDTH_PX = 40 * HEIGHT_PX;
    private static final long SEED = 1;
    /** Lines of hands measure .04 to .12; a page without ink is 0, an inverted one nearly 1. */
    private static final double LEAST_INK = .005;

    private static final double MOST_INK = .5;

    CanaryReport draw(Manifest manifest, Predictor predictor) throws RejectedModelException {
        List<ClassSpec> classes = manifest.classes();
        int[] glyphs = glyphs(classes);
        LineRequest request =
                new LineRequest("", SEED, 0, glyphs, new LineFormat(HEIGHT_PX, MAX_WIDTH_PX, 1 / 3.0), Variation.HAND);
        LineDrawing drawing;
        try {
            // Its own cache: what is drawn here must come from the networks, and is not asked for again.
            drawing = new LineRenderer(new HandCache(0))
                    .render(new DrawingModel("canary", manifest, new DirectGlyphModel(predictor)), request);
        } catch (PredictionException e) {
            throw new NotNowException("the canary line could not be drawn: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new RejectedModelException("the canary line cannot be drawn: " + e.getMessage(), e);
        }
        LineDrawing.Raster raster = drawing.raster();
        double ink = ink(raster.image());
        long blank = raster.boxes().stream().filter(Canary::isBlank).count();
        if (blank > 0) {
            throw new RejectedModelException(
                    blank + " of " + raster.boxes().size() + " letters of the canary line have no ink");
        }
        if (ink < LEAST_INK || ink > MOST_INK) {
            throw new RejectedModelException(
                    "the canary line has ink on " + ink + " of its paper, lines have " + LEAST_INK + " to " + MOST_INK);
        }
        return new CanaryReport(
                Map.of(
                        "line_ink_share", ink,
                        "line_width_px", (double) drawing.widthPx(),
                        "line_height_px", (double) drawing.heightPx()),
                raster.image().toPng());
    }

    private static int[] glyphs(List<ClassSpec> classes) {
        List<String> characters = classes.stream().map(ClassSpec::character).toList();
        List<Integer> glyphs = new ArrayList<>();
        for (int i = 0; i < TEXT.length(); i++) {
            String character = TEXT.substring(i, i + 1);
            int glyph = characters.indexOf(character);
            if (glyph >= 0 || character.equals(" ")) {
                glyphs.add(glyph);
            }
        }
        if (glyphs.stream().allMatch(glyph -> glyph < 0)) {
            // A model of another script is drawn by its own first letters.
            glyphs.clear();
            for (int i = 0; i < Math.min(classes.size(), TEXT.length()); i++) {
                glyphs.add(i);
            }
        }
        return glyphs.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean isBlank(InkBox box) {
        return box.width() == 0 || box.height() == 0;
    }

    private static double ink(GreyImage image) {
        long sum = 0;
        for (byte pixel : image.pixels()) {
            sum += 255 - (pixel & 0xff);
        }
        return sum / (255.0 * image.pixels().length);
    }
}
