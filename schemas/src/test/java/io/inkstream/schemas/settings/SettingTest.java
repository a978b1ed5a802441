package io.inkstream.schemas.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
    private enum Engine {
        ONNXRUNTIME,
        ND4J_CPU
    }

    @ParameterizedTest
    @CsvSource({
        "250us, 250000",
        "4, 4000000",
        "4ms, 4000000",
        "30 s, 30000000000",
        "5m, 300000000000",
        "1h, 3600000000000"
    })
    void timesHaveUnits(String text, long nanos) {
        assertThat(time().parse(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1ms", "1.5s", "4 parsecs", "999999999999999d", "soon"})
    void otherTimesAreRefused(String text) {
        assertThatThrownBy(() -> time().parse(text))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("a.time = '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"65536, 65536", "64KiB, 65536", "8MiB, 8388608", "1 GiB, 1073741824", "7B, 7"})
    void sizesHaveUnits(String text, long bytes) {
        assertThat(size().parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-5", "9GiB", "64KB", "999999999999999GiB"})
    void otherSizesAreRefused(String text) {
        assertThatThrownBy(() -> size().parse(text)).isInstanceOf(SettingsException.class);
    }

    @Test
    void choicesAreWordsInLowerCase() {
        Setting<Engine> engine = Setting.choice("a.engine", Engine.ND4J_CPU, "Which.");

        assertThat(engine.defaultText()).isEqualTo("nd4j-cpu");
        assertThat(engine.defaultValue()).isEqualTo(Engine.ND4J_CPU);
        assertThat(engine.parse(" OnnxRuntime ")).isEqualTo(Engine.ONNXRUNTIME);
        assertThatThrownBy(() -> engine.parse("torch")).hasMessageContaining("expected onnxruntime or nd4j-cpu");
    }

    @Test
    void numbersStayInTheirRange() {
        Setting<Double> share = Setting.decimal("a.share", 0.5, 0, 1, "How much.");

        assertThat(share.parse("0.25")).isEqualTo(0.25);
        for (String wrong : new String[] {"NaN", "1.01", "-0.1", "half"}) {
            assertThatThrownBy(() -> share.parse(wrong)).hasMessageContaining("expected a number, 0.0 to 1.0");
        }
        assertThat(Setting.integer("a", 1, 0, Integer.MAX_VALUE, "x").expected())
                .isEqualTo("a whole number, at least 0");
    }

    @Test
    void listsFlagsNamesAndPaths() {
        assertThat(Setting.list("a", "x", "d").parse(" a ,, b,")).containsExactly("a", "b");
        assertThatThrownBy(() -> Setting.list("a", "x", "d").parse(" , ")).isInstanceOf(SettingsException.class);
        assertThat(Setting.flag("a", false, "d").parse("true")).isTrue();
        assertThatThrownBy(() -> Setting.flag("a", false, "d").parse("yes")).isInstanceOf(SettingsException.class);
        assertThat(Setting.text("a", "", "d").defaultValue()).isEmpty();
        assertThatThrownBy(() -> Setting.name("a", "x", "d").parse("  ")).isInstanceOf(SettingsException.class);
        assertThat(Setting.path("a", "x", "d").parse("y/z")).isEqualTo(Path.of("y/z"));
        assertThatThrownBy(() -> Setting.path("a", "x", "d").parse("\0")).isInstanceOf(SettingsException.class);
    }

    @Test
    void aDefaultThatItsOwnRuleRefusesIsABug() {
        assertThatThrownBy(() -> Setting.integer("a", 9, 0, 5, "d")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Setting.integer("No_Key", 1, 0, 5, "d")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Setting<Duration> time() {
        return Setting.duration("a.time", "4ms", Duration.ZERO, "How long.");
    }

    private static Setting<Long> size() {
        return Setting.bytes("a.size", "64KiB", 1, 8L << 30, "How much.");
    }
}
