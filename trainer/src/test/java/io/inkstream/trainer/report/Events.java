package io.inkstream.trainer.report;

import io.inkstream.schemas.avro.TrainingEvent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import javax.imageio.ImageIO;

/** Makes training events for tests. */
final class Events {
    static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private Events() {}

    static TrainingEvent drift(long step, double gradientNorm) {
        return event(step, "drift", Map.of("gradient_norm", gradientNorm));
    }

    static TrainingEvent event(long step, String stage, Map<String, Double> figures) {
        return TrainingEvent.newBuilder()
                .setStep(step)
                .setStage(stage)
                .setFigures(figures)
                .setAt(START.plusSeconds(step))
                .build();
    }

    static TrainingEvent samples(long step, int widthPx, int heightPx) {
        return TrainingEvent.newBuilder(event(step, "drift", Map.of()))
                .setSampleGridPng(ByteBuffer.wrap(png(widthPx, heightPx)))
                .build();
    }

    static byte[] png(int widthPx, int heightPx) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_BYTE_GRAY), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
