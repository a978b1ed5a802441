package io.inkstream.topology;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.rpc.InkBox;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/** Draws lines as a model server would answer them: a black box for each glyph. */
public final class FakeDrawing {
    private FakeDrawing() {}

    public static RenderLineResponse response(RenderLineRequest request) {
        int height = request.getLineHeightPx();
        int xHeight = height * 10 / 32;
        BufferedImage image = new BufferedImage(
                Math.max(1, request.getGlyphsCount()) * xHeight, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), height);
        graphics.setColor(Color.BLACK);
        RenderLineResponse.Builder response = RenderLineResponse.newBuilder();
        for (int i = 0; i < request.getGlyphsCount(); i++) {
            if (!GlyphCodes.isSpace(request.getGlyphs(i))) {
                graphics.fillRect(i * xHeight + 2, height / 2, xHeight - 4, xHeight);
                InkBox.Builder box = response.addBoxesBuilder()
                        .setLeft(i * xHeight + 2)
                        .setTop(height / 2)
                        .setWidth(xHeight - 4)
                        .setHeight(xHeight);
                if (i > 0) {
                    box.setVariant(i);
                }
                if (request.getReadBack()) {
                    response.addReadAs(request.getGlyphs(i) < 0 ? "" : Models.ASCII.get(request.getGlyphs(i)));
                }
            }
        }
        return response.setImage(ByteString.copyFrom(OutputFormat.of(request.getFormat())
                        .encode(image.getWidth(), height, pixels(image), Appearance.STANDARD)))
                .setWidthPx(image.getWidth())
                .setHeightPx(height)
                .setBaselinePx(height * 0.6)
                .setModelSha256(Models.sha256(request.getModel()))
                .setPredictor("fake-1")
                .setCpuFamily("test")
                .setCodeVersion("0")
                .build();
    }

    private static byte[] pixels(BufferedImage image) {
        return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    }
}
