package io.inkstream.schemas.serde;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;

/** Confluent's three strategies that name the subject of a schema. */
enum SubjectNaming {
    TopicNameStrategy {
        @Override
        String subject(String topic, boolean isKey, Schema schema) {
            return topic + (isKey ? "-key" : "-value");
        }
    },
    RecordNameStrategy {
        @Override
        String subject(String topic, boolean isKey, Schema schema) {
            return schema.getFullName();
        }
    },
    TopicRecordNameStrategy {
        @Override
        String subject(String topic, boolean isKey, Schema schema) {
            return topic + "-" + schema.getFullName();
        }
    };

    private static final String PACKAGE = "io.confluent.kafka.serializers.subject.";

    abstract String subject(String topic, boolean isKey, Schema schema);

    /** Returns the strategy that the settings name by Confluent's class; the class itself need not be there. */
    static SubjectNaming configuredBy(Map<String, ?> configs, boolean isKey) {
        String key = (isKey ? "key" : "value") + ".subject.name.strategy";
        Object value = configs.get(key);
        if (value == null) {
            return TopicNameStrategy;
        }
        String name = value instanceof Class<?> type ? type.getName() : value.toString();
        return Arrays.stream(values())
                .filter(naming -> name.equals(PACKAGE + naming))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        key,
                        name,
                        "this serde knows "
                                + Arrays.stream(values())
                                        .map(naming -> PACKAGE + naming)
                                        .collect(Collectors.joining(", "))
                                + "; for others use Confluent's own serde"));
    }
}
