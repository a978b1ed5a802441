package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentences of a corpus, and of a model that learnt one. */
class GenerateCommandTest {
    private static final String TEXT = "The cat sat on the mat. The dog ran.\n\n".repeat(60);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... args) {
        out.getBuffer().setLength(0);
        return Commands.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    private List<String> written() {
        return out.toString().lines().toList();
    }

    @Test
    void aCorpusGivesItsSentencesAndSaysHowMuchOftenerRareCharactersCome() throws Exception {
        Path file = Files.writeString(folder.resolve("cat.txt"), TEXT + "A lazy fox quips.");

        assertThat(run("generate", "--corpus", file.toString(), "--sentences", "50", "--balance"))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(written()).hasSize(50).contains("A lazy fox quips.");
        assertThat(err.toString()).containsPattern("g: \\d+ of a million characters, \\d+ without --balance");

        assertThat(run("generate", "--corpus", folder.resolve("none.txt").toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("no such file");
        assertThat(run("generate", "--sentences", "3")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(run("generate", "--corpus", file.toString(), "--longest", "0"))
                .isEqualTo(ExitCodes.WRONG_USE);
    }

    @Test
    void whatGoesWithProduceAloneIsRefusedWithoutIt() throws Exception {
        String file = Files.writeString(folder.resolve("cat.txt"), TEXT).toString();

        assertThat(run("generate", "--corpus", file, "--sentences", "0")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("with --produce, --sentences 0 has no end");
        assertThat(run("generate", "--corpus", file, "--rate", "3")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("go with --produce");
        assertThat(run("generate", "--corpus", file, "--produce", "--rate", "0"))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("--rate is above 0");
        assertThat(run("generate", "--lm", "text:1", "--balance")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("--balance is of a --corpus");
        for (String option : List.of("--temperature", "--top-k")) {
            assertThat(run("generate", "--corpus", file, option, "1")).isEqualTo(ExitCodes.WRONG_USE);
            assertThat(err.toString()).contains("--top-k are of a language model");
        }
    }

    @Test
    void aModelLearnsATextAndWritesTheSameForASeed() throws Exception {
        Path file = Files.writeString(folder.resolve("cat.txt"), TEXT);
        Path training = folder.resolve("lm");

        assertThat(run(
                        "train",
                        "lm",
                        "--text",
                        file.toString(),
                        "--passes",
                        "3",
                        "--layers",
                        "1",
                        "--width",
                        "16",
                        "--out",
                        training.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);
        assertThat(out.toString()).containsPattern("held out: \\d\\.\\d+ bits per character");
        assertThat(Files.readString(training.resolve("report.html"))).contains("What it writes", "data:image/svg");

        String model = training.resolve("model.zip").toString();
        String[] command = {"generate", "--lm", model, "--sentences", "4", "--longest", "400", "--seed", "5"};
        assertThat(run(command)).as(err.toString()).isEqualTo(ExitCodes.DONE);
        List<String> first = written();
        assertThat(first).hasSize(4);
        run(command);
        assertThat(written()).isEqualTo(first);

        assertThat(run("generate", "--lm", training.resolve("report.html").toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("no language model");
        assertThat(run("generate", "--lm", "no-such-file")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("no such bundle file: no-such-file");
        assertThat(run("explore", model)).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("it is a language model, which writes text and draws nothing");
        assertThat(run(
                        "train",
                        "lm",
                        "--text",
                        file.toString(),
                        "--passes",
                        "3",
                        "--layers",
                        "1",
                        "--width",
                        "16",
                        "--json",
                        "--out",
                        training.toString()))
                .isEqualTo(ExitCodes.DONE);
        JsonNode made = new JsonMapper().readTree(out.toString()); // nothing is left to do
        assertThat(made.path("model").asText()).isEqualTo(model);
        assertThat(made.path("bits_per_character").asDouble()).isPositive();
        assertThat(run("train", "lm", "--text", file.toString(), "--width", "17", "--out", training.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("layers 1, not 2, width 16, not 17;");
        assertThat(run("train", "lm", "--text", file.toString(), "--topic", "--out", training.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(run("train", "lm", "--text", file.toString(), "--average", "1", "--out", training.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("dropout and average are 0 to 1, exclusive");
        assertThat(run("generate", "--lm", model, "--temperature", "9")).isEqualTo(ExitCodes.WRONG_USE);
    }
}
