package io.inkstream.topology.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.topology.state.TextHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Hands the headers of a text on to every line, page and dead letter that is made of it, such as {@code traceparent}.
 *
 * <p>The rule: all of them, but not those that begin with {@code inkstream.}, which are ours, nor with {@code __}, which tell
 * serialisers about the text's own bytes. More than {@link Limits#HANDED_ON_HEADERS_BYTES} together are left out, and
 * {@link DeadLetterHeaders#HEADERS_OMITTED} says how many bytes they had.
 */
final class HandedOn {
    private HandedOn() {}

    /** What is kept of the headers of a text. */
    static List<TextHeader> of(Headers headers) {
        List<TextHeader> kept = new ArrayList<>();
        long bytes = 0;
        for (Header header : headers) {
            if (isHandedOn(header.key())) {
                byte[] value = header.value();
                bytes += header.key().length() + (value == null ? 0L : value.length);
                if (bytes <= Limits.HANDED_ON_HEADERS_BYTES) {
                    kept.add(new TextHeader(header.key(), value == null ? null : ByteBuffer.wrap(value)));
                }
            }
        }
        return bytes <= Limits.HANDED_ON_HEADERS_BYTES
                ? kept
                : List.of(new TextHeader(
                        DeadLetterHeaders.HEADERS_OMITTED,
                        ByteBuffer.wrap(Long.toString(bytes).getBytes(UTF_8))));
    }

    /** The headers of a record that is made of the text. */
    static Headers headers(List<TextHeader> kept) {
        Headers headers = new RecordHeaders();
        for (TextHeader header : kept) {
            ByteBuffer value = header.getValue();
            byte[] bytes = null;
            if (value != null) {
                bytes = new byte[value.remaining()];
                value.duplicate().get(bytes);
            }
            headers.add(header.getName(), bytes);
        }
        return headers;
    }

    private static boolean isHandedOn(String name) {
        return !name.startsWith("inkstream.") && !name.startsWith("__");
    }
}
