package io.inkstream.trainer.publish;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * Says of each collection of handwriting where it comes from and under which terms.
 *
 * @param statements one sentence or more for each collection, by its name
 */
public record DataSources(Map<String, String> statements) {
    /** Licence of the weights that this project trains. */
    public static final String WEIGHTS_LICENSE =
            "Apache-2.0; see dataSources for the terms of the handwriting behind them";

    private static final String RESOURCE = "/io/inkstream/trainer/data-sources.json";

    public DataSources {
        statements = Map.copyOf(requireNonNull(statements, "statements"));
    }

    /** Reads the statements that ship with the trainer; the same as in the project's NOTICE. */
    public static DataSources standard() {
        try (InputStream json = DataSources.class.getResourceAsStream(RESOURCE)) {
            return new DataSources(new JsonMapper().readValue(json, new TypeReference<Map<String, String>>() {}));
        } catch (IOException e) {
            throw new IllegalStateException("the trainer's own list of data sources cannot be read", e);
        }
    }

    /** Returns one statement for each source; a source that nothing is known of is named as such, not left out. */
    public List<String> describe(List<String> sources) {
        return sources.stream()
                .sorted()
                .distinct()
                .map(source -> source + ": "
                        + statements.getOrDefault(source, "imported by whoever trained this model; terms not recorded"))
                .toList();
    }
}
