package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.hand.Photographer;
import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From the printed sheet over photos of it to a style of a model. */
class HandSheetTest {
    private static final String MODEL = "../trainer/models/inkstream-base-4.zip";
    private static final String CHARACTERS = "lcovxTLć";

    /** Letters that are plain lines, in x-heights above the baseline. */
    private static final Map<Character, List<float[]>> WRITTEN = Map.of(
            'l', List.of(new float[] {0, 1.9f, 0, 0}),
            'c', List.of(arc(50, 310)),
            'o', List.of(arc(0, 360)),
            'v', List.of(new float[] {0, 1, .45f, 0, .9f, 1}),
            'x', List.of(new float[] {0, 1, .8f, 0}, new float[] {.8f, 1, 0, 0}),
            'T', List.of(new float[] {0, 1.7f, 1.2f, 1.7f}, new float[] {.6f, 1.7f, .6f, 0}),
            'L', List.of(new float[] {0, 1.7f, 0, 0, .9f, 0}),
            'ć', List.of(arc(50, 310), new float[] {.4f, 1.35f, .6f, 1.65f}));

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Photographer photographer = new Photographer(new SheetLayout(CHARACTERS));

    @TempDir
    private Path folder;

    private static float[] arc(int from, int to) {
        float[] arc = new float[2 * 40];
        for (int i = 0; i < 40; i++) {
            double angle = Math.toRadians(from + (to - from) * i / 39.0);
            arc[2 * i] = (float) (.45 + .45 * Math.cos(angle));
            arc[2 * i + 1] = (float) (.5 + .5 * Math.sin(angle));
        }
        return arc;
    }

    private int hand(String... args) {
        CommandLine line = Commands.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of("hand"));
        all.addAll(List.of(args));
        return line.execute(all.toArray(String[]::new));
    }

    /** A photo on which the cells of some letters are filled in. */
    private Path photo(String name, String letters, long seed) throws Exception {
        Map<Integer, List<float[]>> strokes = new HashMap<>();
        int place = 0;
        for (char letter : CHARACTERS.toCharArray()) {
            for (int k = 0; k < (letter == 'o' ? 4 : Character.isUpperCase(letter) || letter > 127 ? 2 : 3); k++) {
                if (letters.indexOf(letter) >= 0) {
                    strokes.put(place, WRITTEN.get(letter));
                }
                place++;
            }
        }
        BufferedImage paper = photographer.written(1, strokes, new Color(30, 60, 160), .5);
        Path file = folder.resolve(name);
        ImageIO.write(Photographer.photo(paper, 160, new SplittableRandom(seed)), "jpeg", file.toFile());
        return file;
    }

    @Test
    void theTemplateHasTheCellsOfItsCharacters() throws Exception {
        Path sheet = folder.resolve("sheet.pdf");

        assertThat(hand("template", "--out", sheet.toString())).isEqualTo(ExitCodes.DONE);
        try (PDDocument document = Loader.loadPDF(sheet.toFile())) {
            assertThat(document.getNumberOfPages()).isEqualTo(2);
        }
        assertThat(hand("template", "--characters", "\u0301 ", "--out", sheet.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
    }

    @Test
    void photosBecomeAStyleAndACellThatIsWrittenAgainCounts() throws Exception {
        Path strokes = folder.resolve("ada.jsonl");
        Path bundle = folder.resolve("ada-1.zip");
        String first = photo("first.jpg", "lcovT", 1).toString();
        String second = photo("second.jpg", "xLć", 2).toString();

        assertThat(hand(
                        "import",
                        first,
                        second,
                        "--characters",
                        CHARACTERS,
                        "--writer",
                        "ada",
                        "--out",
                        strokes.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(out.toString()).contains("written: 22 of 22 cells", "empty: none");
        assertThat(hand(
                        "make",
                        "--base",
                        MODEL,
                        "--from",
                        strokes.toString(),
                        "--name",
                        "ada",
                        "--model",
                        "ada:1",
                        "--bundle",
                        bundle.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);

        Manifest manifest = ModelFiles.parse(Files.readAllBytes(bundle)).manifest();
        StyleSpec ada = manifest.styles().get(manifest.styles().size() - 1);
        assertThat(ada.exemplars()).containsOnlyKeys("l", "c", "o", "v", "x", "T", "L", "ć");
        assertThat(ada.exemplars().get("l")).hasSize(3).allSatisfy(l -> assertThat(highest(l))
                .isBetween(1.8, 2.0));
        assertThat(ada.exemplars().get("o")).hasSize(4).allSatisfy(o -> assertThat(highest(o))
                .isBetween(.9, 1.1));
    }

    private static double highest(Exemplar exemplar) {
        double highest = 0;
        for (float[] stroke : exemplar.strokes()) {
            for (int i = 1; i < stroke.length; i += 2) {
                highest = Math.max(highest, stroke[i]);
            }
        }
        return highest;
    }

    @Test
    void whatIsNoSheetIsNamedAndNothingIsHalfImported() throws Exception {
        Path strokes = folder.resolve("ada.jsonl");
        Path good = photo("good.jpg", CHARACTERS, 3);
        Path table = folder.resolve("table.png");
        ImageIO.write(new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB), "png", table.toFile());
        Path text = Files.writeString(folder.resolve("cat.jpg"), "no picture");

        for (Path bad : List.of(table, text, folder.resolve("missing.jpg"))) {
            assertThat(hand(
                            "import",
                            good.toString(),
                            bad.toString(),
                            "--characters",
                            CHARACTERS,
                            "--writer",
                            "ada",
                            "--out",
                            strokes.toString()))
                    .isNotEqualTo(ExitCodes.DONE);
            assertThat(err.toString()).contains(bad.getFileName().toString());
            assertThat(strokes).doesNotExist();
        }
        assertThat(hand("import", good.toString(), "--writer", "ada", "--out", strokes.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("--characters");
        assertThat(hand(
                        "import",
                        photo("empty.jpg", "", 4).toString(),
                        "--characters",
                        CHARACTERS,
                        "--writer",
                        "ada",
                        "--out",
                        strokes.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("all cells are empty");
        assertThat(strokes).doesNotExist();
    }
}
