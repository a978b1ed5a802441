package io.inkstream.modelserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real process, where it cannot start: it ends, with a message and a status that scripts understand. */
@Timeout(120)
class ModelServerMainIT {
    @TempDir
    Path folder;

    /** How a process ended, and what it said. */
    private record End(int status, String words) {}

    @Test
    void aSettingThatCannotBeReadEndsTheProcess() throws Exception {
        End end = run("inkstream.model.server.http.port=x");
        assertThat(end.words()).contains("inkstream.model.server.http.port", "x");
        assertThat(end.status()).isEqualTo(2);
    }

    @Test
    void aSettingThatKafkaRefusesEndsTheProcess() throws Exception {
        End end = run("max.poll.records=x");
        assertThat(end.words()).contains("the model server cannot start: ", "max.poll.records");
        assertThat(end.status()).isEqualTo(2);
    }

    @Test
    void settingsThatContradictEachOtherEndTheProcess() throws Exception {
        End end = run("inkstream.model.server.retry.first=1h");
        assertThat(end.words()).contains("the model server cannot start: ", "inkstream.model.server.retry");
        assertThat(end.status()).isEqualTo(2);
    }

    @Test
    void aTakenPortEndsTheProcess() throws Exception {
        for (String key : List.of("inkstream.model.server.grpc.port", "inkstream.model.server.http.port")) {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                End end = run(key + "=" + taken.getLocalPort());
                assertThat(end.words()).contains("the model server cannot start: ");
                assertThat(end.status()).as(key).isEqualTo(2);
            }
        }
    }

    @Test
    void aCacheFolderThatCannotBeUsedEndsTheProcess() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        End end = run("inkstream.model.server.cache.dir=" + file.resolve("below"));
        assertThat(end.words())
                .contains("the model server cannot start: ", "inkstream.model.server.cache.dir", file.toString());
        assertThat(end.status()).isEqualTo(2);
    }

    private End run(String setting) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "io.inkstream.modelserver.ModelServerMain"));
        for (String one : List.of(
                "bootstrap.servers=127.0.0.1:1",
                "schema.registry.url=http://127.0.0.1:1",
                "inkstream.model.server.grpc.port=0",
                "inkstream.model.server.http.port=0",
                "inkstream.model.server.cache.dir=" + folder.resolve("cache"),
                setting)) {
            command.addAll(List.of("-X", one));
        }
        File words = Files.createTempFile(folder, "words", ".txt").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(words);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("INKSTREAM_"));
        environment.put("CLASSPATH", System.getProperty("java.class.path")); // too long for a command line
        Process process = builder.start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS))
                    .as("it ends, having said: %s", Files.readString(words.toPath()))
                    .isTrue();
            return new End(process.exitValue(), Files.readString(words.toPath()));
        } finally {
            process.destroyForcibly();
        }
    }
}
