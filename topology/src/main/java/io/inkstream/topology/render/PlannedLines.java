package io.inkstream.topology.render;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.Reading;
import io.inkstream.schemas.reading.EditDistance;
import io.inkstream.schemas.rpc.InkBox;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.StoreFormat;
import java.io.UncheckedIOException;
import java.util.List;

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
    static LineImage drawn(PlannedLine line, RenderLineResponse response) {
        LineImage image = StoreFormat.image(line.getImage());
        List<GlyphBox> glyphs = image.getGlyphs();
        for (int i = 0; i < glyphs.size(); i++) {
            InkBox box = response.getBoxes(i);
            GlyphBox glyph = glyphs.get(i);
            glyph.setLeft(box.getLeft());
            glyph.setTop(box.getTop());
            glyph.setWidth(box.getWidth());
            glyph.setHeight(box.getHeight());
            glyph.setJoined(i < response.getJoinedCount() && response.getJoined(i));
        }
        Provenance provenance = image.getProvenance();
        provenance.setPredictor(response.getPredictor());
        provenance.setCpuFamily(response.getCpuFamily());
        provenance.setCodeVersion(response.getCodeVersion());
        image.setPng(response.getImage().asReadOnlyByteBuffer());
        image.setWidthPx(response.getWidthPx());
        image.setHeightPx(response.getHeightPx());
        image.setBaselinePx(response.getBaselinePx());
        if (response.hasReading()) {
            int errors = EditDistance.between(
                    Graphemes.split(response.getReading()),
                    Graphemes.split(image.getText().strip()));
            image.setReading(new Reading(response.getReading(), errors));
        }
        return image;
    }

    /**
     * Bytes that the record of a line has at most, key and headers aside.
     *
     * @param plannedBytes of the image before it was drawn
     */
    static long bytes(int plannedBytes, RenderLineResponse response) {
        // Four numbers of a box take a byte each while they are 0, and at most five each when they are known.
        return plannedBytes + (long) response.getSerializedSize() + 16L * response.getBoxesCount() + 64;
    }
}
