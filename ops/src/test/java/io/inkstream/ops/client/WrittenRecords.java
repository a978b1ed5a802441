package io.inkstream.ops.client;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import java.nio.ByteBuffer;
import java.util.List;

/** Records as the topology writes them, for tests of those who read them; nothing is drawn on them. */
public final class WrittenRecords {
    private WrittenRecords() {}

    /** The only line of a document. */
    public static LineImage line() {
        return LineImage.newBuilder()
                .setIndex(0)
                .setCount(1)
                .setText("a")
                .setPng(ByteBuffer.wrap(new byte[] {1}))
                .setWidthPx(1)
                .setHeightPx(1)
                .setBaselinePx(1)
                .setGlyphs(List.of())
                .setSubstitutions(List.of())
                .setProvenance(provenance())
                .build();
    }

    /** The only page of a document, without its image. */
    public static PageImage pageWithout(String problem) {
        return PageImage.newBuilder()
                .setIndex(0)
                .setCount(1)
                .setFirstLine(0)
                .setLines(1)
                .setPng(ByteBuffer.wrap(new byte[0]))
                .setWidthPx(1)
                .setHeightPx(1)
                .setProvenance(provenance())
                .setProblem(problem)
                .build();
    }

    private static Provenance provenance() {
        return new Provenance("m:1", "00", "engine-1", "cpu", "natural", 7L, "default", "1", null);
    }
}
