package io.inkstream.modelserver.rpc;

import com.google.protobuf.ByteString;
import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineSvg;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.rpc.ImageFormat;
import io.inkstream.schemas.rpc.RenderLineResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** Says what was drawn in the words of model_server.proto. */
public final class LineAnswer {
    private LineAnswer() {}

    /**
     * The answer to a request, but for what readers make of it.
     *
     * @param sha256 of the version's bundle
     * @param engine that ran its networks
     * @throws UndrawableLineException if an SVG would be larger than answers may be
     */
    public static RenderLineResponse.Builder of(
            ImageFormat format,
            LineDrawing drawing,
            LineDrawing.Raster raster,
            String sha256,
            String engine,
            RenderService.Identity identity) {
        RenderLineResponse.Builder answer = RenderLineResponse.newBuilder()
                .setImage(ByteString.copyFrom(image(OutputFormat.of(format), drawing, raster)))
                .setWidthPx(drawing.widthPx())
                .setHeightPx(drawing.heightPx())
                .setBaselinePx(drawing.baselinePx())
                .setModelSha256(sha256)
                .setPredictor(engine)
                .setCpuFamily(identity.cpuFamily())
                .setCodeVersion(identity.codeVersion());
        List<OptionalInt> variants = drawing.variants();
        for (int i = 0; i < raster.boxes().size(); i++) {
            InkBox box = raster.boxes().get(i);
            io.inkstream.schemas.rpc.InkBox.Builder said = answer.addBoxesBuilder()
                    .setLeft(box.left())
                    .setTop(box.top())
                    .setWidth(box.width())
                    .setHeight(box.height());
            variants.get(i).ifPresent(said::setVariant);
        }
        return answer.addAllJoined(drawing.joined());
    }

    static RenderLineResponse checked(RenderLineResponse answer) {
        int bytes = answer.getSerializedSize();
        if (bytes > Limits.ANSWER_BYTES) {
            throw tooLarge(bytes);
        }
        return answer;
    }

    private static UndrawableLineException tooLarge(long bytes) {
        return new UndrawableLineException("the answer has " + bytes + " bytes or more, at most " + Limits.ANSWER_BYTES
                + ": ask for a PNG, or for less");
    }

    /**
     * The image of a drawing in a format.
     *
     * @param raster of the drawing
     * @throws UndrawableLineException if an SVG would be larger than answers may be
     */
    public static byte[] image(OutputFormat format, LineDrawing drawing, LineDrawing.Raster raster) {
        Appearance appearance = drawing.appearance();
        if (!format.isVector()) {
            return raster.image().encoded(format, appearance);
        }
        LineSvg svg = new LineSvg(drawing);
        if (svg.leastBytes() > Limits.ANSWER_BYTES) {
            throw tooLarge(svg.leastBytes()); // before memory is taken for it
        }
        String written = format == OutputFormat.SVG ? svg.byGlyph() : svg.forPlotter();
        return written.getBytes(StandardCharsets.UTF_8);
    }
}
