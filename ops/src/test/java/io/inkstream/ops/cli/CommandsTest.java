package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.stack.Addresses;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {
    /** Commands without --json, and why. */
    private static final Map<String, String> FOR_PEOPLE = Map.of(
            "inkstream quickstart", "shows newcomers how it goes; what it starts is asked by the others",
            "inkstream generate-completion", "picocli's own; prints a script");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "render --nonsense",
                "render --seed twelve --text x",
                "render",
                "render --text x --file y",
                "render --file there-is-no-such-file.txt",
                "render --text x --config there-is-no-such-file.properties",
                "render --text x -X inkstream.topic.prefx=a",
                "render --text x -X inkstream.ops.page.port=many",
                "models",
                "models publish there-is-no-such-file.zip",
                "models verify there-is-no-such-file.zip",
                "models promote",
                "models promote no-version",
                "models promote base:1 --newest",
                "models promote base --freeze --newest",
                "models candidate base:1",
                "models candidate base:1 --percent 101",
                "models candidate base:1 --percent 10 --max-error-rate 2",
                "models candidate base:1 --percent 10 --max-latency-ms 0",
                "models candidate base --percent 10",
                "models shadow base:1 --percent -1",
                "models pin base:1",
                "models pin base --document letter",
                "models rollback base:1",
                "models withdraw base",
                "models gc --keep 0",
                "sample --model there-is-no-such-file.zip",
                "sample --model no-version",
                "sample --model a:1 --per-class 0",
                "evaluate",
                "evaluate there-is-no-such-file.zip --from there-is-no-such-folder",
                "evaluate there-is-no-such-file.zip --workers 3",
                "explore there-is-no-such-file.zip",
                "explore ../trainer/models/inkstream-base-5.zip --hands 0",
                "explore ../trainer/models/inkstream-base-5.zip --sort beauty",
                "explore ../trainer/models/inkstream-base-5.zip --keep 7 --as ada",
                "explore ../trainer/models/inkstream-base-5.zip --style fancy",
                "explore",
                "explore interpolate",
                "explore interpolate there-is-no-such-file.zip --from neat --to wide",
                "explore grid CommandsTest.java",
                "explore arithmetic ../trainer/models/inkstream-base-5.zip --from neat --minus neat --plus wide",
                "explore directions ../trainer/models/inkstream-base-5.zip --amount 0",
                "train report there-is-no-such-folder",
                "dataset import there-is-no-such-folder",
                "replay",
                "replay --from-image there-is-no-such-file.png",
                "bench --swaps 0",
                "bench --swaps 3 --rate 0",
                "bench --servers 0",
                "bench --servers 2 --swaps 1",
                "quickstart --bundle there-is-no-such-file.zip",
                "produce --text x --hands 0",
                "produce --text x --hands many",
                "consume --follow --lines 3",
                "consume --follow --idle 3",
                "consume --idle 0",
                "doctor --timeout 0",
                "doctor --timeout 7",
                "doctor --since soon",
                "doctor --since 0h",
                "topics",
                "topics create --partitions 0",
                "topics create --replication 0",
                "dead-letters",
                "dead-letters list --reason BAD_WEATHER",
                "dead-letters list --limit 0",
                "dead-letters list --since yesterdayT",
                "dead-letters show",
                "dead-letters replay",
                "dead-letters replay 0:1 --all",
                "dead-letters replay 0:1 --reason EMPTY_TEXT",
                "reset",
                "reset --to-earliest --to-latest",
                "clean --out there-is-no-such-folder",
                "clean --out src --images",
            })
    void wrongUseIsAnsweredWithOneSentenceAndCodeTwo(String line) {
        System.setProperty("inkstream.home", home().toString());
        int code = run(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).hasSize(1).first().asString().startsWith("inkstream");
    }

    @Test
    void brokersThatDoNotAnswerAreNamedWithCodeThree() {
        String nobody = "127.0.0.1:" + Addresses.portOr(0);

        int code = run("render", "--text", "x", "-b", nobody, "-X", "inkstream.ops.connect.timeout=300ms");

        assertThat(code).isEqualTo(3);
        assertThat(err.toString().lines()).hasSize(1).first().asString().contains(nobody);
    }

    @Test
    void aTextFileThatIsNoTextIsRefused(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("text"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThat(run("render", "--file", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("UTF-8");
    }

    @Test
    void aFileWithoutEndIsNotReadToItsEnd() {
        assertThat(run("render", "--file", "/dev/zero")).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("/dev/zero has more than");
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        int code = run(
                "dataset",
                "export",
                "--from",
                "../trainer/samples",
                "--out",
                file.resolve("x").toString());

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains(file.toString());
    }

    static Stream<CommandLine> commands() {
        return leaves(Commands.commandLine());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTeachesByExample(CommandLine command) {
        assertThat(command.getUsageMessage())
                .contains("Example")
                .contains(command.getCommandSpec().qualifiedName() + " ");
    }

    @ParameterizedTest
    @MethodSource("doing")
    void whatACommandPrintsCanBeReadByPrograms(CommandLine command) {
        boolean isRead = command.getCommandSpec().optionsMap().containsKey("--json");

        assertThat(isRead)
                .as("%s has --json", command.getCommandSpec().qualifiedName())
                .isEqualTo(!FOR_PEOPLE.containsKey(command.getCommandSpec().qualifiedName()));
    }

    /** All that do something by themselves, be there commands below them or not. */
    static Stream<CommandLine> doing() {
        return below(Commands.commandLine())
                .filter(command -> command.getCommand() instanceof Callable
                        || command.getSubcommands().isEmpty());
    }

    private static Stream<CommandLine> below(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(CommandsTest::below));
    }

    private static Stream<CommandLine> leaves(CommandLine command) {
        if (command.getCommandName().equals("generate-completion")) {
            return Stream.of(); // picocli's own
        }
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().flatMap(CommandsTest::leaves);
    }

    private int run(String... args) {
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    /** A software directory that is just enough for commands that fail before they start anything. */
    private static Path home() {
        try {
            Path home = Path.of("target/test-home");
            Files.createDirectories(home.resolve("lib/app"));
            return home;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
