package io.inkstream.ops.lines;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.formats.LineTruth;
import io.inkstream.ops.look.Box;
import io.inkstream.ops.look.Look;
import io.inkstream.ops.look.Looked;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.topology.mark.ImageMark;
import io.inkstream.trainer.nn.Streams;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes lines look as if they came some way to a file; their boxes and baseline move along. Immutable. */
public record LineLook(Look look) {

    public LineLook {
        requireNonNull(look, "look");
    }

    /**
     * A line that was looked at.
     *
     * @param image the line with its new picture and boxes
     * @param truth what is to be read in it, and where
     * @param more what {@code boxes.jsonl} says beside
     */
    public record Line(LineImage image, LineTruth truth, Map<String, Object> more) {
        public Line {
            requireNonNull(image, "image");
            requireNonNull(truth, "truth");
            more = new LinkedHashMap<>(more);
        }
    }

    /** Whether it does anything. */
    public boolean isClean() {
        return look.steps().isEmpty();
    }

    /**
     * The line in that look.
     *
     * @param pixels of the line
     * @param seed of what happens to it
     */
    public Line on(LineImage line, GreyImage pixels, long seed) {
        LineTruth drawn = LineTruth.of(ImageFiles.name(line), line);
        if (isClean()) {
            return new Line(line, drawn, Map.of());
        }
        Looked looked = look.on(pixels, seed);
        LineTruth truth = drawn.moved(looked.motion());
        LineTruth.Baseline baseline = truth.baseline();
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("look", look.name());
        more.put("lookSeed", seed);
        more.put("baselinePoints", new double[][] {
            {baseline.fromX(), baseline.fromY()},
            {baseline.toX(), baseline.toY()}
        });
        return new Line(moved(line, looked, truth), truth, more);
    }

    /**
     * A line as it came from its topic, in that look; the seed follows from its document and place.
     *
     * @return empty if it stays as it is: in a clean look, or without pixels
     * @throws IOException if it is no image
     * @throws IllegalArgumentException if its glyphs are not its text; anybody may write to a topic
     */
    public Optional<Line> on(String document, LineImage line) throws IOException {
        return isClean() || OutputFormat.of(line.getProvenance()).isVector()
                ? Optional.empty()
                : Optional.of(on(line, pixels(line.getPng()), seed(document, "line", line.getIndex())));
    }

    /**
     * A page as it came from its topic, in that look; one whose format has no pixels stays as it is.
     *
     * @throws IOException if it is no image
     */
    public PageImage on(String document, PageImage page) throws IOException {
        if (isClean()
                || !page.getPng().hasRemaining()
                || OutputFormat.of(page.getProvenance()).isVector()) {
            return page;
        }
        GreyImage picture = look.on(pixels(page.getPng()), seed(document, "page", page.getIndex()))
                .picture();
        byte[] png = OutputFormat.PNG.withXmpOf(BufferBytes.of(page.getPng()), picture.toPng());
        return PageImage.newBuilder(page)
                .setPng(ByteBuffer.wrap(png))
                .setWidthPx(picture.widthPx())
                .setHeightPx(picture.heightPx())
                .build();
    }

    private static long seed(String document, String what, int index) {
        return Streams.named(document.hashCode(), what, index).nextLong();
    }

    private static GreyImage pixels(ByteBuffer png) throws IOException {
        BufferedImage grey = OutputFormat.grey(BufferBytes.of(png));
        return new GreyImage(
                grey.getWidth(),
                grey.getHeight(),
                ((DataBufferByte) grey.getRaster().getDataBuffer()).getData());
    }

    private static LineImage moved(LineImage line, Looked looked, LineTruth truth) {
        List<GlyphBox> boxes = new ArrayList<>();
        for (int i = 0; i < truth.glyphs().size(); i++) {
            GlyphBox drawn = line.getGlyphs().get(i);
            Box box = truth.glyphs().get(i).box();
            boxes.add(new GlyphBox(
                    drawn.getCharacter(),
                    drawn.getOffset(),
                    box.left(),
                    box.top(),
                    box.width(),
                    box.height(),
                    drawn.getJoined(),
                    drawn.getVariant()));
        }
        LineTruth.Baseline baseline = truth.baseline();
        LineImage moved = LineImage.newBuilder(line)
                .setPng(ByteBuffer.wrap(looked.picture().toPng()))
                .setWidthPx(looked.picture().widthPx())
                .setHeightPx(looked.picture().heightPx())
                .setBaselinePx((baseline.fromY() + baseline.toY()) / 2)
                .setGlyphs(boxes)
                .build();
        ImageMark.put(moved);
        return moved;
    }
}
