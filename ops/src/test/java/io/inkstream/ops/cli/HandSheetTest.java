package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.hand.HandSheets;
import io.inkstream.ops.hand.Paper;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.image.JPEGFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the printed sheet over photos of it to a style of a model. */
class HandSheetTest {
    private static final String MODEL = "../trainer/models/inkstream-base-5.zip";
    private static final String CHARACTERS = HandSheets.CHARACTERS;
    private static final float[] SCRIBBLE = {
        0, 0, .2f, 1.2f, .4f, .1f, .5f, 1.5f, .7f, .2f, .1f, .9f, .9f, 1.1f, 1, 0, .1f, .3f, 1.2f, .6f, .2f, 1.4f
    };

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int hand(String... args) {
        List<String> all = new ArrayList<>(List.of("hand"));
        all.addAll(List.of(args));
        return Commands.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    }

    private int importing(String... args) {
        List<String> all = new ArrayList<>(List.of("import", "--base", MODEL));
        all.addAll(List.of(args));
        if (!all.contains("--name")) {
            all.addAll(List.of("--writer", "ada"));
        }
        return hand(all.toArray(String[]::new));
    }

    /** A photo on which the cells of some letters are filled in. */
    private Path photo(String name, String letters, long seed) throws Exception {
        return photo(name, letters, HandSheets.WRITTEN, seed);
    }

    /** One on which some of them are written as others are. */
    private Path photo(String name, String letters, Map<Character, List<float[]>> written, long seed) throws Exception {
        return HandSheets.photo(folder.resolve(name), letters, written, seed);
    }

    @Test
    void theTemplateHasTheCellsOfItsCharacters() throws Exception {
        Path sheet = folder.resolve("sheet.pdf");

        assertThat(hand("template", "--out", sheet.toString())).isEqualTo(ExitCodes.DONE);
        try (PDDocument document = Loader.loadPDF(sheet.toFile())) {
            assertThat(document.getNumberOfPages()).isEqualTo(3);
        }
        assertThat(hand("template", "--paper", "letter", "--pages", "1,3", "--out", sheet.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        try (PDDocument document = Loader.loadPDF(sheet.toFile())) {
            assertThat(document.getNumberOfPages()).isEqualTo(2);
            assertThat(document.getPage(0).getMediaBox().getHeight()).isBetween(791f, 793f);
        }
        assertThat(hand("template", "--pages", "9", "--out", sheet.toString())).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("--pages names [9]");
        assertThat(hand("template", "--characters", "\u0301 ", "--out", sheet.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
    }

    @Test
    void photosBecomeAStyleAndACellThatIsWrittenAgainCounts() throws Exception {
        Path strokes = folder.resolve("ada.jsonl");
        Path bundle = folder.resolve("ada-1.zip");
        String first = photo("first.jpg", "lcovT", 1).toString();
        String second = photo("second.jpg", "xLć", 2).toString();

        assertThat(importing(first, second, "--characters", CHARACTERS, "--out", strokes.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(out.toString()).contains("taken: 22", "doubtful: 0", "empty: 0", "lines: 0 of 0");
        out.getBuffer().setLength(0);
        assertThat(importing(first, second, "--characters", CHARACTERS, "--out", strokes.toString(), "--json"))
                .isEqualTo(ExitCodes.DONE);
        JsonNode read = new JsonMapper().readTree(out.toString());
        assertThat(read.path("fields").path("taken").asInt()).isEqualTo(22);
        assertThat(read.path("strokes").asText()).isEqualTo(strokes.toString());
        assertThat(read.has("rhythm")).isFalse();
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
            assertThat(importing(
                            good.toString(), bad.toString(), "--characters", CHARACTERS, "--out", strokes.toString()))
                    .isNotEqualTo(ExitCodes.DONE);
            assertThat(err.toString()).contains(bad.getFileName().toString());
            assertThat(strokes).doesNotExist();
        }
        Path seen = folder.resolve("seen.png");
        assertThat(importing(table.toString(), "--review", seen.toString(), "--out", strokes.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("seen.png shows what was seen");
        assertThat(ImageIO.read(seen.toFile()).getWidth()).isEqualTo(640);
        assertThat(importing(good.toString(), "--out", strokes.toString())).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("--characters");
        assertThat(importing(
                        photo("empty.jpg", "", 4).toString(), "--characters", CHARACTERS, "--out", strokes.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("all fields are empty");
        assertThat(strokes).doesNotExist();
    }

    @Test
    void whatIsNotWhatItShouldBeIsShownAndCanBeWrittenAgainOnASecondSheet() throws Exception {
        Map<Character, List<float[]>> slips = new HashMap<>(HandSheets.WRITTEN);
        slips.put('x', HandSheets.WRITTEN.get('o'));
        slips.put('L', List.of(SCRIBBLE));
        Path review = folder.resolve("review.png");
        Path first = photo("first.jpg", CHARACTERS.replace("v", ""), slips, 5);

        assertThat(importing(first.toString(), "--characters", CHARACTERS, "--dry-run", "--review", review.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);

        assertThat(out.toString()).contains("taken: 14", "doubtful: 5", "empty: 3", "{L=2, x=3}", "--characters 'Lx'");
        assertThat(ImageIO.read(review.toFile()).getHeight()).isGreaterThan(150);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("first.jpg", "review.png");

        SheetLayout again = new SheetLayout("Lx", Paper.LETTER);
        Map<Integer, List<float[]>> right = new HashMap<>();
        for (int place = 0; place < 5; place++) {
            right.put(place, HandSheets.WRITTEN.get(place < 2 ? 'L' : 'x'));
        }
        BufferedImage second = new Photographer(again).written(1, right, Color.BLACK, .5);
        Path scan = folder.resolve("scan.pdf");
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage();
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                PDRectangle box = page.getMediaBox();
                content.drawImage(JPEGFactory.createFromImage(document, second), 0, 0, box.getWidth(), box.getHeight());
            }
            document.save(scan.toFile());
        }
        out.getBuffer().setLength(0);
        assertThat(importing(
                        first.toString(),
                        scan.toString(),
                        "--characters",
                        CHARACTERS,
                        "--characters",
                        "Lx",
                        "--dry-run"))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(out.toString()).contains("taken: 19", "doubtful: 5");
    }

    @Test
    void aDotInACellAndAnUglierSecondTryLoseNothing() throws Exception {
        Path strokes = folder.resolve("ada.jsonl");
        Map<Character, List<float[]>> dots = new HashMap<>(HandSheets.WRITTEN);
        dots.put('v', List.of(new float[] {.3f, .3f}));
        Map<Character, List<float[]>> ugly = new HashMap<>(HandSheets.WRITTEN);
        ugly.put('o', List.of(SCRIBBLE));
        ugly.put('v', HandSheets.WRITTEN.get('v'));

        assertThat(importing(
                        photo("dots.jpg", CHARACTERS, dots, 6).toString(),
                        "--characters",
                        CHARACTERS,
                        "--out",
                        strokes.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(out.toString()).contains("taken: 19");
        out.getBuffer().setLength(0);
        assertThat(importing(
                        folder.resolve("dots.jpg").toString(),
                        photo("again.jpg", "ov", ugly, 7).toString(),
                        "--characters",
                        CHARACTERS,
                        "--out",
                        strokes.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(out.toString()).contains("taken: 22", "doubtful: 0");
    }

    @Test
    void theBlankBacksOfAScanArePassedOverAndDamagedFilesNamed() throws Exception {
        Path scan = folder.resolve("scan.pdf");
        BufferedImage front = ImageIO.read(photo("front.jpg", CHARACTERS, 8).toFile());
        try (PDDocument document = new PDDocument()) {
            for (int i = 0; i < 2; i++) {
                PDPage page = new PDPage();
                document.addPage(page);
                if (i == 0) {
                    try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                        content.drawImage(JPEGFactory.createFromImage(document, front), 0, 100, 600, 600);
                    }
                }
            }
            document.save(scan.toFile());
        }
        String out2 = folder.resolve("ada.jsonl").toString();

        assertThat(importing(scan.toString(), "--characters", CHARACTERS, "--out", out2))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(err.toString()).contains("passed over: " + scan + ", page 2");

        byte[] whole = Files.readAllBytes(folder.resolve("front.jpg"));
        byte[] pdf = Files.readAllBytes(scan);
        for (int cut : new int[] {10, 200, 1_000}) {
            Path jpeg = Files.write(folder.resolve("cut.jpg"), Arrays.copyOf(whole, cut));
            assertThat(importing(jpeg.toString(), "--out", out2)).isNotEqualTo(ExitCodes.DONE);
            assertThat(err.toString()).contains("cut.jpg");
            Path document = Files.write(folder.resolve("cut.pdf"), Arrays.copyOf(pdf, cut));
            assertThat(importing(document.toString(), "--out", out2)).isNotEqualTo(ExitCodes.DONE);
            assertThat(err.toString()).contains("cut.pdf");
        }
        assertThat(importing(scan.toString(), "--name", "a/b")).isEqualTo(ExitCodes.WRONG_USE);
    }
}
