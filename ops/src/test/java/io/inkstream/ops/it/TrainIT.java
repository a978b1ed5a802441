package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.DatasetExport;
import io.inkstream.trainer.dataset.DatasetImporter;
import io.inkstream.trainer.dataset.ImportOptions;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.style.Typography;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However a training ends, the same command goes on from its last checkpoint. */
class TrainIT {
    private static final Path SHIPPED = Path.of("..", "trainer", "samples");
    private static final Pattern SAVED = Pattern.compile("saved step-(\\d+)\\.ckpt");
    private static final int DRIFT_STEPS = 12;
    private static final int ADVERSARIAL_STEPS = 8;
    private static final String LAST = "generator/step-000000020.ckpt";

    @TempDir
    Path directory;

    @BeforeEach
    void takeSixLettersOfTheShippedSamples() throws IOException {
        DatasetExport.writeBySourceAndSplit(
                read(SHIPPED).samples().over(new CharacterClasses("abcdef")), directory.resolve("samples"));
    }

    @Test
    void trainingThatIsKilledTwiceAndStoppedOnceEndsAsOneThatWasLeftAlone() throws Exception {
        long seed = new SecureRandom().nextLong();
        Path whole = folder("whole");
        try (Launcher training = train(whole)) {
            training.awaitEnd();
            assertThat(training.process().exitValue()).isZero();
        }

        Path cut = folder("cut");
        Random random = new Random(seed);
        int first = 1 + random.nextInt(5);
        int second = first + 2 + random.nextInt(4);
        int third = second + 2 + random.nextInt(4);
        endAfter(cut, first, true);
        endAfter(cut, second, false);
        endAfter(cut, third, true);
        try (Launcher training = train(cut)) {
            training.awaitEnd();
            assertThat(training.process().exitValue()).isZero();
        }

        for (String file : List.of(LAST, "export/generator.onnx", "export/reader.onnx")) {
            assertThat(cut.resolve(file))
                    .as("%s after %d, %d and %d steps (seed %d)", file, first, second, third, seed)
                    .hasSameBinaryContentAs(whole.resolve(file));
        }
        assertThat(EventLog.read(cut.resolve(EventLog.FILE_NAME)).stream()
                        .filter(event -> event.getCheckpoint() != null)
                        .map(event -> event.getStep()))
                .as("the log tells of one run, not of four")
                .isSorted()
                .doesNotHaveDuplicates()
                .endsWith((long) DRIFT_STEPS + ADVERSARIAL_STEPS);
        try (Launcher report = Launcher.start(directory, "train", "report", cut.toString())) {
            assertThat(report.value("report")).endsWith("report.html");
        }
    }

    /** Lets a training go on until it has saved that many steps, and ends it wherever it is by then. */
    private void endAfter(Path folder, int steps, boolean kill) throws Exception {
        try (Launcher training = train(folder)) {
            training.awaitLine(line -> saved(line) >= steps);
            if (kill) {
                training.process().destroyForcibly();
            } else {
                training.process().destroy();
            }
            training.awaitEnd();
            assertThat(training.process().exitValue()).isNotZero();
        }
        assertThat(folder.resolve(LAST)).doesNotExist();
    }

    private static int saved(String line) {
        Matcher matcher = SAVED.matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private Launcher train(Path folder) throws IOException {
        return Launcher.start(
                directory,
                "train",
                "--from",
                directory.resolve("samples").toString(),
                "--model",
                "cut:1",
                "--checkpoint-steps",
                "2",
                "--out",
                folder.toString());
    }

    /** A folder whose training is planned: how long it takes does not depend on the machine. */
    private Path folder(String name) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        String digest = read(directory.resolve("samples")).digest();
        Files.writeString(folder.resolve("plan.json"), """
                {"plan": {"readerSteps": 10, "judgeSteps": 1, "refines": false, "driftSteps": %d,
                 "adversarialSteps": %d, "cardSteps": 1, "workers": 1, "seed": 1},
                 "digest": "%s", "parent": "", "model": "cut:1"}""".formatted(DRIFT_STEPS, ADVERSARIAL_STEPS, digest));
        return folder;
    }

    private static CollectedSamples read(Path from) throws IOException {
        return new DatasetImporter(Typography.standard().classes())
                .open(List.of(from), ImportOptions.DEFAULTS)
                .collect();
    }
}
