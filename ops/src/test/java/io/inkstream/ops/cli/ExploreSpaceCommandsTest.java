package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.style.Latents;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands below {@code explore}: what lies between hands, and which way a hand changes how. */
class ExploreSpaceCommandsTest {
    private static final String MODEL = "../trainer/models/inkstream-base-5.zip";

    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path sheet;

    @BeforeEach
    void nameSheet() {
        sheet = folder.resolve("made/sheet.png");
    }

    /** @param words what follows {@code explore} */
    private int run(StringWriter out, String... words) {
        List<String> line = new ArrayList<>(List.of("explore"));
        line.addAll(List.of(words));
        line.addAll(List.of("--json", "--out", sheet.toString()));
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
    }

    private JsonNode explore(String command, String... args) throws Exception {
        StringWriter out = new StringWriter();
        List<String> words = new ArrayList<>(List.of(command, MODEL));
        words.addAll(List.of(args));
        assertThat(run(out, words.toArray(String[]::new))).as(err.toString()).isZero();
        return new JsonMapper().readTree(out.toString());
    }

    private StyleSpec kept(Path bundle) throws Exception {
        Manifest manifest = ModelFiles.parse(Files.readAllBytes(bundle)).manifest();
        assertThat(manifest.id().toString()).isEqualTo("mine:2");
        assertThat(manifest.parent()).isEqualTo("inkstream-base:5");
        assertThat(manifest.provenance()).containsKey("style ada");
        StyleSpec last = manifest.styles().get(manifest.styles().size() - 1);
        assertThat(last.name()).isEqualTo("ada");
        assertThat(last.spread()).isZero();
        return last;
    }

    private static List<Double> numbers(JsonNode rows, String... path) {
        List<Double> numbers = new ArrayList<>();
        rows.forEach(row -> {
            JsonNode node = row;
            for (String name : path) {
                node = node.path(name);
            }
            numbers.add(node.asDouble());
        });
        return numbers;
    }

    @Test
    void aWalkBeginsAsOneHandWritesAndEndsAsTheOther() throws Exception {
        JsonNode told =
                explore("interpolate", "--from", "upright:2", "--to", "slanted:2", "--steps", "3", "--text", "Ada");
        assertThat(ImageIO.read(sheet.toFile()).getHeight()).isEqualTo(3 * 74 + 32);
        List<Double> walked = numbers(told.path("steps"), "text", "slant");
        List<Double> ends = new ArrayList<>();
        for (String style : List.of("upright", "slanted")) {
            StringWriter out = new StringWriter();
            run(out, MODEL, "--style", style, "--hands", "1", "--seed", "2");
            ends.add(new JsonMapper()
                    .readTree(out.toString())
                    .path("hands")
                    .path(0)
                    .path("slant")
                    .asDouble());
        }

        assertThat(numbers(told.path("steps"), "at")).containsExactly(0., .5, 1.);
        assertThat(walked.get(0)).isCloseTo(ends.get(0), within(1e-9));
        assertThat(walked.get(2)).isCloseTo(ends.get(1), within(1e-9));
        assertThat(walked.get(1)).isCloseTo((ends.get(0) + ends.get(1)) / 2, within(1e-9));
    }

    @Test
    void oneSeedWalksToTheSamePictures() throws Exception {
        Path gif = folder.resolve("walk.gif");
        String[] args = {
            "--from", "neat", "--to", "natural:8", "--steps", "3", "--text", "Ada", "--animation", gif.toString()
        };
        explore("interpolate", args);
        byte[] first = Files.readAllBytes(gif);
        byte[] firstSheet = Files.readAllBytes(sheet);
        explore("interpolate", args);

        assertThat(Files.readAllBytes(gif)).isEqualTo(first);
        assertThat(Files.readAllBytes(sheet)).isEqualTo(firstSheet);
        assertThat(ImageIO.read(gif.toFile()).getHeight()).isEqualTo(64 + 24);
    }

    @Test
    void charactersTurnIntoOthers() throws Exception {
        JsonNode steps = explore("interpolate", "--from", "neat", "--characters", "Aa2", "--into", "Ww7")
                .path("steps");

        assertThat(steps).hasSize(9);
        assertThat(steps.path(0).path("glyphs").path("read").asText()).isEqualToIgnoringCase("Aa2");
        assertThat(steps.path(8).path("glyphs").path("read").asText()).isEqualToIgnoringCase("Ww7");
        BufferedImage picture = ImageIO.read(sheet.toFile());
        assertThat(picture.getHeight()).isEqualTo(9 * (3 * 28 + 10) + 32);
    }

    @Test
    void aKeptStepIsOnTheArcBetweenItsHands() throws Exception {
        Path bundle = folder.resolve("mine-2.zip");
        explore(
                "interpolate",
                "--from",
                "upright",
                "--to",
                "wide",
                "--steps",
                "3",
                "--text",
                "Ada",
                "--keep",
                "2",
                "--as",
                "ada",
                "--model",
                "mine:2",
                "--bundle",
                bundle.toString());
        float[] first = keptOf("upright");
        float[] last = keptOf("wide");

        assertThat(kept(bundle).latent()).containsExactly(Latents.spherical(first, last, .5), within(1e-5f));
    }

    /** The latent of a style's seed 0, told by explore itself. */
    private float[] keptOf(String style) throws Exception {
        Path bundle = folder.resolve(style + ".zip");
        int code = run(
                new StringWriter(),
                MODEL,
                "--style",
                style,
                "--hands",
                "1",
                "--text",
                "a",
                "--keep",
                "0",
                "--as",
                "ada",
                "--model",
                "mine:2",
                "--bundle",
                bundle.toString());
        assertThat(code).as(err.toString()).isZero();
        return kept(bundle).latent();
    }

    @Test
    void aSumIsDrawnAndKeptAndRemembersWhatItIsOf() throws Exception {
        Path bundle = folder.resolve("mine-2.zip");
        JsonNode told = explore(
                "arithmetic",
                "--from",
                "slanted",
                "--minus",
                "upright",
                "--plus",
                "round",
                "--text",
                "Ada",
                "--keep",
                "--as",
                "ada",
                "--model",
                "mine:2",
                "--bundle",
                bundle.toString());

        List<Double> slants = numbers(told.path("hands"), "slant");
        assertThat(slants).hasSize(4);
        assertThat(slants.get(3)).isCloseTo(slants.get(0) - slants.get(1) + slants.get(2), within(1e-9));
        assertThat(kept(bundle).description()).contains("slanted:0 - upright:0 + round:0");
        assertThat(Latents.length(kept(bundle).latent())).isBetween(3., 7.);
    }

    @Test
    void aGridHasItsHandsInItsCorners() throws Exception {
        JsonNode rows = explore(
                        "grid",
                        "--corner",
                        "upright",
                        "--corner",
                        "slanted",
                        "--corner",
                        "narrow",
                        "--corner",
                        "wide",
                        "--steps",
                        "3",
                        "--text",
                        "Ada")
                .path("rows");

        List<Double> top = numbers(rows.path(0), "slant");
        List<Double> bottom = numbers(rows.path(2), "width");
        assertThat(rows).hasSize(3);
        assertThat(top).hasSize(3).isSorted();
        assertThat(bottom.get(0)).isLessThan(bottom.get(2));
        assertThat(ImageIO.read(sheet.toFile()).getWidth()).isGreaterThan(150);
    }

    @Test
    void aHandLeansFartherTheFartherItIsMoved() throws Exception {
        Path bundle = folder.resolve("mine-2.zip");
        JsonNode told = explore(
                "directions",
                "--hands",
                "60",
                "--hand",
                "neat",
                "--direction",
                "slant",
                "--amount",
                "2",
                "--text",
                "Ada",
                "--keep",
                "--as",
                "ada",
                "--model",
                "mine:2",
                "--bundle",
                bundle.toString());

        assertThat(numbers(told.path("hands"), "slant")).hasSize(5).isSorted();
        JsonNode direction = told.path("directions").path(0);
        assertThat(direction.path("attribute").asText()).isEqualToIgnoringCase("slant");
        assertThat(direction.path("explained").asDouble()).isGreaterThan(.4);
        assertThat(numbers(direction.path("effects"), "change", "SLANT"))
                .hasSize(4)
                .isSorted();
        assertThat(kept(bundle).slant())
                .isCloseTo(told.path("hands").path(4).path("slant").asDouble(), within(1e-9))
                .isGreaterThan(.15);
        assertThat(err.toString()).contains("measuring 80 random hands");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    interpolate --from fancy --to neat                       | 'fancy' is no hand of inkstream-base:5
                    interpolate --from neat --to neat                        | one place
                    interpolate --from neat --to joined                      | one place
                    interpolate --from neat                                  | nothing to walk to
                    interpolate --from neat --to wide --steps 61             | 2 to 60, not 61
                    interpolate --from neat --to wide --walk round           | round
                    interpolate --from neat --into abc                       | name both
                    interpolate --from neat --characters ab --into abc       | equally many, not 2 and 3
                    interpolate --from neat --characters ab --into ab        | nothing changes
                    interpolate --from neat --characters aé --into ab        | no character 'é'
                    interpolate --from neat --to wide --animation walk.png   | ends in .gif
                    interpolate --from neat --to wide --keep 10 --as a --model mine:2 --bundle no.zip | 1 to 9, not 10
                    interpolate --from neat --to wide --keep 1 --as felt --model mine:2 --bundle no.zip | has a style 'felt'
                    interpolate --from neat --to wide --keep 1 --as a --model inkstream-base:5 --bundle no.zip | another version
                    arithmetic --from neat --minus neat --plus wide          | no difference to add
                    arithmetic --from neat --minus wide                      | --plus
                    grid --corner neat --corner wide                         | four corners, not 2
                    grid --corner neat --corner wide --corner felt --corner neat | four hands
                    grid --hand neat --across slant                          | go together
                    grid --hand neat --across slant --down slant             | twice
                    grid --corner neat --hand neat                           | --across and --down
                    directions --amount 0                                    | not 0
                    directions --amount 9                                    | not 9
                    directions --direction beauty                            | beauty
                    directions --hands 2                                     | 6 to 5000, not 2
                    directions --hands 20                                    | more than 33 hands, not 20
                    directions --keep --as a --model mine:2 --bundle no.zip  | name it with --direction
                    """)
    void whatCannotBeDrawnIsRefusedInASentence(String line, String sentence) {
        List<String> words = new ArrayList<>(List.of(line.strip().split(" +")));
        words.add(1, MODEL);
        StringWriter out = new StringWriter();

        int code = run(out, words.toArray(String[]::new));

        assertThat(code).as(err.toString()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains(sentence).startsWith("inkstream explore " + words.get(0));
        assertThat(sheet).doesNotExist();
    }

    @Test
    void oppositeHandsHaveNoArcBetweenThem() throws Exception {
        ModelBundle shipped = ModelFiles.parse(Files.readAllBytes(Path.of(MODEL)));
        float[] there = new float[shipped.manifest().styleSize()];
        float[] back = new float[there.length];
        there[0] = 4;
        back[0] = -4;
        Path bundle = withStyles(
                shipped,
                List.of(
                        new StyleSpec("there", "", there, 0, 0, 0, .13, .2, 1, .8),
                        new StyleSpec("back", "", back, 0, 0, 0, .13, .2, 1, .8)));

        int code = run(
                new StringWriter(), "interpolate", bundle.toString(), "--from", "there", "--to", "back", "--text", "a");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("opposite");
    }

    @Test
    void handsOfPeopleAreAtNoPlace() throws Exception {
        ModelBundle shipped = ModelFiles.parse(Files.readAllBytes(Path.of(MODEL)));
        StyleSpec own = new StyleSpec("own", "", new float[shipped.manifest().styleSize()], 0, 0, 0, .13, .2, 1, .8)
                .with(Map.of("a", List.of(exemplar())));
        Path bundle =
                withStyles(shipped, List.of(own, shipped.manifest().styles().get(1)));

        int code = run(new StringWriter(), "interpolate", bundle.toString(), "--from", "own", "--to", "neat");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("its person's own letters");
    }

    private static Exemplar exemplar() {
        return new Exemplar(List.of(new float[] {0, 0, 1, 1}));
    }

    private Path withStyles(ModelBundle shipped, List<StyleSpec> styles) throws Exception {
        Path file = folder.resolve("other.zip");
        Files.write(
                file,
                shipped.with(shipped.manifest()
                                .childAs(ModelId.parse("other:1"))
                                .withStyles(styles))
                        .toBytes());
        return file;
    }
}
