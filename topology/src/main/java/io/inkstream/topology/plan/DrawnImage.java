package io.inkstream.topology.plan;

import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.Reading;
import io.inkstream.schemas.reading.EditDistance;
import io.inkstream.schemas.rpc.InkBox;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.mark.ImageMark;
import java.util.List;

/** Puts together what the plan of a line says and what the model server answered. */
public final class DrawnImage {
    private DrawnImage() {}

    /**
     * Completes a line's image.
     *
     * @param planned its image but for what only the model server knows; changed and returned
     * @param response with a box for each of its glyphs
     * @param isMarked whether the image is to say that a machine drew it, and how
     */
    public static LineImage of(LineImage planned, RenderLineResponse response, boolean isMarked) {
        List<GlyphBox> glyphs = planned.getGlyphs();
        for (int i = 0; i < glyphs.size(); i++) {
            InkBox box = response.getBoxes(i);
            GlyphBox glyph = glyphs.get(i);
            glyph.setLeft(box.getLeft());
            glyph.setTop(box.getTop());
            glyph.setWidth(box.getWidth());
            glyph.setHeight(box.getHeight());
            glyph.setJoined(i < response.getJoinedCount() && response.getJoined(i));
            glyph.setVariant(box.hasVariant() ? box.getVariant() : null);
        }
        Provenance provenance = planned.getProvenance();
        provenance.setPredictor(response.getPredictor());
        provenance.setCpuFamily(response.getCpuFamily());
        provenance.setCodeVersion(response.getCodeVersion());
        planned.setPng(response.getImage().asReadOnlyByteBuffer());
        planned.setWidthPx(response.getWidthPx());
        planned.setHeightPx(response.getHeightPx());
        planned.setBaselinePx(response.getBaselinePx());
        if (response.hasReading()) {
            int errors = EditDistance.between(
                    Graphemes.split(response.getReading()),
                    Graphemes.split(planned.getText().strip()));
            planned.setReading(new Reading(response.getReading(), errors));
        }
        if (isMarked) {
            ImageMark.put(planned);
        }
        return planned;
    }
}
