package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.DatasetImporter;
import io.inkstream.trainer.dataset.ImportOptions;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.style.Typography;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandMakeCommandTest {
    private static final String MODEL = "../trainer/models/inkstream-base-5.zip";
    private static final String SAMPLES = "../trainer/samples/unipen-test-images-idx3-ubyte.gz";
    private static final String WRITER = "unipen/205";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int make(String... args) {
        String[] all = new String[args.length + 4];
        System.arraycopy(new String[] {"hand", "make", "--base", MODEL}, 0, all, 0, 4);
        System.arraycopy(args, 0, all, 4, args.length);
        return Commands.run(new PrintWriter(out), new PrintWriter(err), all);
    }

    private static SampleSet ofWriter(String writer) throws Exception {
        CollectedSamples collected = new DatasetImporter(Typography.standard().classes())
                .open(List.of(Path.of(SAMPLES)), ImportOptions.DEFAULTS)
                .collect();
        int number = collected.writers().indexOf(writer);
        return collected.samples().where(i -> collected.samples().writer(i) == number);
    }

    /** A folder of pictures by character: what a person makes who has no data set. */
    private Path pictures(SampleSet samples, int shift) throws Exception {
        Path all = Files.createDirectories(folder.resolve("letters"));
        for (int i = 0; i < samples.size(); i++) {
            int code = samples.classes()
                    .characterAt(samples.label((i + shift) % samples.size()))
                    .codePointAt(0);
            Path of = Files.createDirectories(all.resolve(Integer.toString(code)));
            BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
            picture.getRaster().setDataElements(0, 0, 28, 28, samples.image(i));
            ImageIO.write(picture, "png", of.resolve(i + ".png").toFile());
        }
        return all;
    }

    @Test
    void aFolderOfOnesOwnLettersIsAStyleThatWritesThem() throws Exception {
        SampleSet own = ofWriter(WRITER);
        Path bundle = folder.resolve("ada-1.zip");
        Path review = folder.resolve("review.png");

        assertThat(make(
                        "--from",
                        pictures(own, 0).toString(),
                        "--name",
                        "ada",
                        "--model",
                        "ada:1",
                        "--bundle",
                        bundle.toString(),
                        "--review",
                        review.toString(),
                        "--json"))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);

        JsonNode said = new JsonMapper().readTree(out.toString());
        Manifest manifest = ModelFiles.parse(Files.readAllBytes(bundle)).manifest();
        StyleSpec style = manifest.styles().get(manifest.styles().size() - 1);
        assertThat(style.name()).isEqualTo("ada");
        assertThat(style.exemplars().values().stream().mapToInt(List::size).sum())
                .isEqualTo(said.path("glyphs").path("taken").asInt())
                .isGreaterThan(own.size() / 2);
        assertThat(style.exemplars())
                .doesNotContainKeys(said.path("lacking").asText().split(""));
        assertThat(said.path("nearerThan").asDouble()).isGreaterThan(.9);
        assertThat(ImageIO.read(review.toFile()).getHeight()).isGreaterThan(200);
    }

    @Test
    void glyphsUnderAWrongCharacterAreNotTaken() throws Exception {
        SampleSet own = ofWriter(WRITER);

        assertThat(make("--from", pictures(own, own.size() / 2).toString(), "--name", "x", "--dry-run", "--json"))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);

        JsonNode counts = new JsonMapper().readTree(out.toString()).path("glyphs");
        assertThat(counts.path("taken").asInt())
                .as("look-alikes and those that were moved to their own character: %s", counts)
                .isLessThan(own.size() / 5);
        assertThat(folder.toFile().list()).containsExactly("letters");
    }

    @Test
    void whatCannotBeMadeIsSaidInWordsAndNothingIsWritten() throws Exception {
        Path bundle = folder.resolve("ada-1.zip");

        assertThat(make("--from", SAMPLES, "--name", "ada", "--model", "ada:1", "--bundle", bundle.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("writers; name one with --writer");
        assertThat(make("--from", SAMPLES, "--writer", "nobody", "--name", "ada", "--dry-run"))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("no samples of a writer 'nobody'");
        assertThat(make("--from", SAMPLES, "--writer", WRITER, "--name", "ada")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("--dry-run");
        SampleSet own = ofWriter(WRITER);
        Path few = pictures(own.where(i -> own.label(i) == own.label(0)), 0);
        assertThat(make("--from", few.toString(), "--name", "ada", "--model", "ada:1", "--bundle", bundle.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("at least 5 characters");
        assertThat(make(
                        "--from",
                        SAMPLES,
                        "--writer",
                        WRITER,
                        "--name",
                        "neat",
                        "--model",
                        "ada:1",
                        "--bundle",
                        bundle.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("neat");
        assertThat(bundle).doesNotExist();
    }

    @Test
    void theModelLearnsTheHandAndWritesItWithoutItsLetters() throws Exception {
        SampleSet own = ofWriter(WRITER);
        Path letters = pictures(own, 0);
        Path bundle = folder.resolve("ada-2.zip");
        String[] command = {
            "--from",
            letters.toString(),
            "--name",
            "ada",
            "--model",
            "ada:2",
            "--bundle",
            bundle.toString(),
            "--strength",
            "trained",
            "--steps",
            "2",
            "--training",
            folder.resolve("training").toString()
        };

        assertThat(make(command)).as(err.toString()).isEqualTo(ExitCodes.DONE);

        ModelBundle learnt = ModelFiles.parse(Files.readAllBytes(bundle));
        ModelBundle base = ModelFiles.parse(Files.readAllBytes(Path.of(MODEL)));
        StyleSpec style =
                learnt.manifest().styles().get(learnt.manifest().styles().size() - 1);
        assertThat(style.exemplars()).isEmpty();
        assertThat(learnt.generatorOnnx()).isNotEqualTo(base.generatorOnnx());
        assertThat(learnt.readerOnnx()).isEqualTo(base.readerOnnx());
        assertThat(learnt.manifest().provenance().get("style ada")).contains("2 steps");

        Path checkpoints = folder.resolve("training").resolve("generator");
        List<FileTime> saved = times(checkpoints);
        Files.delete(bundle);
        assertThat(make(command))
                .as("a training that is done is not done again")
                .isEqualTo(ExitCodes.DONE);
        assertThat(ModelFiles.parse(Files.readAllBytes(bundle)).generatorOnnx()).isEqualTo(learnt.generatorOnnx());
        assertThat(times(checkpoints)).isEqualTo(saved);
        command[11] = "3";
        assertThat(make(command)).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("holds a training of another hand");
    }

    private static List<FileTime> times(Path folder) throws IOException {
        List<FileTime> times = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                times.add(Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    @Test
    void theNearestHandOfTheModelWritesAll() throws Exception {
        Path bundle = folder.resolve("ada-3.zip");

        assertThat(make(
                        "--from",
                        pictures(ofWriter(WRITER), 0).toString(),
                        "--name",
                        "ada",
                        "--model",
                        "ada:3",
                        "--bundle",
                        bundle.toString(),
                        "--strength",
                        "nearest"))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);

        ModelBundle made = ModelFiles.parse(Files.readAllBytes(bundle));
        StyleSpec style = made.manifest().styles().get(made.manifest().styles().size() - 1);
        assertThat(style.exemplars()).isEmpty();
        assertThat(style.spread()).isZero();
        assertThat(style.latent())
                .hasSize(made.manifest().styleSize())
                .isNotEqualTo(new float[made.manifest().styleSize()]);
        assertThat(made.generatorOnnx())
                .isEqualTo(ModelFiles.parse(Files.readAllBytes(Path.of(MODEL))).generatorOnnx());
    }
}
