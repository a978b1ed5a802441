package io.inkstream.topology.render;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.plan.DrawnImage;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.StoreFormat;
import java.io.UncheckedIOException;

/** Reads planned lines, and puts plan and answer together. */
final class PlannedLines {
    private PlannedLines() {}

    static RenderLineRequest request(PlannedLine line) {
        try {
            return RenderLineRequest.parseFrom(line.getRequest());
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Glyphs that a request asks for, each of which an answer has a box for. */
    static int boxes(RenderLineRequest request) {
        return (int) request.getGlyphsList().stream()
                .filter(glyph -> !GlyphCodes.isSpace(glyph))
                .count();
    }

    /** The image that an answer to the line's request makes. */
    static LineImage drawn(PlannedLine line, RenderLineResponse response, boolean isMarked) {
        return DrawnImage.of(StoreFormat.image(line.getImage()), response, isMarked);
    }

    /**
     * Bytes that the record of a line has at most, key, headers and mark aside.
     *
     * @param plannedBytes of the image before it was drawn
     */
    static long bytes(int plannedBytes, RenderLineResponse response) {
        // Four numbers of a box take a byte each while they are 0, and at most five each when they are known.
        return plannedBytes + (long) response.getSerializedSize() + 16L * response.getBoxesCount() + 64;
    }
}
