package io.inkstream.trainer.lines;

import static io.inkstream.schemas.reading.LineView.NETWORK_HEIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Streams;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinePassTest {
    private static final int BATCH = 2;
    private static final int COLUMNS = 64;
    private static final LineReaderShape SHAPE = new LineReaderShape(List.of(2, 3, 4, 4, 3), 5, 4);
    private static final int[][] LABELS = {{1, 3, 3}, {2}};
    private static final int[] WIDTHS = {COLUMNS, 24};

    private final LineReader reader =
            shaken(LineReader.untrained(SHAPE, List.of("a", "b", "c"), Streams.named(1, "reader")));
    private final float[] pictures = Numbers.uniform(BATCH * NETWORK_HEIGHT * COLUMNS, 2);

    @Test
    void gradientsAgreeWithDifferences() {
        float[] gradients = new float[reader.parameters().length];
        loss(reader.parameters(), gradients);

        // The parameters of the last layers reach the loss smoothly; the others through rectifiers, so in small steps.
        for (int seed = 10; seed < 16; seed++) {
            float[] way = Numbers.normal(gradients.length, seed);
            double expected =
                    Numbers.derivative(p -> loss(p, new float[gradients.length]), reader.parameters(), way, 2e-4);
            double along = Numbers.dot(gradients, way);
            assertThat(along).isCloseTo(expected, within(.02 * Math.sqrt(Numbers.dot(gradients, gradients))));
        }
    }

    @Test
    void whatIsBeyondALineDoesNotCountAsItsText() {
        float[] gradients = new float[reader.parameters().length];
        double[] losses = new double[2];
        for (int i = 0; i < 2; i++) {
            losses[i] = new LinePass(SHAPE, 1, COLUMNS)
                    .lossAndGradients(
                            reader,
                            java.util.Arrays.copyOf(pictures, NETWORK_HEIGHT * COLUMNS),
                            new int[] {i == 0 ? 24 : COLUMNS},
                            new int[][] {{2}},
                            0,
                            new SplittableRandom(1),
                            gradients,
                            new float[reader.statistics().length]);
        }
        int bias = gradients.length - 2 * SHAPE.classes();
        double sum = 0;
        for (int i = bias; i < gradients.length; i++) {
            sum += gradients[i];
        }

        assertThat(losses[0]).as("fewer frames that may be wrong").isLessThan(losses[1]);
        assertThat(sum).as("the gradients of each frame's classes make 0").isCloseTo(0, within(1e-4));
    }

    @Test
    void onnxRuntimeReadsWhatTheTrainerReads() throws OrtException {
        float[] picture = Numbers.uniform(NETWORK_HEIGHT * COLUMNS, 3);
        float[] expected = new LinePass(SHAPE, 1, COLUMNS).logits(reader, picture)[0];

        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(LineReaderOnnx.of(reader));
                OnnxTensor ink = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(picture), new long[] {1, 1, NETWORK_HEIGHT, COLUMNS});
                OrtSession.Result result = session.run(Map.of("ink", ink))) {
            float[] actual = new float[expected.length];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(actual);

            assertThat(actual).containsExactly(expected, within(1e-4f));
            assertThat(session.getMetadata().getCustomMetadata()).containsEntry("characters", "a\nb\nc");
        }
    }

    /** The sum of the lines' losses over their characters, as {@link LinePass} says it, for the mean of the lines. */
    private double loss(float[] parameters, float[] gradients) {
        LineReader moved = new LineReader(SHAPE, reader.characters(), parameters, reader.statistics());
        double perCharacter = new LinePass(SHAPE, BATCH, COLUMNS)
                .lossAndGradients(
                        moved,
                        pictures,
                        WIDTHS,
                        LABELS,
                        0,
                        new SplittableRandom(1),
                        gradients,
                        new float[reader.statistics().length]);
        return perCharacter * (LABELS[0].length + LABELS[1].length) / BATCH;
    }

    /** Away from the even start, where gradients are small and statistics those of nothing. */
    private static LineReader shaken(LineReader reader) {
        float[] noise = Numbers.normal(reader.parameters().length, 4);
        for (int i = 0; i < noise.length; i++) {
            reader.parameters()[i] += .1f * noise[i];
        }
        for (int i = 0; i < reader.statistics().length; i++) {
            reader.statistics()[i] += .1f * (i % 5);
        }
        return reader;
    }
}
