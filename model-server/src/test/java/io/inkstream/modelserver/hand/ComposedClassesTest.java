package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Classes that a hand of the shipped model composes of others, since the generator draws them worse. */
class ComposedClassesTest {
    private static final int HANDS = 40;

    private static OnnxGlyphModel glyphs;
    private static DrawingModel model;
    private final LineRenderer renderer = new LineRenderer(new HandCache(1 << 24));

    @BeforeAll
    static void open() throws Exception {
        ModelBundle bundle = ModelBundle.parse(
                Files.readAllBytes(Path.of("..", "trainer", "models", "inkstream-base-5.zip")), 1 << 28);
        glyphs = new OnnxGlyphModel(bundle);
        model = new DrawingModel("shipped", bundle.manifest(), glyphs);
    }

    @AfterAll
    static void close() {
        glyphs.close();
    }

    private LineDrawing draw(String text, String style, long seed) {
        return renderer.render(model, Texts.request(model, text, style, seed, 0, new LineFormat(128, 2048, 1.0 / 3)));
    }

    @Test
    void aPerCentSignHasTwoRingsInNearlyEveryHand() {
        long whole = LongStream.range(0, HANDS)
                .filter(seed -> holes(draw("%", "natural", seed).raster().image()) >= 2)
                .count();

        assertThat(whole).isGreaterThanOrEqualTo(HANDS * 9 / 10);
    }

    @Test
    void aLegibleHandWritesAnIThatIsNoL() {
        for (long seed = 0; seed < HANDS; seed++) {
            LineDrawing line = draw("Il", "neat", seed);
            InkBox capital = line.raster().boxes().get(0);
            InkBox small = line.raster().boxes().get(1);
            assertThat(capital.width()).as("seed " + seed).isGreaterThan(small.width());
        }
    }

    /** White regions that no path over white leads out of. */
    private static int holes(GreyImage image) {
        boolean[] seen = new boolean[image.widthPx() * image.heightPx()];
        int regions = 0;
        for (int start = 0; start < seen.length; start++) {
            if (!seen[start] && isWhite(image, start)) {
                flood(image, start, seen);
                regions++;
            }
        }
        return regions - 1; // the paper around
    }

    private static void flood(GreyImage image, int start, boolean[] seen) {
        Deque<Integer> open = new ArrayDeque<>();
        open.add(start);
        seen[start] = true;
        while (!open.isEmpty()) {
            int at = open.remove();
            int x = at % image.widthPx();
            for (int next : new int[] {
                x > 0 ? at - 1 : at, x < image.widthPx() - 1 ? at + 1 : at, at - image.widthPx(), at + image.widthPx()
            }) {
                if (next >= 0 && next < seen.length && !seen[next] && isWhite(image, next)) {
                    seen[next] = true;
                    open.add(next);
                }
            }
        }
    }

    private static boolean isWhite(GreyImage image, int at) {
        return (image.pixels()[at] & 0xff) > 128;
    }
}
