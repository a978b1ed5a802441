package io.inkstream.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DeadLetterReasonTest {
    @Test
    void thePageOfTheModuleHasTheTable() throws IOException {
        String table = Arrays.stream(DeadLetterReason.values())
                .map(reason -> String.format("| `%s` | %s |%n", reason, reason.doc()))
                .collect(Collectors.joining());

        assertThat(Files.readString(Path.of("README.md")))
                .as("put this table there")
                .contains(table);
    }
}
