package io.inkstream.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeashTest {
    /** Waits for ever, ignoring its standard input. */
    static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] args) throws InterruptedException {
            System.out.println("up " + String.join(",", args));
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Starts a leashed sleeper and waits for ever, as a launcher does. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Process child = new ProcessBuilder(command()).start();
            new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8)).readLine();
            System.out.println(child.pid());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void aProcessWhoseParentIsKilledEndsAtOnce() throws Exception {
        Process parent = new ProcessBuilder(java(Parent.class.getName())).start();
        ProcessHandle child;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
            parent.destroyForcibly();

            child.onExit().get(30, TimeUnit.SECONDS);
        }
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void theProgramRunsWithItsOwnArgumentsAndDiesWithTheLine() throws Exception {
        List<String> command = new java.util.ArrayList<>(command());
        command.addAll(List.of("a", "b"));
        Process child = new ProcessBuilder(command).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("up a,b");
            assertThat(child.isAlive()).isTrue();

            child.getOutputStream().close();

            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
        }
    }

    private static List<String> command() {
        return java(Leash.class.getName(), Sleeper.class.getName());
    }

    private static List<String> java(String... mainAndArguments) {
        List<String> command = new java.util.ArrayList<>(List.of(
                Distribution.java().toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target/classes") + java.io.File.pathSeparator + Path.of("target/test-classes")));
        command.addAll(List.of(mainAndArguments));
        return command;
    }
}
