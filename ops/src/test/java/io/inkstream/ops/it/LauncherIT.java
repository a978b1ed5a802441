package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.stack.Distribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in locales that know no letter beyond ASCII, as cron and containers have them. */
class LauncherIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "C.UTF-8"})
    void whatIsNotAsciiIsReadAndPrintedAsItself(String locale) throws Exception {
        assertThat(run(locale, "\"$0\" render $(printf 'Stra\\303\\237e'); echo code $?"))
                .contains("'Stra\u00dfe'", "code 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX"})
    void aFileWhoseNameIsNotAsciiIsFound(String locale) throws Exception {
        assertThat(run(
                        locale,
                        "f=$(printf 'Gr\\303\\274\\303\\237e.txt'); printf 'x\\351' >$f; \"$0\" render --file $f"))
                .contains("Gr\u00fc\u00dfe.txt is not UTF-8 text");
    }

    /** By a shell that gets ASCII alone: the locale of the tests may be such a one, too. */
    private String run(String locale, String script) throws IOException, InterruptedException {
        Path launcher = Path.of("bin", "inkstream").toAbsolutePath();
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script, launcher.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment()
                .put("INKSTREAM_HOME", Distribution.current().home().toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LC_ALL", locale);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return output;
    }
}
