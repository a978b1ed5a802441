package io.inkstream.ops.hand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.compositing.Strokes;
import io.inkstream.modelserver.hand.ExemplarTracer;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.ModelBundle;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Photos of sheets that somebody filled in, whose letters are known. {@code -Dinkstream.long=true} takes 200. */
class FilledSheetTest {
    private static final int PHOTOS = Boolean.getBoolean("inkstream.long") ? 200 : 6;
    private static final String CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?&";
    private static final List<Color> INKS =
            List.of(new Color(25, 25, 30), new Color(30, 60, 160), new Color(110, 110, 115));

    private static Predictor predictor;
    private static List<ClassSpec> classes;

    private final SheetLayout layout = new SheetLayout(CHARACTERS);
    private final Photographer photographer = new Photographer(layout);
    private final FilledSheet sheet = new FilledSheet(layout);

    @BeforeAll
    static void open() throws Exception {
        ModelBundle bundle =
                ModelFiles.parse(Files.readAllBytes(Path.of("..", "trainer", "models", "inkstream-base-4.zip")));
        predictor = OnnxPredictor.open(bundle, 2);
        classes = bundle.manifest().classes();
    }

    @AfterAll
    static void close() {
        predictor.close();
    }

    /** The letters of one person on a page, by place. */
    private Map<Integer, List<float[]>> letters(int page, SplittableRandom random) {
        Map<Integer, List<float[]>> strokes = new HashMap<>();
        ExemplarTracer tracer = new ExemplarTracer(28);
        float[] style = new float[32];
        for (int i = 0; i < style.length; i++) {
            style[i] = (float) (random.nextDouble(-1, 1));
        }
        List<SheetLayout.Cell> cells = layout.cells(page);
        for (int place = 0; place < cells.size(); place++) {
            String character = cells.get(place).character();
            ClassSpec spec = classes.stream()
                    .filter(one -> one.character().equals(character))
                    .findFirst()
                    .orElseThrow();
            float[] noise = new float[64];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) (.5 * random.nextDouble(-1.5, 1.5));
            }
            float[][] ink =
                    predictor.draw(new float[][] {style}, new float[][] {noise}, new int[] {classes.indexOf(spec)});
            int at = place;
            tracer.trace(ink[0], spec)
                    .ifPresent(traced -> strokes.put(at, traced.exemplar().strokes()));
        }
        return strokes;
    }

    @Test
    void whatIsWrittenIsReadAtItsSizeAndPlaceFromAnyPhoto() throws Exception {
        int cells = 0;
        int found = 0;
        int near = 0;
        List<String> wrong = new ArrayList<>();
        for (int k = 0; k < PHOTOS; k++) {
            SplittableRandom random = new SplittableRandom(k);
            int page = 1 + k % layout.pages();
            Map<Integer, List<float[]>> written = letters(page, random);
            BufferedImage paper = photographer.written(page, written, INKS.get(k % INKS.size()), .5);
            FilledSheet.Page read;
            try {
                read = sheet.read(Photographer.photo(paper, random.nextDouble(150, 220), random));
            } catch (SheetException e) {
                wrong.add("photo " + k + ": " + e.getMessage());
                cells += written.size();
                continue;
            }
            assertThat(read.number()).isEqualTo(page);
            for (Map.Entry<Integer, List<float[]>> each : written.entrySet()) {
                FilledSheet.Read cell = read.cells().get(each.getKey());
                cells++;
                if (cell.strokes().isEmpty()) {
                    wrong.add("photo " + k + ": " + cell.character() + " is missing");
                    continue;
                }
                found++;
                float[] was = new Strokes(each.getValue()).bounds();
                float[] is = new Strokes(cell.strokes()).bounds();
                double off = Math.max(
                        Math.max(Math.abs(is[1] - was[1]), Math.abs(is[3] - was[3])),
                        Math.abs((is[2] - is[0]) - (was[2] - was[0])));
                near += off < .15 ? 1 : 0;
                if (off >= .15) {
                    wrong.add(String.format("photo %d: %s off by %.2f", k, cell.character(), off));
                }
            }
        }
        assertThat(found).as(wrong.toString()).isGreaterThanOrEqualTo((int) Math.ceil(.99 * cells));
        assertThat(near).as(wrong.toString()).isGreaterThanOrEqualTo((int) Math.ceil(.98 * cells));
    }

    @Test
    void anEmptySheetIsEmpty() throws Exception {
        BufferedImage paper = photographer.written(1, Map.of(), Color.BLACK, .5);

        assertThat(sheet.read(Photographer.photo(paper, 170, new SplittableRandom(1)))
                        .cells())
                .allSatisfy(cell -> assertThat(cell.content()).isEqualTo(FilledSheet.Content.EMPTY));
    }

    @Test
    void whatIsNoPageOfTheSheetIsRefusedWithWhatToDo() throws Exception {
        BufferedImage paper = photographer.written(1, Map.of(), Color.BLACK, .5);

        assertThatThrownBy(() -> sheet.read(new BufferedImage(800, 600, BufferedImage.TYPE_INT_RGB)))
                .isInstanceOf(SheetException.class)
                .hasMessageContaining("no corner mark");
        assertThatThrownBy(() -> new FilledSheet(new SheetLayout("abc")).read(paper))
                .isInstanceOf(SheetException.class)
                .hasMessageContaining("--characters");
        BufferedImage two = new BufferedImage(2 * paper.getWidth(), paper.getHeight(), BufferedImage.TYPE_INT_RGB);
        two.getGraphics().drawImage(paper, 0, 0, null);
        two.getGraphics().drawImage(photographer.written(2, Map.of(), Color.BLACK, .5), paper.getWidth(), 0, null);
        assertThatThrownBy(() -> sheet.read(two))
                .isInstanceOf(SheetException.class)
                .hasMessageContaining("pages [1, 2]");
        BufferedImage cut = paper.getSubimage(0, 0, paper.getWidth() / 2, paper.getHeight() / 2);
        assertThatThrownBy(() -> sheet.read(cut))
                .isInstanceOf(SheetException.class)
                .hasMessageContaining("only one corner mark");
    }
}
