package io.inkstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.Topic;
import io.inkstream.schemas.Topics;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireFormatTest {
    private static final HexFormat HEX = HexFormat.of();

    private final Topic<String, TextDocument> texts = new Topics(
                    "t.", Map.of("schema.registry.url", "mock://" + getClass().getName()))
            .texts();

    @Test
    void aDocumentIsAZeroByteTheSchemaIdAndTheFieldsInOrder() {
        TextDocument document = document("Hi", 3L);

        byte[] bytes = texts.value().serializer().serialize(texts.name(), document);

        assertThat(HEX.formatHex(bytes))
                .isEqualTo("00" + "00000001" // magic, id
                        + "044869" // "Hi"
                        + "0e" + HEX.formatHex("natural".getBytes())
                        + "0206" // seed: second branch, 3
                        + "00" // model: null
                        + "8001" + "8010" + "555555555555d53f" + "00" + "00" + "3c");
        assertThat(texts.value().deserializer().deserialize(texts.name(), bytes))
                .isEqualTo(document);
    }

    @Test
    void nullIsATombstoneBothWays() {
        assertThat(texts.value().serializer().serialize(texts.name(), null)).isNull();
        assertThat(texts.value().deserializer().deserialize(texts.name(), (byte[]) null))
                .isNull();
    }

    private static TextDocument document(String text, Long seed) {
        return TextDocument.newBuilder()
                .setText(text)
                .setSeed(seed)
                .setLayout(LayoutOptions.newBuilder().build())
                .build();
    }
}
