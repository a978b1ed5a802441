package io.inkstream.modelserver.rpc;

import com.google.protobuf.ByteString;
import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.rpc.ImageFormat;
import io.inkstream.schemas.rpc.RenderLineResponse;
import java.nio.charset.StandardCharsets;

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
                .setImage(image(format, drawing, raster))
                .setWidthPx(drawing.widthPx())
                .setHeightPx(drawing.heightPx())
                .setBaselinePx(drawing.baselinePx())
                .setModelSha256(sha256)
                .setPredictor(engine)
                .setCpuFamily(identity.cpuFamily())
                .setCodeVersion(identity.codeVersion());
        for (InkBox box : raster.boxes()) {
            answer.addBoxesBuilder()
                    .setLeft(box.left())
                    .setTop(box.top())
                    .setWidth(box.width())
                    .setHeight(box.height());
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

    private static ByteString image(ImageFormat format, LineDrawing drawing, LineDrawing.Raster raster) {
        if (format == ImageFormat.SVG) {
            if (drawing.leastSvgBytes() > Limits.ANSWER_BYTES) {
                throw tooLarge(drawing.leastSvgBytes()); // before memory is taken for it
            }
            return ByteString.copyFrom(drawing.svg(), StandardCharsets.UTF_8);
        }
        return ByteString.copyFrom(raster.image().encoded(OutputFormat.of(format)));
    }
}
