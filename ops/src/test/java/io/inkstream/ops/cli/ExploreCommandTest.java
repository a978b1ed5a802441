package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.Manifest;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExploreCommandTest {
    private static final String MODEL = "../trainer/models/inkstream-base-5.zip";
    private static final int MARGIN_PX = 16;
    private static final int ROW_PX = 74;
    /** Wider than any label, and where every line still goes on. */
    private static final int LABEL_PX = 290;

    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path sheet;

    @BeforeEach
    void nameSheet() {
        sheet = folder.resolve("made/hands.png");
    }

    @Test
    void theSheetHasARowForEverySeedOfEveryStyleInTheOrderAskedFor() throws Exception {
        JsonNode told = explore(
                MODEL, "--style", "wide", "--style", "natural", "--hands", "2", "--seed", "5", "--sort", "slant");

        List<String> rows = new ArrayList<>();
        List<Double> slants = new ArrayList<>();
        told.path("hands").forEach(hand -> {
            rows.add(hand.path("style").asText() + " " + hand.path("seed").asInt());
            slants.add(hand.path("slant").asDouble());
            assertThat(hand.path("legibility").asDouble()).isBetween(0., 1.);
            assertThat(hand.path("width").asDouble()).isBetween(.5, 3.);
        });
        assertThat(rows).containsExactlyInAnyOrder("wide 5", "wide 6", "natural 5", "natural 6");
        assertThat(slants).isSorted();
        BufferedImage picture = ImageIO.read(sheet.toFile());
        assertThat(picture.getHeight()).isEqualTo(4 * ROW_PX + 2 * MARGIN_PX);
        for (int row = 0; row < 4; row++) {
            assertThat(ink(picture, row)).as("ink in row " + row).isPositive();
        }
    }

    /** Its slant is more than people have, and it is a hand all the same. */
    @Test
    void aHandOfAWideStyleThatLeansFarIsShownToo() throws Exception {
        JsonNode told = explore(MODEL, "--style", "hasty", "--hands", "1", "--seed", "5", "--text", "lean");
        assertThat(told.path("hands").path(0).path("slant").asDouble()).isBetween(.5, 1.);
    }

    @Test
    void aKeptHandWritesForEverySeedAsItsOwnSeedDid() throws Exception {
        explore(MODEL, "--hands", "1", "--seed", "5");
        BufferedImage before = ImageIO.read(sheet.toFile());
        Path bundle = folder.resolve("mine-2.zip");

        JsonNode told = explore(
                MODEL,
                "--keep",
                "5",
                "--as",
                "ada",
                "--model",
                "mine:2",
                "--bundle",
                bundle.toString(),
                "--hands",
                "2",
                "--seed",
                "5");

        BufferedImage after = ImageIO.read(sheet.toFile());
        int end = before.getWidth() - MARGIN_PX;
        assertThat(firstLine(after, end)).isEqualTo(firstLine(before, end));
        assertThat(told.path("hands").path(1).path("slant"))
                .isEqualTo(told.path("hands").path(0).path("slant"));
        Manifest manifest = ModelFiles.parse(Files.readAllBytes(bundle)).manifest();
        assertThat(manifest.id().toString()).isEqualTo("mine:2");
        assertThat(manifest.parent()).isEqualTo("inkstream-base:5");
        assertThat(manifest.styles()).hasSize(14).last().satisfies(style -> {
            assertThat(style.name()).isEqualTo("ada");
            assertThat(style.spread()).isZero();
        });
        assertThat(manifest.provenance()).containsEntry("style ada", "seed 5 of style natural of inkstream-base:5");
    }

    @Test
    void aVersionThatIsThereAlreadyGetsNoOtherStyles() {
        Path bundle = folder.resolve("mine-2.zip");

        int code = run(
                new StringWriter(),
                MODEL,
                "--keep",
                "5",
                "--as",
                "ada",
                "--model",
                "inkstream-base:5",
                "--bundle",
                bundle.toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("inkstream-base:5");
        assertThat(bundle).doesNotExist();
        assertThat(sheet).doesNotExist();
    }

    @Test
    void aSheetThatCannotBeWrittenIsNamed() throws Exception {
        Files.createDirectories(sheet);

        assertThat(run(new StringWriter(), MODEL, "--hands", "1")).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1).first().asString().contains(sheet + ": it is a directory");
    }

    @Test
    void aTextThatNoSheetHoldsIsRefused() {
        assertThat(run(new StringWriter(), MODEL, "--text", "a ".repeat(300))).isEqualTo(2);
        assertThat(err.toString()).contains("500 characters");
    }

    private JsonNode explore(String... args) throws Exception {
        StringWriter out = new StringWriter();
        assertThat(run(out, args)).as(err.toString()).isZero();
        return new JsonMapper().readTree(out.toString());
    }

    private int run(StringWriter out, String... args) {
        List<String> line = new ArrayList<>(List.of("explore", "--json", "--out", sheet.toString()));
        line.addAll(List.of(args));
        if (!line.contains("--text")) {
            line.addAll(List.of("--text", "Ada, 36 days"));
        }
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
    }

    private static long ink(BufferedImage sheet, int row) {
        return pixels(sheet, MARGIN_PX + row * ROW_PX, sheet.getWidth())
                .filter(grey -> grey < 128)
                .count();
    }

    private static int[] firstLine(BufferedImage sheet, int end) {
        return pixels(sheet, MARGIN_PX, end).toArray();
    }

    /** The pixels of a row beside its label. */
    private static IntStream pixels(BufferedImage sheet, int top, int end) {
        return IntStream.range(top, top + ROW_PX).flatMap(y -> IntStream.range(LABEL_PX, end)
                .map(x -> sheet.getRaster().getSample(x, y, 0)));
    }
}
