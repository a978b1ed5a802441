package io.inkstream.ops.hand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.modelserver.compositing.Strokes;
import io.inkstream.modelserver.hand.ExemplarTracer;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.topology.layout.Advances;
import io.inkstream.trainer.dataset.Handwriting;
import io.inkstream.trainer.dataset.WrittenLine;
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

    private final SheetLayout layout = new SheetLayout(CHARACTERS, Paper.A4);
    private final Photographer photographer = new Photographer(layout);

    @BeforeAll
    static void open() throws Exception {
        ModelBundle bundle =
                ModelFiles.parse(Files.readAllBytes(Path.of("..", "trainer", "models", "inkstream-base-5.zip")));
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
        List<Field> cells = layout.fields(page);
        for (int place = 0; place < cells.size(); place++) {
            String character = cells.get(place).text();
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
            int page = 1 + k % (layout.pages() - 1);
            Map<Integer, List<float[]>> written = letters(page, random);
            BufferedImage paper = photographer.written(page, written, INKS.get(k % INKS.size()), .5);
            FilledSheet sheet = new FilledSheet(List.of(layout));
            try {
                assertThat(sheet.add(Photographer.photo(paper, random.nextDouble(150, 220), random)))
                        .isEqualTo(page);
            } catch (SheetException e) {
                wrong.add("photo " + k + ": " + e.getMessage());
                cells += written.size();
                continue;
            }
            for (Map.Entry<Integer, List<float[]>> each : written.entrySet()) {
                FilledSheet.Read cell = sheet.fields().get(each.getKey()).get(0);
                cells++;
                if (cell.traced().isEmpty()) {
                    wrong.add("photo " + k + ": " + cell.field().text() + " is missing");
                    continue;
                }
                found++;
                float[] was = new Strokes(each.getValue()).bounds();
                float[] is = new Strokes(cell.traced().get().strokes()).bounds();
                double off = Math.max(
                        Math.max(Math.abs(is[1] - was[1]), Math.abs(is[3] - was[3])),
                        Math.abs((is[2] - is[0]) - (was[2] - was[0])));
                near += off < .15 ? 1 : 0;
                if (off >= .15) {
                    wrong.add(String.format(
                            "photo %d: %s off by %.2f", k, cell.field().text(), off));
                }
            }
        }
        assertThat(found).as(wrong.toString()).isGreaterThanOrEqualTo((int) Math.ceil(.99 * cells));
        assertThat(near).as(wrong.toString()).isGreaterThanOrEqualTo((int) Math.ceil(.98 * cells));
    }

    @Test
    void anEmptySheetIsEmpty() throws Exception {
        BufferedImage paper = photographer.written(1, Map.of(), Color.BLACK, .5);

        FilledSheet sheet = new FilledSheet(List.of(layout));
        sheet.add(Photographer.photo(paper, 170, new SplittableRandom(1)));

        assertThat(sheet.fields())
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(cell.get(0).traced()).isEmpty());
        assertThat(sheet.isEmpty()).isTrue();
    }

    @Test
    void whatIsNoPageOfTheSheetIsRefusedWithWhatToDo() throws Exception {
        BufferedImage paper = photographer.written(1, Map.of(), Color.BLACK, .5);

        refused(new BufferedImage(800, 600, BufferedImage.TYPE_INT_RGB), "no corner mark");
        refused(beside(paper, photographer.written(2, Map.of(), Color.BLACK, .5)), "pages [1, 2]");
        refused(beside(paper, paper), "twice");
        refused(paper.getSubimage(0, 0, paper.getWidth() / 2, paper.getHeight() / 2), "only one corner mark");
        refused(blurred(paper), "no corner mark");
        assertThatThrownBy(() -> new FilledSheet(List.of(new SheetLayout("abc", Paper.A4))).add(paper))
                .isInstanceOf(SheetException.class)
                .hasMessageContaining("--characters");
        assertThatThrownBy(() -> new FilledSheet(List.of(new SheetLayout(CHARACTERS, Paper.LETTER))).add(paper))
                .isInstanceOf(SheetException.class);
    }

    private void refused(BufferedImage picture, String why) {
        FilledSheet sheet = new FilledSheet(List.of(layout));
        assertThatThrownBy(() -> sheet.add(picture))
                .isInstanceOfSatisfying(
                        SheetException.class,
                        e -> assertThat(e.seen(picture).getWidth()).isBetween(1, 1_200))
                .hasMessageContaining(why);
        assertThat(sheet.fields()).isEmpty();
    }

    private static BufferedImage beside(BufferedImage left, BufferedImage right) {
        BufferedImage two =
                new BufferedImage(left.getWidth() + right.getWidth(), left.getHeight(), BufferedImage.TYPE_INT_RGB);
        two.getGraphics().drawImage(left, 0, 0, null);
        two.getGraphics().drawImage(right, left.getWidth(), 0, null);
        return two;
    }

    private static BufferedImage blurred(BufferedImage picture) {
        int small = 40;
        BufferedImage tiny =
                new BufferedImage(picture.getWidth() / small, picture.getHeight() / small, BufferedImage.TYPE_INT_RGB);
        tiny.getGraphics().drawImage(picture.getScaledInstance(tiny.getWidth(), tiny.getHeight(), 16), 0, 0, null);
        BufferedImage large = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        large.getGraphics().drawImage(tiny, 0, 0, large.getWidth(), large.getHeight(), null);
        return large;
    }

    @Test
    void aPageOfWhichHalfIsCoveredGivesTheOtherHalf() throws Exception {
        BufferedImage paper = photographer.written(1, letters(1, new SplittableRandom(3)), Color.BLACK, .5);
        paper.getGraphics().fillRect(0, paper.getHeight() / 2, paper.getWidth(), paper.getHeight() / 2);
        FilledSheet sheet = new FilledSheet(List.of(layout));

        sheet.add(paper);

        List<FilledSheet.Read> fields =
                sheet.fields().stream().map(readings -> readings.get(0)).toList();
        assertThat(fields.subList(0, fields.size() / 3))
                .allSatisfy(cell -> assertThat(cell.traced()).isPresent());
    }

    @Test
    void twoMarksAreEnoughForSizesAndPlaces() throws Exception {
        Map<Integer, List<float[]>> written = letters(1, new SplittableRandom(4));
        BufferedImage paper = photographer.written(1, written, Color.BLACK, .5);
        for (int[] covered : new int[][] {{0, 1}, {1, 3}, {0, 3}}) {
            BufferedImage photo = Photographer.photo(covered(paper, covered), 180, new SplittableRandom(5));
            FilledSheet sheet = new FilledSheet(List.of(layout));
            sheet.add(photo);
            int near = 0;
            for (Map.Entry<Integer, List<float[]>> each : written.entrySet()) {
                FilledSheet.Read cell = sheet.fields().get(each.getKey()).get(0);
                if (cell.traced().isPresent()) {
                    float[] was = new Strokes(each.getValue()).bounds();
                    float[] is = new Strokes(cell.traced().get().strokes()).bounds();
                    near += Math.abs(is[1] - was[1]) < .15 && Math.abs(is[3] - was[3]) < .15 ? 1 : 0;
                }
            }
            assertThat(near).as("marks %s", (Object) covered).isGreaterThanOrEqualTo((int) (.9 * written.size()));
        }
    }

    /** A page on which something lies on two of the marks. */
    private BufferedImage covered(BufferedImage paper, int[] corners) {
        BufferedImage copy = new BufferedImage(paper.getWidth(), paper.getHeight(), BufferedImage.TYPE_INT_RGB);
        copy.getGraphics().drawImage(paper, 0, 0, null);
        double perMm = 300 / 25.4;
        for (int corner : corners) {
            copy.getGraphics()
                    .fillRect(
                            (int) (perMm * layout.markLeft(corner)),
                            (int) (perMm * layout.markTop(corner)),
                            (int) (perMm * SheetLayout.MARK),
                            (int) (perMm * SheetLayout.MARK));
        }
        return copy;
    }

    @Test
    void whatIsNotInThePictureIsNoInk() throws Exception {
        BufferedImage paper = photographer.written(1, Map.of(), Color.BLACK, .5);
        BufferedImage left = paper.getSubimage(0, 0, 2 * paper.getWidth() / 3, paper.getHeight());
        BufferedImage dim = new BufferedImage(left.getWidth(), left.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < dim.getHeight(); y++) {
            for (int x = 0; x < dim.getWidth(); x++) {
                dim.setRGB(x, y, left.getRGB(x, y) >> 1 & 0x7f7f7f);
            }
        }
        FilledSheet sheet = new FilledSheet(List.of(layout));
        sheet.add(dim);

        assertThat(sheet.isEmpty()).isTrue();
    }

    @Test
    void linesTellHowLettersStandBesideEachOther() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        Map<Character, List<float[]>> own = new HashMap<>();
        for (int page = 1; page < layout.pages(); page++) {
            int number = page;
            letters(page, random)
                    .forEach((place, strokes) ->
                            own.put(layout.fields(number).get(place).text().charAt(0), strokes));
        }
        Map<String, Rhythm.Letter> letters = new HashMap<>();
        own.forEach((character, strokes) -> letters.put(character.toString(), Rhythm.Letter.of(strokes)));
        for (double[] wanted : new double[][] {{.25, 1.2}, {.6, 2}}) {
            BufferedImage paper =
                    photographer.written(layout.pages(), lines(own, wanted[0], wanted[1]), Color.BLUE, .3);
            FilledSheet sheet = new FilledSheet(List.of(layout));
            sheet.add(Photographer.photo(paper, 190, random));

            List<WrittenLine> read = Handwriting.parse(sheet.fields().stream()
                            .map(field -> field.get(0).json("ada", true))
                            .toList())
                    .lines();
            Rhythm rhythm = Rhythm.of(read, letters, 0).orElseThrow();

            assertThat(rhythm.lines()).isEqualTo(layout.fields(layout.pages()).size());
            assertThat(rhythm.gap()).isCloseTo(Advances.gapOf(wanted[0], rhythm.joining()), within(.06));
            assertThat(rhythm.wordSpace()).isCloseTo(wanted[1], within(.1));
            assertThat(rhythm.joining()).isLessThan(.1);
            assertThat(rhythm.slope()).isCloseTo(0, within(.01));
            assertThat(Rhythm.says(
                            new WrittenLine(
                                    "no more than a few other words",
                                    "ada",
                                    read.get(0).strokes(),
                                    1),
                            letters))
                    .isFalse();
        }
    }

    /** The lines of the last page, letter beside letter. */
    private Map<Integer, List<float[]>> lines(Map<Character, List<float[]>> own, double gap, double wordSpace) {
        Map<Integer, List<float[]>> lines = new HashMap<>();
        List<Field> fields = layout.fields(layout.pages());
        for (int i = 0; i < fields.size(); i++) {
            List<float[]> line = new ArrayList<>();
            double right = 0;
            for (char character : fields.get(i).text().toCharArray()) {
                if (character == ' ') {
                    right += wordSpace - gap;
                    continue;
                }
                float[] box = new Strokes(own.get(character)).bounds();
                for (float[] stroke : own.get(character)) {
                    float[] placed = stroke.clone();
                    for (int k = 0; k < placed.length; k += 2) {
                        placed[k] += (float) (right - box[0]);
                    }
                    line.add(placed);
                }
                right += box[2] - box[0] + gap;
            }
            lines.put(i, line);
        }
        return lines;
    }
}
