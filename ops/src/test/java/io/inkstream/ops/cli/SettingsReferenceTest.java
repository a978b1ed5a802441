package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {
    @Test
    void thePageOfSettingsSaysWhatTheSettingsSay() throws IOException {
        assertThat(Files.readString(Path.of("docs/SETTINGS.md")))
                .as("out of date; run: ops/bin/inkstream settings > ops/docs/SETTINGS.md")
                .isEqualTo(SettingsCommand.reference());
    }

    @Test
    void programsReadTheSameSettings() throws IOException {
        StringWriter out = new StringWriter();

        assertThat(Commands.run(new PrintWriter(out), new PrintWriter(new StringWriter()), "settings", "--json"))
                .isEqualTo(ExitCodes.DONE);
        JsonNode settings = new JsonMapper().readTree(out.toString()).path("settings");
        assertThat(settings).hasSizeGreaterThan(50).allSatisfy(setting -> assertThat(SettingsCommand.reference())
                .contains(
                        "`" + setting.path("key").asText() + "`<br>`"
                                + setting.path("environment").asText() + "` | ",
                        "## " + setting.path("of").asText()));
        assertThat(settings)
                .filteredOn(setting -> setting.path("key").asText().equals("inkstream.topic.partitions"))
                .singleElement()
                .satisfies(
                        setting -> assertThat(setting.path("default").asText()).isEqualTo("4"));
    }
}
