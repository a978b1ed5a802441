package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.modelserver.predict.NetworkCost;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.publish.TrainedModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From samples to a reader, and from there into a bundle. */
class TrainRecogniserCommandTest {
    private static final Path BASE = Path.of("../trainer/models/inkstream-base-5.zip");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Commands.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    private int train(String net, int workers, String... more) {
        List<String> args =
                new ArrayList<>(List.of("train", "recogniser", "--from", "../trainer/samples", "--net", net));
        args.addAll(List.of("--width", "4", "--max-epochs", "1", "--overfit-batches", "2", "--batch", "16"));
        args.addAll(List.of(
                "--workers", "" + workers, "--out", folder.resolve("reader").toString()));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    @Test
    void aReaderOfTheModelsCharactersTakesTheOnesPlaceInABundle() throws Exception {
        assertThat(train("resnet", 1)).as(err.toString()).isEqualTo(ExitCodes.DONE);
        assertThat(out.toString())
                .containsPattern("test: 0\\.\\d{4} of 2742 read as labelled, 0\\.\\d{4} with case merged");
        Path reader = folder.resolve("reader/reader.onnx");
        assertThat(reader).isNotEmptyFile();
        assertThat(folder.resolve("reader/mistakes.png")).isNotEmptyFile();
        ModelBundle base = ModelFiles.parse(Files.readAllBytes(BASE));
        String characters =
                base.manifest().classes().stream().map(ClassSpec::character).collect(Collectors.joining());
        Path export = folder.resolve("export");
        TrainedModel exported = new TrainedModel(
                base.generatorOnnx(),
                base.readerOnnx(),
                Optional.empty(),
                Map.of("cas", .9, "reader_accuracy_real", .8),
                new TrainedModel.Training(
                        characters,
                        base.manifest().styleSize(),
                        base.manifest().noiseSize(),
                        List.of("emnist"),
                        Map.of()));
        exported.write(export);
        Path bundle = folder.resolve("bundle.zip");
        String[] command = {
            "models",
            "bundle",
            export.toString(),
            "--reader",
            reader.toString(),
            "--model",
            "mine:2",
            "--out",
            bundle.toString()
        };

        assertThat(run(command)).as(err.toString()).isEqualTo(ExitCodes.DONE);
        ModelBundle made = ModelFiles.parse(Files.readAllBytes(bundle));
        assertThat(made.readerOnnx()).isEqualTo(Files.readAllBytes(reader));
        assertThat(made.card()).containsOnlyKeys("cas");
        assertThat(made.manifest().provenance().get("reader")).contains("RESNET of width 4", "SHA-256");
        assertThat(NetworkCost.of(made).valuesPerRow()).isPositive();

        Files.write(reader, new byte[] {1, 2, 3});
        assertThat(run(command)).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("reader.onnx");
        Files.delete(folder.resolve("reader/reader.json"));
        assertThat(run(command)).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("reader.json, which says what the logits");
    }

    @Test
    void wrongInputIsNamedBeforeAnythingIsTrained() {
        assertThat(train("resnet", 3)).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("share a batch evenly");
        assertThat(train("cnn", 1, "--caseless", "nobody")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("no sample is of source nobody");
        assertThat(train("transformer", 1)).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("expected one of [CNN, RESNET]");
        assertThat(folder.resolve("reader")).doesNotExist();
    }

    @Test
    void bothCellsShareOneReport() throws Exception {
        Path palindromes = folder.resolve("palindromes");

        assertThat(run("train", "palindrome", "--length", "3", "--steps", "50", "--out", palindromes.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(out.toString())
                .containsPattern("lstm: \\d\\.\\d{3} of the last digits")
                .contains("rnn: ");
        assertThat(palindromes.resolve("report.html")).content().contains("Palindromes of 3 digits", "data:image/svg");
        String[] forPrograms = {
            "train", "palindrome", "--length", "3", "--steps", "50", "--json", "--out", palindromes.toString()
        };
        assertThat(run(forPrograms)).isEqualTo(ExitCodes.DONE);
        List<JsonNode> said = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            said.add(new JsonMapper().readTree(line));
        }
        assertThat(said.stream().filter(one -> one.has("step")))
                .as("events")
                .isNotEmpty()
                .allSatisfy(event -> assertThat(
                                event.path("figures").path("steps_planned").asLong())
                        .isEqualTo(50));
        assertThat(said.stream().filter(one -> one.has("cell")))
                .extracting(cell -> cell.path("cell").asText())
                .containsExactly("lstm", "rnn");
        assertThat(said.get(said.size() - 1).path("report").asText())
                .isEqualTo(palindromes.resolve("report.html").toString());
        assertThat(run("train", "palindrome", "--length", "1")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("the length is 2 to 1000");
    }
}
