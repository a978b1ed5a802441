package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is of no use is told from one that is, and holds nobody up. */
class DockerEngineTest {
    private static final Duration LIMIT = Duration.ofMillis(500);

    @TempDir
    private Path folder;

    @Test
    void anImageThatIsThereIsNotFetched() throws Exception {
        assertThat(engine("[ $1 = image ]").has("kafka", LIMIT)).isTrue();
    }

    @Test
    void anImageThatCanBeFetchedIsThere() throws Exception {
        assertThat(engine("[ $1 = pull ]").has("kafka", Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void anImageThatCannotBeFetchedIsNot() throws Exception {
        assertThat(engine("exit 1").has("kafka", LIMIT)).isFalse();
    }

    @Test
    @Timeout(60)
    void anEngineThatFetchesForEverIsGivenUp() throws Exception {
        assertThat(engine("[ $1 = pull ] && exec sleep 600; exit 1").has("kafka", LIMIT))
                .isFalse();
    }

    @Test
    void aProgramThatIsNotThereHasNothing() {
        assertThat(new DockerEngine(folder.resolve("none").toString()).has("kafka", LIMIT))
                .isFalse();
    }

    @Test
    void whatACommandSaysIsKept() throws Exception {
        DockerEngine.Said said = engine("echo $WORD; exit 3").run(Map.of("WORD", "here"), Duration.ofMinutes(1), "ps");

        assertThat(said).isEqualTo(new DockerEngine.Said(3, "here\n"));
    }

    private DockerEngine engine(String script) throws Exception {
        Path program = Files.writeString(folder.resolve("docker"), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new DockerEngine(program.toString());
    }
}
