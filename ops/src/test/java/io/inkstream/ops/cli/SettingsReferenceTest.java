package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
}
